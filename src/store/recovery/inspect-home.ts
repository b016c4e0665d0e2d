import path from 'node:path';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import type { DatabaseEngine, StoredDatabase } from '../stored-database.ts';
import { attempt, type Attempt } from './attempt.ts';
import { listBackupPlaces, openCandidate, readCandidate, type Place } from './candidates.ts';
import {
  checkOfFile,
  checkOfLog,
  checkOfPrevious,
  type Check,
  type LookedAt,
} from './file-checks.ts';
import { RedoLog } from './redo-log.ts';
import { findSidecars } from './sidecars.ts';

/** What the files of a home say, whoever holds it. */
export type HomeInspection = {
  /** The size of sweatshop.db; 0 where there is none. */
  readonly bytes: number;
  /**
   * The number of the last commit that file and log hold together; where the file cannot be opened, the last that the
   * log or `previous.db` tells of; 0 where nothing tells.
   */
  readonly seq: number;
  /** The same, as what is on the disk is durable. */
  readonly durableSeq: number;
  /** The number of the last commit in the file; 0 where it cannot be opened. */
  readonly publishedSeq: number;
  readonly publishedAt: string | null;
  /** Of the file, the log and, where there is one, `previous.db`. */
  readonly checks: readonly Check[];
  /** The one of them that keeps the database from being opened as it is; null when file and log are sound. */
  readonly damage: Check | null;
};

/**
 * Looks at the database, its log and the generation before it, without a lock and without changing anything; a process
 * that works in the home is not disturbed, and what it does meanwhile may be missing.
 *
 * @param home The path of the home.
 * @throws DatabaseTooNew when a newer SweatShop wrote a file; Busy when the file is replaced again and again meanwhile;
 *   Conflict when something that is no file is in its place; ReadOnly, Unavailable.
 */
export function inspectHome<D extends StoredDatabase>({
  fileSystem,
  home,
  engine,
}: {
  readonly fileSystem: FileSystem;
  readonly home: string;
  readonly engine: DatabaseEngine<D>;
}): HomeInspection {
  const file = path.join(home, 'sweatshop.db');
  const log = new RedoLog(fileSystem, path.join(home, 'journal'));
  const look = (place: Place): LookedAt | null => {
    const candidate = readCandidate(fileSystem, place);
    if (!candidate) return null;
    const opened = openCandidate(engine, candidate);
    if (opened.problem !== null) return { tried: null, uuid: null, problem: opened.problem };
    try {
      const tried = attempt(log, opened);
      return { tried, uuid: opened.database.uuid, problem: null };
    } finally {
      opened.database.close();
    }
  };
  try {
    const found = look({ id: 'file', title: 'sweatshop.db', path: file });
    const previousPlace = listBackupPlaces(fileSystem, home).find(({ id }) => id === 'previous');
    const previous = previousPlace ? look(previousPlace) : null;
    const target = fileSystem.stat(file);
    const real = target ? fileSystem.realpath(file) : file;
    const sidecars = findSidecars(fileSystem, real);
    const seq = found?.tried ? seqOf(found.tried) : highestSeqOf(log, previous);
    const checks = [checkOfFile(file, found, log, sidecars), checkOfLog(log, found, previous)];
    return {
      bytes: Number(target?.size ?? 0n),
      seq,
      durableSeq: seq,
      publishedSeq: found?.tried?.imageSeq ?? 0,
      publishedAt: target ? new Date(Number(target.mtimeNs / 1_000_000n)).toISOString() : null,
      checks: [...checks, ...(previous ? [checkOfPrevious(previous, log)] : [])],
      damage: checks.find(({ isSound }) => !isSound) ?? null,
    };
  } catch (error) {
    throw toDiskError(error, 'read', home);
  }
}

function seqOf({ imageSeq, replay }: Attempt<StoredDatabase>): number {
  return imageSeq + (replay?.applied ?? 0);
}

/** What is known of the changes that were made, without the file. */
function highestSeqOf(log: RedoLog, previous: LookedAt | null): number {
  const uuid = previous?.uuid ?? null;
  const uuids = uuid === null ? [...log.segments.keys()] : [uuid];
  const claimed = uuids.map((each) => (each === null ? 0 : log.claimsOf(each).highestSeq));
  return Math.max(0, ...claimed, ...(previous?.tried ? [seqOf(previous.tried)] : []));
}
