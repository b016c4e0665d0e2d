import type { RecoveryReport } from '../../shared/entities/recovery.ts';
import { SweatShopError } from '../../shared/errors.ts';

/** Thrown when a person has to decide how to go on; nothing has been touched. */
export class RecoveryNeeded extends SweatShopError {
  readonly report: RecoveryReport;

  constructor(report: RecoveryReport) {
    const advice = 'Nothing has been changed. Choose how to go on; what is left aside is kept.';
    super('DatabaseCorrupt', [...report.problems, advice].join(' '), { report });
    this.report = report;
  }
}
