import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SweatShopError } from '../../shared/errors.ts';
import type { NumberedTransaction } from '../../shared/logged-transaction.ts';
import type { StoreClock } from '../clock.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { syncDirectory, unlinkQuietly } from '../publish.ts';
import { encodeIntent, encodePublished, type IntentMark, type PublishedMark } from './mark.ts';
import { encodeTransaction } from './payload.ts';
import { createSegment, newSalt, otherWriter, segmentPath } from './segment.ts';
import { surveySegments } from './segment-survey.ts';
import { SegmentWriter, type Draft } from './segment-writer.ts';

/** So long may a sync keep everybody else waiting. */
const FAST_SYNC_MS = 1;

/**
 * What a journal can do: `open` takes appends; `broken` has met a failed sync and takes none before {@link
 * Journal.rotate}; `fenced` has met a segment of another process and takes none again; `closed`.
 */
export type JournalState = 'open' | 'broken' | 'fenced' | 'closed';

export type JournalOptions = {
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
  /** The folder for the segments; made where it is missing. */
  readonly folder: string;
  readonly databaseUuid: string;
  /** Where to go on: what reading the folder gave, after everything in it was applied. */
  readonly after: {
    readonly lastSeq: number;
    readonly lastCrc: number;
    readonly highestNumber: number;
  };
};

type Waiting = {
  readonly resolve: () => void;
  readonly reject: (error: SweatShopError) => void;
};

type Append = Waiting & { readonly draft: Draft };
type Rotation = Waiting & { readonly afterSeq: number | undefined };

/**
 * Opens a journal for writing: starts a segment of its own behind all others, which gives up what an earlier writer
 * left torn.
 *
 * @throws Conflict when another process writes it; StorageFull, ReadOnly, Unavailable.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  await prepareFolder(options.fileSystem, options.folder);
  const journal = new Journal(options);
  await journal.rotate();
  return journal;
}

/** The writer of a journal. Appends that wait at the same time share one sync. */
export class Journal {
  readonly #fileSystem: FileSystem;
  readonly #clock: StoreClock;
  readonly #folder: string;
  readonly #databaseUuid: string;
  readonly #queue: (Append | Rotation)[] = [];
  #writer: SegmentWriter | null = null;
  #removed: SegmentWriter | null = null;
  #state: JournalState = 'open';
  /** Set when nothing more may be written to the present segment, though what is in it counts. */
  #isSealed = true;
  #isDraining = false;
  #lastSyncMs = Infinity;
  /** Resolves when nothing waits any more. */
  #drained: Promise<void> = Promise.resolve();
  /** Set while the present segment must not be touched by {@link syncNow}. */
  #isBetweenStates = false;
  #closing: Promise<void> | null = null;
  #highestNumber: number;
  /** Where the journal stands on the disk while there is no writer. */
  readonly #start: { readonly lastSeq: number; readonly lastCrc: number };
  /** The number of the last transaction taken in, on the disk or not. */
  #acceptedSeq: number;
  /** Why transactions behind {@link #acceptedSeq} were rejected; null after the next one is on the disk. */
  #failure: SweatShopError | null = null;

  /** @param options As for {@link openJournal}, which is to be used instead. */
  constructor({ fileSystem, clock, folder, databaseUuid, after }: JournalOptions) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.#folder = folder;
    this.#databaseUuid = databaseUuid;
    this.#start = after;
    this.#highestNumber = after.highestNumber;
    this.#acceptedSeq = after.lastSeq;
  }

  get state(): JournalState {
    return this.#state;
  }

  /** The last transaction known to be on the disk. */
  get durableSeq(): number {
    return this.#writer?.seq ?? this.#start.lastSeq;
  }

  /** The number of the segment that is being written. */
  get segmentNumber(): number {
    return this.#writer?.number ?? this.#highestNumber;
  }

  /** Whether the segment that is being written holds, or is about to hold, a transaction. */
  get hasTransactions(): boolean {
    return this.#writer !== null && this.#acceptedSeq >= this.#writer.firstSeq;
  }

  /**
   * Keeps a transaction. When it resolves, no crash and no power cut can lose it.
   *
   * After a rejection the transaction, and every one appended behind it, is to be appended again, or its effect to be
   * published and {@link rotate} to be told. A crash before that may still bring it back, whole.
   *
   * @param transaction Its number follows that of the last one appended.
   * @throws InvalidInput for a value that would not come back as it was; StorageFull, ReadOnly, Unavailable; Conflict
   *   when another process writes this journal. Internal for a wrong number.
   */
  async append(transaction: NumberedTransaction): Promise<void> {
    const payload = encodeTransaction(transaction);
    const { seq } = transaction;
    if (this.#state === 'open' && seq !== this.#acceptedSeq + 1) {
      if (this.#failure && seq > this.#acceptedSeq) throw this.#failure;
      const message = `Transaction ${String(this.#acceptedSeq + 1)} is due, and ${String(seq)} came.`;
      throw new SweatShopError('Internal', message);
    }
    await this.#enqueue({ type: 'transaction', seq, payload });
  }

  /** Notes that an image is about to take the place of the database; rejects as {@link append} does. */
  async appendIntent(mark: IntentMark): Promise<void> {
    const payload = encodeIntent(mark);
    await this.#enqueue({ type: 'intent', seq: this.#acceptedSeq, payload });
  }

  /** Notes that an image has taken the place of the database; rejects as {@link append} does. */
  async appendPublished(mark: PublishedMark): Promise<void> {
    const payload = encodePublished(mark);
    await this.#enqueue({ type: 'published', seq: this.#acceptedSeq, payload });
  }

  /**
   * Goes on in a new segment, behind everything appended so far. A broken journal is open again after it.
   *
   * @param afterSeq A transaction that a durable image holds, with all before it: the new segment starts behind it when
   *   the journal lacks some of them.
   * @throws Conflict when another process writes this journal; StorageFull, ReadOnly, Unavailable. The next append
   *   then tries to start a segment first.
   */
  async rotate(afterSeq?: number): Promise<void> {
    if (this.#state === 'fenced' || this.#closing) throw this.#refusal();
    await new Promise<void>((resolve, reject) => {
      this.#push({ afterSeq, resolve, reject });
    });
  }

  /**
   * Removes the segments up to a number, except the one being written, those of other databases, and any that may hold
   * a transaction which the image lacks.
   *
   * @param imageSeq The last transaction in the older of the images that must stay enough.
   * @throws DatabaseTooNew, ReadOnly, Unavailable; what is left does no harm.
   */
  async deleteSegmentsUpTo(number: number, imageSeq: number): Promise<void> {
    const { segments } = surveySegments(this.#fileSystem, this.#folder, this.#databaseUuid);
    const old = segments.filter((segment, index) => {
      const next = segments[index + 1]?.header;
      return segment.number <= number && next && next.firstSeq <= imageSeq + 1;
    });
    try {
      for (const { path } of old) this.#fileSystem.unlink(path);
      await syncDirectory(this.#fileSystem, this.#folder);
    } catch (error) {
      throw toDiskError(error, 'saved', this.#folder);
    }
  }

  /**
   * Puts everything that waits on the disk before it returns, for the end of a session, which waits for nobody.
   *
   * @throws Busy when a segment is being started or a long append being written; StorageFull, ReadOnly, Unavailable;
   *   Conflict when another process writes this journal.
   */
  syncNow(): void {
    if (this.#state !== 'open') throw this.#refusal();
    const appends = this.#queue.filter((job) => 'draft' in job);
    const writer = this.#writer;
    const isBusy = this.#isBetweenStates || this.#isSealed || appends.length < this.#queue.length;
    if (!writer || isBusy) {
      throw new SweatShopError('Busy', 'The journal is starting a new file. Try again.');
    }
    this.#queue.length = 0;
    const confirm = () => {
      this.#assertNoOtherWriter(writer);
    };
    try {
      writer.syncNow(confirm);
      writer.writeNow(appends.map(({ draft }) => draft));
      writer.syncNow(confirm);
    } catch (error) {
      throw this.#stop(error, appends);
    }
    for (const { resolve } of appends) resolve();
  }

  /**
   * Keeps what was appended, says that the journal was closed, and gives its file back; a segment in which nothing was
   * ever written goes.
   *
   * @throws As {@link append}; the file is given back all the same.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      await this.#drained;
      if (this.#state === 'open' && this.#writer?.isEmpty !== true) {
        const draft = { type: 'clean', seq: this.#acceptedSeq, payload: new Uint8Array() } as const;
        await new Promise<void>((resolve, reject) => {
          this.#push({ draft, resolve, reject });
        });
      }
    } finally {
      await this.#drained;
      const wasOpen = this.#state === 'open';
      this.#state = 'closed';
      this.#writer?.close();
      if (wasOpen && this.#writer?.isEmpty === true) {
        unlinkQuietly(this.#fileSystem, this.#writer.path);
      }
    }
  }

  #enqueue(draft: Draft): Promise<void> {
    if (this.#state !== 'open' || this.#closing) return Promise.reject(this.#refusal());
    this.#acceptedSeq = draft.seq;
    return new Promise((resolve, reject) => {
      this.#push({ draft, resolve, reject });
    });
  }

  #push(job: Append | Rotation): void {
    this.#queue.push(job);
    if (!this.#isDraining) this.#drained = this.#drain();
  }

  /** Runs up to its first wait at once, so that a lone append is written before its caller goes on. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let job = this.#queue[0]; job; job = this.#queue[0]) {
      if ('draft' in job) {
        const count = await this.#commitBatch();
        // Those who were answered just now get the time to share the next sync with those who wait.
        if (count > 1 || this.#queue.length > 0) await nextTurn();
      } else {
        this.#queue.shift();
        await this.#startSegment(job.afterSeq).then(job.resolve, job.reject);
      }
    }
    this.#isDraining = false;
  }

  /** Writes the appends at the head of the queue with one sync; gives their number. Never rejects. */
  async #commitBatch(): Promise<number> {
    if (this.#isSealed) {
      try {
        await this.#startSegment(undefined);
      } catch (error) {
        this.#rejectAppends([], toDiskError(error, 'saved', this.#folder));
        return 0;
      }
    }
    const writer = this.#writer;
    const batch = this.#takeAppends();
    if (!writer || batch.length === 0) return 0;
    if (!(await this.#write(writer, batch))) return 0;
    try {
      await this.#sync(writer, batch.length === 1);
    } catch (error) {
      this.#stop(error, batch);
      return 0;
    }
    this.#failure = null;
    for (const { resolve } of batch) resolve();
    return batch.length;
  }

  /** Syncs what was written; a lone append on a fast disk at once, as the way to another thread takes longer than it. */
  async #sync(writer: SegmentWriter, isLone: boolean): Promise<void> {
    const confirm = () => {
      this.#assertNoOtherWriter(writer);
    };
    // Those who append in the same turn are to share a sync, which then runs beside their next work.
    if (isLone) await nextTurn();
    const startedMs = performance.now();
    if (isLone && this.#queue.length === 0 && this.#lastSyncMs <= FAST_SYNC_MS) {
      writer.syncNow(confirm);
    } else {
      await writer.sync(confirm);
    }
    this.#lastSyncMs = performance.now() - startedMs;
  }

  async #write(writer: SegmentWriter, batch: readonly Append[]): Promise<boolean> {
    try {
      const rest = writer.write(batch.map(({ draft }) => draft));
      if (rest) {
        this.#isBetweenStates = true;
        await rest;
      }
      return true;
    } catch (error) {
      try {
        writer.cutBack();
      } catch {
        this.#isSealed = true;
      }
      this.#rejectAppends(batch, toDiskError(error, 'saved', writer.path));
      return false;
    } finally {
      this.#isBetweenStates = false;
    }
  }

  #takeAppends(): Append[] {
    const end = this.#queue.findIndex((job) => !('draft' in job));
    const jobs = this.#queue.splice(0, end === -1 ? this.#queue.length : end);
    return jobs.filter((job) => 'draft' in job);
  }

  async #startSegment(afterSeq: number | undefined): Promise<void> {
    if (this.#state === 'fenced') throw this.#refusal();
    if (this.#writer) this.#assertInPlace(this.#writer);
    const number = this.#highestNumber + 1;
    // A failure may leave a file that says where this segment ends, so it must not grow, nor the number be used again.
    this.#isSealed = true;
    this.#highestNumber = number;
    this.#isBetweenStates = true;
    const file = segmentPath(this.#folder, number);
    const header = {
      databaseUuid: this.#databaseUuid,
      number,
      firstSeq: Math.max(this.durableSeq, afterSeq ?? 0) + 1,
      salt: newSalt(),
      previousCrc: this.#writer?.crc ?? this.#start.lastCrc,
      createdAtMs: this.#clock.nowMs(),
    };
    try {
      if (!this.#fileSystem.stat(this.#folder)) await prepareFolder(this.#fileSystem, this.#folder);
      const descriptor = await createSegment(this.#fileSystem, file, header);
      // Those who wait behind a leap count from before it.
      if (header.firstSeq > this.durableSeq + 1) this.#rejectAppends([], leapt(header.firstSeq));
      this.#writer?.close();
      const writer = new SegmentWriter(this.#fileSystem, file, descriptor, header);
      this.#writer = writer;
      this.#isSealed = false;
      this.#state = 'open';
      this.#acceptedSeq = Math.max(this.#acceptedSeq, writer.seq);
    } catch (error) {
      if (error instanceof SweatShopError && error.code === 'Conflict') this.#state = 'fenced';
      throw error;
    } finally {
      this.#isBetweenStates = false;
    }
  }

  /** An answer that follows this check is safe from a process that took over: it creates its segment, then reads. */
  #assertNoOtherWriter(writer: SegmentWriter): void {
    const file = segmentPath(this.#folder, writer.number + 1);
    if (this.#fileSystem.stat(file)) throw otherWriter(file);
    this.#assertInPlace(writer);
  }

  /** Tells of a removed segment once: whoever is told publishes what was in it, and then goes on in the next. */
  #assertInPlace(writer: SegmentWriter): void {
    if (writer === this.#removed || writer.isInPlace) return;
    this.#removed = writer;
    this.#isSealed = true;
    this.#state = 'broken';
    throw removed(writer.path);
  }

  /** After a failed sync nobody knows what the disk holds, and asking it again may be answered with a lie. */
  #stop(error: unknown, batch: readonly Append[]): SweatShopError {
    const reason = toDiskError(error, 'saved', this.#writer?.path ?? this.#folder);
    this.#state = reason.code === 'Conflict' ? 'fenced' : 'broken';
    this.#isSealed = true;
    this.#rejectAppends(batch, reason);
    return reason;
  }

  /** Rejects appends and all that wait behind them, which would leave a gap. */
  #rejectAppends(batch: readonly Append[], error: SweatShopError): void {
    const waiting = this.#queue.splice(0);
    this.#queue.push(...waiting.filter((job) => !('draft' in job)));
    this.#acceptedSeq = this.durableSeq;
    this.#failure = error;
    for (const { reject } of batch) reject(error);
    for (const job of waiting) if ('draft' in job) job.reject(error);
  }

  #refusal(): SweatShopError {
    if (this.#state === 'fenced') return otherWriter(this.#folder);
    const message =
      this.#closing !== null
        ? 'The journal is closed.'
        : 'The disk failed to keep the last change, so nothing more is taken until a new file is started.';
    return new SweatShopError('Unavailable', message, { path: this.#folder });
  }
}

async function prepareFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  try {
    fileSystem.mkdir(folder);
    // Also where it exists: an earlier attempt may have made it and failed to make its name durable.
    await syncDirectory(fileSystem, path.dirname(folder));
  } catch (error) {
    throw toDiskError(error, 'created', folder);
  }
}

/** Makes the error for a segment whose name is gone: what was answered from it is to be published. */
function removed(file: string): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    `The redo log ${file} was removed while it was in use. SweatShop saves everything anew; try again in a moment.`,
    { path: file, isRemoved: true },
  );
}

function leapt(firstSeq: number): SweatShopError {
  return new SweatShopError(
    'Internal',
    `The journal goes on with transaction ${String(firstSeq)}.`,
  );
}
