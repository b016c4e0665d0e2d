import type { DbStatus } from '../shared/entities/db-status.ts';
import { SweatShopError, toWireError } from '../shared/errors.ts';
import type { StoreClock } from './clock.ts';

const QUIET_MS = 500;
const LONGEST_UNSAVED_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** The two methods through which the store knows the database. */
export interface SnapshotSource {
  /** Gives the whole image; throws Busy while a transaction is open. */
  snapshot(): Uint8Array;
  /** Calls back after every outermost commit that changed something; gives a function that stops it. */
  onCommit(listener: () => void): () => void;
}

/** Where the images go. */
export interface FlushTarget {
  /** Throws when what is on the disk may not be replaced. */
  assertReplaceable(): void;
  /** Resolves when the disk holds the image. */
  publish(image: Uint8Array): Promise<void>;
}

export type FlushSchedulerOptions = {
  readonly source: SnapshotSource;
  readonly target: FlushTarget;
  readonly clock: StoreClock;
  /** Called whenever `state` or `lastError` may have changed. */
  readonly onChanged: () => void;
};

/** Decides when the database in memory goes to the disk, and keeps count of what is there. */
export class FlushScheduler {
  readonly #source: SnapshotSource;
  readonly #target: FlushTarget;
  readonly #clock: StoreClock;
  readonly #onChanged: () => void;

  #seq = 0;
  #publishedSeq = 0;
  #lastError: DbStatus['lastError'] = null;
  #failures = 0;
  #running: Promise<void> | null = null;
  #runningSeq = 0;
  /** A timer ran out while a flush was running. */
  #isDue = false;
  #cancelQuiet: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor({ source, target, clock, onChanged }: FlushSchedulerOptions) {
    this.#source = source;
    this.#target = target;
    this.#clock = clock;
    this.#onChanged = onChanged;
  }

  /** The number of the last commit in memory; the image at open has 0. */
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

  /** Counts a commit, and makes sure that a flush will follow. */
  noteCommit(): void {
    const before = this.state;
    this.#seq++;
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
    const seq = this.#seq;
    this.#runningSeq = seq;
    this.#running = this.#save().then(
      (isSaved) => {
        if (!isSaved) this.#postpone();
        this.#succeed(seq);
      },
      (error: unknown) => {
        this.#fail(error);
        throw error;
      },
    );
    this.#onChanged();
    return this.#running;
  }

  /** Gives false while a transaction is open. */
  async #save(): Promise<boolean> {
    this.#target.assertReplaceable();
    const image = this.#snapshot();
    if (!image) return false;
    await this.#target.publish(image);
    return true;
  }

  #snapshot(): Uint8Array | null {
    try {
      return this.#source.snapshot();
    } catch (error) {
      if (error instanceof SweatShopError && error.code === 'Busy') return null;
      throw error;
    }
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

  #succeed(seq: number): void {
    this.#running = null;
    this.#publishedSeq = seq;
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
