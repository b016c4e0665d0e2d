import type { DbStatus } from '../shared/entities/db-status.ts';
import { SweatShopError, toWireError } from '../shared/errors.ts';
import type { StoreClock } from './clock.ts';

const QUIET_MS = 500;
const LONGEST_UNSAVED_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** Where the database goes. */
export interface FlushTarget {
  /**
   * Puts the database as it is onto the disk.
   *
   * @returns The number of the last commit that the file holds then; null, with nothing done, while a transaction is open.
   */
  publish(): Promise<number | null>;
}

export type FlushSchedulerOptions = {
  readonly target: FlushTarget;
  readonly clock: StoreClock;
  /** The number of the last commit in memory. */
  readonly seq: number;
  /** The number of the last commit that the file holds. */
  readonly publishedSeq: number;
  /** Called whenever `state` or `lastError` may have changed. */
  readonly onChanged: () => void;
};

/** Decides when the database in memory goes to the disk, and keeps count of what is there. */
export class FlushScheduler {
  readonly #target: FlushTarget;
  readonly #clock: StoreClock;
  readonly #onChanged: () => void;

  #seq: number;
  #publishedSeq: number;
  #lastError: DbStatus['lastError'] = null;
  #failures = 0;
  #running: Promise<void> | null = null;
  #runningSeq = 0;
  /** A timer ran out while a flush was running. */
  #isDue = false;
  #cancelQuiet: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor({ target, clock, seq, publishedSeq, onChanged }: FlushSchedulerOptions) {
    this.#target = target;
    this.#clock = clock;
    this.#seq = seq;
    this.#publishedSeq = publishedSeq;
    this.#onChanged = onChanged;
    if (seq > publishedSeq) this.#arm();
  }

  /** The number of the last commit in memory. */
  get seq(): number {
    return this.#seq;
  }

  /** The number of the last commit that the disk holds. */
  get publishedSeq(): number {
    return this.#publishedSeq;
  }

  /** Why the last flush failed; null as soon as one succeeds. */
  get lastError(): DbStatus['lastError'] {
    return this.#lastError;
  }

  get state(): DbStatus['state'] {
    if (this.#running) return 'saving';
    if (this.#lastError) return 'failed';
    return this.#seq > this.#publishedSeq ? 'unsaved' : 'saved';
  }

  /** Hears of a commit by its number, and makes sure that a flush will follow. */
  noteCommit(seq: number): void {
    const before = this.state;
    this.#seq = seq;
    // While the disk fails, the back-off alone decides when it is asked again.
    if (this.#running || !this.#lastError) this.#arm();
    if (this.state !== before) this.#onChanged();
  }

  /**
   * Brings every commit made so far to the disk.
   *
   * @throws What the source or the target threw; the changes stay in memory and the flush is tried again by itself.
   */
  async flush(): Promise<void> {
    const wantedSeq = this.#seq;
    if (this.#running && this.#runningSeq < wantedSeq) {
      await this.#running.catch(ignore);
    }
    if (this.#publishedSeq < wantedSeq) await (this.#running ?? this.#start());
  }

  /** Hears that the file has been replaced, otherwise than by a flush, and holds everything up to a commit. */
  notePublished(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
    this.#publishedSeq = Math.max(this.#publishedSeq, seq);
    if (this.#publishedSeq === this.#seq && !this.#running) this.stop();
    this.#lastError = null;
    this.#failures = 0;
    this.#onChanged();
  }

  /** Hears that the file is gone, with everything in it. */
  noteLost(): void {
    this.#publishedSeq = 0;
    this.#arm();
    this.#onChanged();
  }

  /** Stops all timers; a flush that runs goes on to its end. */
  stop(): void {
    this.#disarm();
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  #arm(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#clock.callLater(QUIET_MS, this.#flushWhenDue);
    this.#cancelDeadline ??= this.#clock.callLater(LONGEST_UNSAVED_MS, this.#flushWhenDue);
  }

  #disarm(): void {
    this.#cancelQuiet?.();
    this.#cancelDeadline?.();
    this.#cancelQuiet = null;
    this.#cancelDeadline = null;
    this.#isDue = false;
  }

  readonly #flushWhenDue = (): void => {
    if (this.#running) this.#isDue = true;
    else this.#start().catch(ignore);
  };

  #start(): Promise<void> {
    this.stop();
    this.#runningSeq = this.#seq;
    this.#running = this.#target.publish().then(
      (publishedSeq) => {
        if (publishedSeq === null) this.#postpone();
        this.#succeed(publishedSeq);
      },
      (error: unknown) => {
        this.#fail(error);
        throw error;
      },
    );
    this.#onChanged();
    return this.#running;
  }

  #postpone(): never {
    this.#running = null;
    this.#cancelRetry = this.#clock.callLater(QUIET_MS, this.#flushWhenDue);
    this.#onChanged();
    throw new SweatShopError(
      'Busy',
      'A transaction is open. Saving follows as soon as it has ended.',
    );
  }

  #succeed(publishedSeq: number): void {
    this.#running = null;
    this.#publishedSeq = Math.max(this.#publishedSeq, publishedSeq);
    this.#lastError = null;
    this.#failures = 0;
    this.#onChanged();
    if (this.#isDue) this.#start().catch(ignore);
  }

  #fail(error: unknown): void {
    this.#running = null;
    const { code, message } = toWireError(error);
    this.#lastError = { code, message, at: new Date(this.#clock.nowMs()).toISOString() };
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    this.#disarm();
    this.#cancelRetry = this.#clock.callLater(delayMs, this.#flushWhenDue);
    this.#onChanged();
  }
}

/** For a flush that nobody waits for: how it went is in the status. */
function ignore(): void {
  return;
}
