import type { NumberedTransaction } from '../../shared/logged-transaction.ts';
import type { FileSystem } from '../file-system.ts';
import type { IntentMark, PublishedMark } from './mark.ts';
import { SegmentBytes } from './segment-bytes.ts';
import { SegmentReader, type JournalUnit } from './segment-reader.ts';
import { surveySegments, type FoundSegment, type IgnoredSegment } from './segment-survey.ts';

/** Why reading stopped where it did; `offset` is where the last whole transaction or mark of the segment ends. */
export type JournalEnd =
  /** The journal ends as its writer left it. */
  | { readonly kind: 'clean' }
  /** A crash cut the last append off; no answered transaction is missing. */
  | { readonly kind: 'torn'; readonly path: string; readonly offset: number }
  /**
   * What had been on the disk is unreadable, as a later record or segment proves. `laterSeq` is the number in that
   * record, null where a segment is the proof.
   */
  | {
      readonly kind: 'damaged';
      readonly path: string;
      readonly offset: number;
      readonly laterSeq: number | null;
    }
  /** The segment at `path` does not continue what comes before it: something between them is missing. */
  | {
      readonly kind: 'gap';
      readonly path: string;
      readonly expectedSeq: number;
      readonly foundSeq: number;
    };

/** Something that was met and passed over without loss. */
export type JournalOddity =
  | IgnoredSegment
  /** An append that failed, or was never synced, before its writer went on in the next segment. */
  | { readonly kind: 'abandoned'; readonly path: string; readonly offset: number }
  /** An end that does not matter, as the database holds everything up to the next segment. */
  | { readonly kind: 'covered'; readonly path: string; readonly end: JournalEnd };

/** An intent, and the number of the segment that holds it. */
export type RetainedIntent = IntentMark & { readonly segmentNumber: number };

/** What a journal says. */
export type JournalReading = {
  readonly end: JournalEnd;
  /** The last provable transaction, or `afterSeq` when the journal adds nothing to it. */
  readonly lastSeq: number;
  /** The checksum of the last record that counts; 0 when there is none. */
  readonly lastCrc: number;
  /** The highest number that any segment in the folder has, by name or by header; 0 when there is none. */
  readonly highestNumber: number;
  /** The marks in the order in which they were written. */
  readonly intents: readonly RetainedIntent[];
  readonly published: readonly PublishedMark[];
  /** Whether the journal ends with its writer's word that it was closed. */
  readonly isClosed: boolean;
  readonly oddities: readonly JournalOddity[];
};

export type JournalReadOptions = {
  readonly fileSystem: FileSystem;
  /** The folder with the segments; it need not exist. */
  readonly folder: string;
  readonly databaseUuid: string;
  /** The last transaction that the database holds already. */
  readonly afterSeq: number;
  /** Called with each later transaction, in order, once all of it is proven. */
  readonly onTransaction: (transaction: NumberedTransaction) => void;
};

/**
 * Reads the longest provable stretch of transactions after a given one, and changes nothing.
 *
 * @throws DatabaseTooNew when a later version wrote a part of it; DatabaseCorrupt when an intact record says
 *   nothing; ReadOnly or Unavailable when the disk cannot be read; what `onTransaction` throws.
 */
export function readJournal(options: JournalReadOptions): JournalReading {
  const { fileSystem, folder, databaseUuid } = options;
  const { segments, ignored, highestNumber } = surveySegments(fileSystem, folder, databaseUuid);
  const walk = new JournalWalk(options, ignored);
  for (const [index, segment] of segments.entries()) {
    if (!walk.enter(segment)) break;
    walk.read(segment, segments[index + 1] ?? null);
  }
  return walk.finish(highestNumber);
}

/** The state of one reading. */
class JournalWalk {
  readonly #options: JournalReadOptions;
  readonly #oddities: JournalOddity[];
  readonly #intents: RetainedIntent[] = [];
  readonly #published: PublishedMark[] = [];
  #end: JournalEnd = { kind: 'clean' };
  #chain: { crc: number; seq: number } | null = null;
  #isClosed = false;

  constructor(options: JournalReadOptions, ignored: readonly IgnoredSegment[]) {
    this.#options = options;
    this.#oddities = [...ignored];
  }

  /** Tells whether reading can go on with a segment: it continues the chain, or the database covers all before it. */
  enter({ path, header }: FoundSegment): boolean {
    if (!header) return true;
    const end = this.#end.kind === 'clean' ? this.#linkEnd(path, header) : this.#end;
    if (end.kind === 'clean') return true;
    this.#end = end;
    if (header.firstSeq > this.#options.afterSeq + 1) return false;
    this.#oddities.push({ kind: 'covered', path, end });
    this.#end = { kind: 'clean' };
    return true;
  }

  read({ path, number, header }: FoundSegment, next: FoundSegment | null): void {
    this.#isClosed = false;
    if (!header) {
      if (this.#end.kind !== 'clean') return;
      this.#end = { kind: 'damaged', path, offset: 0, laterSeq: null };
      return;
    }
    const bytes = new SegmentBytes(this.#options.fileSystem, path);
    try {
      const reader = new SegmentReader(bytes, header);
      const nextCrc = next?.header?.previousCrc ?? null;
      while (reader.crc !== nextCrc) {
        const unit = reader.next();
        if (!unit) break;
        this.#take(unit, number);
      }
      this.#chain = { crc: reader.crc, seq: reader.seq };
      const { offset } = reader;
      if (reader.crc !== nextCrc) this.#end = endOf(reader, bytes, next !== null);
      else if (!bytes.isZeroFrom(offset)) this.#oddities.push({ kind: 'abandoned', path, offset });
    } finally {
      bytes.close();
    }
  }

  finish(highestNumber: number): JournalReading {
    return {
      end: this.#end,
      lastSeq: Math.max(this.#chain?.seq ?? 0, this.#options.afterSeq),
      lastCrc: this.#chain?.crc ?? 0,
      highestNumber,
      intents: this.#intents,
      published: this.#published,
      isClosed: this.#isClosed && this.#end.kind === 'clean',
      oddities: this.#oddities,
    };
  }

  #linkEnd(path: string, header: NonNullable<FoundSegment['header']>): JournalEnd {
    const { afterSeq } = this.#options;
    const { crc, seq } = this.#chain ?? { crc: header.previousCrc, seq: afterSeq };
    const isNext = header.firstSeq === seq + 1 || header.firstSeq <= afterSeq + 1;
    if (crc === header.previousCrc && isNext) return { kind: 'clean' };
    return { kind: 'gap', path, expectedSeq: seq + 1, foundSeq: header.firstSeq };
  }

  #take(unit: JournalUnit, segmentNumber: number): void {
    this.#isClosed = unit.kind === 'clean';
    if (unit.kind === 'intent') this.#intents.push({ ...unit.mark, segmentNumber });
    if (unit.kind === 'published') this.#published.push(unit.mark);
    if (unit.kind === 'transaction' && unit.transaction.seq > this.#options.afterSeq) {
      this.#options.onTransaction(unit.transaction);
    }
  }
}

/** Judges a segment that did not lead to the place where the next one goes on. */
function endOf(reader: SegmentReader, bytes: SegmentBytes, hasNext: boolean): JournalEnd {
  const { path } = bytes;
  const { offset } = reader;
  const laterSeq = reader.findLaterSeq();
  if (laterSeq !== null) return { kind: 'damaged', path, offset, laterSeq };
  if (bytes.isZeroFrom(offset)) return { kind: 'clean' };
  // The next segment was created after everything in this one had been synced or given up.
  return hasNext
    ? { kind: 'damaged', path, offset, laterSeq: null }
    : { kind: 'torn', path, offset };
}
