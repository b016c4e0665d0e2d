import type { CheckReport } from '../../shared/entities/recovery.ts';
import type { JournalEnd } from '../journal/journal-reader.ts';
import type { StoredDatabase } from '../stored-database.ts';
import { failureOf, isOrdinary, type Attempt } from './attempt.ts';
import { count } from './options.ts';
import type { RedoLog } from './redo-log.ts';

export type Check = CheckReport['checks'][number];

/** An image that lies in a home, as far as it can be opened. */
export type LookedAt = {
  /** Null where it cannot be opened; the database in it is closed. */
  readonly tried: Attempt<StoredDatabase> | null;
  readonly uuid: string | null;
  /** Why it cannot be opened. */
  readonly problem: string | null;
};

/**
 * Judges the file of the database.
 *
 * @param found Null where there is none.
 * @param sidecars What another program left beside it.
 */
export function checkOfFile(
  file: string,
  found: LookedAt | null,
  log: RedoLog,
  sidecars: readonly string[],
): Check {
  const name = 'sweatshop.db';
  const tried = found?.tried;
  if (!tried) return { name, isSound: false, finding: found?.problem ?? `${file} is missing.` };
  if (sidecars.length > 0) {
    const finding = `Another program left ${sidecars.join(' and ')} beside it.`;
    return { name, isSound: false, finding };
  }
  const older = findingOfOlder(tried, found.uuid, log);
  if (older !== null) return { name, isSound: false, finding: older };
  const holds = `It is whole and holds change ${String(tried.imageSeq)}`;
  if (tried.intentSegment !== null) {
    return { name, isSound: true, finding: `${holds}; its checksum is the one on record.` };
  }
  if (isMissing(log)) {
    return { name, isSound: true, finding: `${holds}; no log tells its checksum.` };
  }
  const reason = tried.isEdited ? 'another program changed it' : 'some of it may be wrong';
  return { name, isSound: false, finding: `Its checksum is not on record: ${reason}.` };
}

/**
 * Judges the redo log by the image that it goes on from, and by itself where there is none.
 *
 * @param file The file of the database, null where there is none; so for `previous.db`.
 */
export function checkOfLog(log: RedoLog, file: LookedAt | null, previous: LookedAt | null): Check {
  const name = 'redo log';
  if (isMissing(log)) {
    const finding = 'There is none, so changes that were not saved to sweatshop.db are not known.';
    return { name, isSound: true, finding };
  }
  const images = [
    { title: 'sweatshop.db', looked: file },
    { title: 'previous.db', looked: previous },
  ];
  for (const { title, looked } of images) {
    const verdict = looked && judgeBehind(title, looked, log);
    if (verdict) return { name, ...verdict };
  }
  return { name, ...judgeAlone(log, [file?.uuid ?? null, previous?.uuid ?? null]) };
}

/** Judges the generation before the file. */
export function checkOfPrevious({ tried, problem }: LookedAt, log: RedoLog): Check {
  const name = 'previous.db';
  if (!tried) return { name, isSound: false, finding: problem ?? 'It is missing.' };
  const holds = `It is whole and holds change ${String(tried.imageSeq)}`;
  if (tried.intentSegment !== null) {
    return { name, isSound: true, finding: `${holds}; its checksum is the one on record.` };
  }
  return isMissing(log)
    ? { name, isSound: true, finding: `${holds}; no log tells its checksum.` }
    : { name, isSound: false, finding: `${holds}, but its checksum is not on record.` };
}

function isMissing(log: RedoLog): boolean {
  return log.segments.size === 0;
}

/** Says that a file is older than what was saved last, where the log does not lead from it to that. */
function findingOfOlder(
  { replay, imageSeq, missing, intentSegment, isEdited }: Attempt<StoredDatabase>,
  uuid: string | null,
  log: RedoLog,
): string | null {
  if (!replay || uuid === null || isEdited) return null;
  const { end } = replay.reading;
  const holds = `It is an older copy: it holds change ${String(imageSeq)}`;
  if (end.kind === 'gap') {
    const isKnown = intentSegment !== null;
    const isOlder = log.claimsOf(uuid).intents.some((intent) => intent.imageSeq > imageSeq);
    if (isKnown && !isOlder) return null;
    return `${holds}, and the redo log goes on with change ${String(end.foundSeq)}.`;
  }
  if (!isOrdinary(end) || missing === 0) return null;
  return `${holds}, and change ${String(imageSeq + replay.applied + missing)} was saved after it.`;
}

type Verdict = Omit<Check, 'name'>;

/** Judges a log by what running it on an image came to; null where that is no proof of anything about the log. */
function judgeBehind(title: string, { tried, uuid }: LookedAt, log: RedoLog): Verdict | null {
  if (!tried?.replay || uuid === null || !log.segments.has(uuid)) return null;
  const { end } = tried.replay.reading;
  const holds = `It holds ${count(tried.replay.applied, 'change')} that ${title} lacks`;
  const failure = failureOf(tried);
  if (failure) {
    if (tried.intentSegment === null) return null;
    return { isSound: false, finding: `${holds}, then: ${failure.message}` };
  }
  // An image that lies before the start of the log, or before a break that SweatShop made, is at fault and not the log.
  if (end.kind === 'gap') return null;
  if (isOrdinary(end)) return { isSound: true, finding: `${holds}.` };
  return { isSound: false, finding: `${holds}, ${damageOf(end, tried.missing)}` };
}

/** Judges a log by nothing but itself. */
function judgeAlone(log: RedoLog, known: readonly (string | null)[]): Verdict {
  const illegible = log.segments.get(null) ?? [];
  const uuids = [...log.segments.keys()].filter((uuid) => uuid !== null);
  const own = uuids.filter((uuid) => known.includes(uuid));
  const verdicts = (own.length > 0 ? own : uuids).map((uuid) => judgeOne(log, uuid));
  if (illegible.length > 0) {
    const finding = `${count(illegible.length, 'file')} of it cannot be read at all: ${illegible.join(', ')}.`;
    verdicts.push({ isSound: false, finding });
  }
  return {
    isSound: verdicts.every(({ isSound }) => isSound),
    finding: verdicts.map(({ finding }) => finding).join(' '),
  };
}

function judgeOne(log: RedoLog, uuid: string): Verdict {
  const { firstSeq, reading } = log.readAlone(uuid);
  const { end, lastSeq } = reading;
  const holds =
    lastSeq < firstSeq
      ? 'It holds no changes'
      : `It holds the changes ${String(firstSeq)} to ${String(lastSeq)}`;
  if (isOrdinary(end)) return { isSound: true, finding: `${holds}.` };
  const missing = Math.max(0, log.claimsOf(uuid).highestSeq - lastSeq);
  return { isSound: false, finding: `${holds}, ${damageOf(end, missing)}` };
}

function damageOf(end: JournalEnd, missing: number): string {
  if (end.kind === 'gap') {
    return `and goes on at ${end.path} with change ${String(end.foundSeq)}: what lies between is missing.`;
  }
  const where = 'path' in end ? end.path : '';
  const lost =
    missing > 0
      ? `${count(missing, 'later change')} cannot be read.`
      : 'Nothing is missing that was answered.';
  return `and is damaged at ${where}. ${lost}`;
}
