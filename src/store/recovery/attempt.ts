import type { SweatShopError } from '../../shared/errors.ts';
import { isEditedInPlace } from '../image-check.ts';
import type { JournalEnd } from '../journal/journal-reader.ts';
import type { StoredDatabase } from '../stored-database.ts';
import type { Candidate, Opened } from './candidates.ts';
import { areEqualBytes } from './read-file.ts';
import type { RedoLog, Replay } from './redo-log.ts';

/** A database made from a candidate and what the log adds to it. */
export type Attempt<D extends StoredDatabase> = {
  readonly candidate: Candidate;
  /** With the log run on it as far as it fits. */
  readonly database: D;
  /** The number of the last commit in the image alone. */
  readonly imageSeq: number;
  /** Null where the image has no identity that a log could belong to. */
  readonly replay: Replay | null;
  /** The segment with the intent that names exactly this image; null when none does. */
  readonly intentSegment: number | null;
  /** Whether another program has written into the image. */
  readonly isEdited: boolean;
  /** How many later changes were answered, as far as the log is legible, and are not in the database. */
  readonly missing: number;
  /** Whether a part of the log of which nothing can be told may hold later changes. */
  readonly isUnclear: boolean;
};

/**
 * Runs the log on an opened candidate and finds out what it lacks.
 *
 * @param isAlone Leaves the candidate as it is, without what the log would add.
 */
export function attempt<D extends StoredDatabase>(
  log: RedoLog,
  { candidate, database }: Extract<Opened<D>, { problem: null }>,
  isAlone = false,
): Attempt<D> {
  const { uuid } = database;
  const imageSeq = database.seq;
  const isEdited = isEditedInPlace(candidate.image);
  const common = { candidate, database, imageSeq, isEdited };
  if (uuid === null) {
    return { ...common, replay: null, intentSegment: null, missing: 0, isUnclear: false };
  }
  const replay = log.replay(database, uuid, isAlone);
  const { end, lastSeq, published } = replay.reading;
  const isWhole = isOrdinary(end);
  const highestSeq = isWhole
    ? Math.max(lastSeq, ...published.map(({ imageSeq }) => imageSeq))
    : log.claimsOf(uuid).highestSeq;
  return {
    ...common,
    replay,
    intentSegment: findIntent(log, uuid, candidate, replay),
    missing: Math.max(0, highestSeq - database.seq),
    isUnclear: !isWhole && log.claimsOf(uuid).illegible.length > 0,
  };
}

/** Tells whether nothing that was ever answered is missing from the database, as far as its own log can tell. */
export function isComplete(tried: Attempt<StoredDatabase>): boolean {
  return tried.missing === 0 && !tried.isUnclear && failureOf(tried) === null;
}

export function failureOf({ replay }: Attempt<StoredDatabase>): SweatShopError | null {
  return replay?.failure ?? null;
}

/** Tells whether a journal ends as one does after a clean end or a crash. */
export function isOrdinary(end: JournalEnd): boolean {
  return end.kind === 'clean' || end.kind === 'torn';
}

/** An intent counts wherever it stands: no other bytes have its checksum. */
function findIntent(
  log: RedoLog,
  uuid: string,
  { sha256 }: Candidate,
  { reading }: Replay,
): number | null {
  const isThis = (intent: { readonly sha256: Uint8Array }): boolean =>
    areEqualBytes(intent.sha256, sha256);
  const found = reading.intents.find(isThis) ?? log.claimsOf(uuid).intents.find(isThis);
  return found?.segmentNumber ?? null;
}
