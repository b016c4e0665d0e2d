import path from 'node:path';
import type { CheckReport } from '../../shared/entities/recovery.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import type { DatabaseEngine, StoredDatabase } from '../stored-database.ts';
import { attempt, failureOf, isOrdinary, type Attempt } from './attempt.ts';
import { listBackupPlaces, openCandidate, readCandidate, type Place } from './candidates.ts';
import { count } from './options.ts';
import { RedoLog } from './redo-log.ts';
import { findSidecars } from './sidecars.ts';

type Check = CheckReport['checks'][number];

/** What the files of a home say, whoever holds it. */
export type HomeInspection = {
  /** The size of sweatshop.db; 0 where there is none. */
  readonly bytes: number;
  /** The number of the last commit that file and log hold together. */
  readonly seq: number;
  /** The same, as what is on the disk is durable. */
  readonly durableSeq: number;
  /** The number of the last commit in the file. */
  readonly publishedSeq: number;
  readonly publishedAt: string | null;
  /** Of the file, the log and `previous.db`, as far as they exist. */
  readonly checks: readonly Check[];
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
  const open = (place: Place): { tried: Attempt<D> | null; problem: string | null } | null => {
    const candidate = readCandidate(fileSystem, place);
    if (!candidate) return null;
    const opened = openCandidate(engine, candidate);
    if (opened.problem !== null) return { tried: null, problem: opened.problem };
    const tried = attempt(log, opened);
    tried.database.close();
    return { tried, problem: null };
  };
  try {
    const found = open({ id: 'file', title: 'sweatshop.db', path: file });
    const previousPlace = listBackupPlaces(fileSystem, home).find(({ id }) => id === 'previous');
    const previous = previousPlace ? open(previousPlace) : null;
    const target = fileSystem.stat(file);
    const real = target ? fileSystem.realpath(file) : file;
    const sidecars = findSidecars(fileSystem, real);
    const tried = found?.tried ?? null;
    const seq = tried ? tried.imageSeq + (tried.replay?.applied ?? 0) : 0;
    return {
      bytes: Number(target?.size ?? 0n),
      seq,
      durableSeq: seq,
      publishedSeq: tried?.imageSeq ?? 0,
      publishedAt: target ? new Date(Number(target.mtimeNs / 1_000_000n)).toISOString() : null,
      checks: [
        checkOfFile(file, found?.problem ?? null, tried, sidecars),
        ...(tried?.replay ? [checkOfLog(tried)] : []),
        ...(previous ? [checkOfPrevious(previous.problem, previous.tried)] : []),
      ],
    };
  } catch (error) {
    throw toDiskError(error, 'read', home);
  }
}

function checkOfFile(
  file: string,
  problem: string | null,
  tried: Attempt<StoredDatabase> | null,
  sidecars: readonly string[],
): Check {
  const name = 'sweatshop.db';
  if (!tried) return { name, isSound: false, finding: problem ?? `${file} is missing.` };
  if (sidecars.length > 0) {
    const finding = `Another program left ${sidecars.join(' and ')} beside it.`;
    return { name, isSound: false, finding };
  }
  const size = `It is whole and holds change ${String(tried.imageSeq)}`;
  if (tried.intentSegment !== null) {
    return { name, isSound: true, finding: `${size}; its checksum is the one on record.` };
  }
  const isWithoutLog = tried.replay === null || tried.replay.reading.highestNumber === 0;
  if (isWithoutLog) return { name, isSound: true, finding: `${size}; no log tells its checksum.` };
  const reason = tried.isEdited ? 'another program changed it' : 'some of it may be wrong';
  return { name, isSound: false, finding: `Its checksum is not on record: ${reason}.` };
}

function checkOfLog(tried: Attempt<StoredDatabase>): Check {
  const name = 'redo log';
  const applied = tried.replay?.applied ?? 0;
  const holds = `It holds ${count(applied, 'change')} that sweatshop.db lacks`;
  const failure = failureOf(tried);
  if (failure) return { name, isSound: false, finding: `${holds}, then: ${failure.message}` };
  const end = tried.replay?.reading.end;
  if (!end || isOrdinary(end)) return { name, isSound: true, finding: `${holds}.` };
  const where = 'path' in end ? end.path : '';
  const lost =
    tried.missing > 0
      ? `${count(tried.missing, 'later change')} cannot be read.`
      : 'Nothing is missing that was answered.';
  return { name, isSound: false, finding: `${holds}, and is damaged at ${where}. ${lost}` };
}

function checkOfPrevious(problem: string | null, tried: Attempt<StoredDatabase> | null): Check {
  const name = 'previous.db';
  if (!tried) return { name, isSound: false, finding: problem ?? 'It is missing.' };
  const holds = `It is whole and holds change ${String(tried.imageSeq)}`;
  return tried.intentSegment === null
    ? { name, isSound: false, finding: `${holds}, but its checksum is not on record.` }
    : { name, isSound: true, finding: `${holds}; its checksum is the one on record.` };
}
