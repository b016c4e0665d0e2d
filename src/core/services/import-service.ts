import type { ImportOptions, ImportReport, ImportRow, ImportSource } from '../../shared/types.ts';
import type { ServiceContext } from './context.ts';
import { ImportRun, type ImportParts } from './import-run.ts';
import { ImportUploads } from './import-uploads.ts';

/** Undoes a dry run. */
class DryRunDone extends Error {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    super('This was a dry run.');
    this.report = report;
  }
}

/** Brings rows of other systems in. */
export class ImportService {
  readonly #context: ServiceContext;
  readonly #parts: ImportParts;
  readonly #uploads: ImportUploads;

  constructor(context: ServiceContext, parts: ImportParts) {
    this.#context = context;
    this.#parts = parts;
    this.#uploads = new ImportUploads(context.clock);
  }

  /** @throws SweatShopError LimitReached when too many imports are under way. */
  begin(source: ImportSource): { uploadId: string } {
    return { uploadId: this.#uploads.begin(source) };
  }

  /**
   * Takes rows of an import.
   *
   * @returns How many there are by now.
   * @throws SweatShopError NotFound; LimitReached when they become too many.
   */
  add(uploadId: string, rows: readonly ImportRow[]): number {
    return this.#uploads.add(uploadId, rows);
  }

  /** @throws SweatShopError NotFound. */
  cancel(uploadId: string): void {
    this.#uploads.take(uploadId);
  }

  /**
   * Imports what was handed over, as a whole or not at all; the import is over then, however it went.
   *
   * @throws SweatShopError NotFound; LimitReached when a column has no room for what comes in; what the database says,
   *   with the place of the row.
   */
  finish(uploadId: string, { dryRun = false }: ImportOptions = {}): ImportReport {
    const { source, rows } = this.#uploads.take(uploadId);
    const importRows = (): ImportReport => {
      const report = new ImportRun(this.#context, this.#parts, source, rows, (done, total) => {
        this.#context.pushBus.push('import:progress', { uploadId, done, total });
      }).run();
      if (dryRun) throw new DryRunDone(report);
      return report;
    };
    try {
      return this.#context.database.transaction(importRows);
    } catch (error) {
      if (error instanceof DryRunDone) return { ...error.report, dryRun: true };
      throw error;
    }
  }
}
