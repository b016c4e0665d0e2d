import type { RecoveryOption, RecoveryReport } from '../../shared/entities/recovery.ts';
import { SweatShopError } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';

const SUFFIXES = ['-wal', '-journal'] as const;

/** Another program has not finished with the database; a person can close it, or go on without the file. */
export class UnfinishedFile extends SweatShopError {
  readonly report: RecoveryReport;

  constructor(message: string, path: string, report: RecoveryReport) {
    super('Conflict', message, { path, report });
    this.report = report;
  }
}

/** Names the files of another program beside a database that may hold a part of it; SQLite leaves empty ones behind. */
export function findSidecars(fileSystem: FileSystem, file: string): string[] {
  try {
    return SUFFIXES.map((suffix) => file + suffix).filter((sidecar) => {
      const found = fileSystem.lstat(sidecar);
      return found !== undefined && found.size > 0n;
    });
  } catch (error) {
    throw toDiskError(error, 'read', file);
  }
}

/**
 * Makes the error for a database that another program has not finished with.
 *
 * @param best What could be opened without the file; null when nothing could. It goes into the report as the option
 *   `aside`.
 */
export function sidecarConflict(
  file: string,
  sidecars: readonly string[],
  best: RecoveryOption | null,
): UnfinishedFile {
  const [first = file] = sidecars;
  const message =
    `Another program left ${sidecars.join(' and ')}, which may hold changes that ${file} lacks. ` +
    `Close that program; if the file stays, open ${file} once with sqlite3 and run "pragma journal_mode=delete".`;
  const consequence =
    `${file} and what lies beside it go to the folder quarantine, and SweatShop opens ${best?.title ?? ''} instead. ` +
    'Nothing is deleted.';
  const options = best ? [{ ...best, id: 'aside', consequence, isRecommended: false }] : [];
  return new UnfinishedFile(message, first, { problems: [message], options });
}
