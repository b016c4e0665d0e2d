import { SweatShopError } from '../shared/errors.ts';
import type { NumberedTransaction } from '../shared/logged-transaction.ts';
import type { StoreClock } from './clock.ts';
import { toDiskError } from './disk-error.ts';
import type { Journal } from './journal/journal.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export type CommitLogOptions = {
  /** Starts the journal; tried again for as long as it fails. */
  readonly openJournal: () => Promise<Journal>;
  /** The number of the last transaction that the disk holds. */
  readonly durableSeq: number;
  readonly clock: StoreClock;
  /** Called whenever `refusal` may have changed. */
  readonly onChanged: () => void;
  /** Called when somebody removed the journal: what was safe in it is not, before it is published. */
  readonly onRemoved: () => void;
};

type Waiter = {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: SweatShopError) => void;
};

/**
 * Keeps each commit in the journal, and tells when it is safe there.
 *
 * What the disk refuses stays here and is appended again, after 1, 2, 4 … 30 s, until the disk takes it; meanwhile
 * `refusal` tells why nothing more may be written.
 */
export class CommitLog {
  readonly #openJournal: () => Promise<Journal>;
  readonly #clock: StoreClock;
  readonly #onChanged: () => void;
  readonly #onRemoved: () => void;
  /** What memory has and the disk may lack, in order. */
  #pending: NumberedTransaction[] = [];
  #waiters: Waiter[] = [];
  #journal: Journal | null = null;
  #durableSeq: number;
  #failure: SweatShopError | null = null;
  #failureAtMs = 0;
  #hold: SweatShopError | null = null;
  #failures = 0;
  /** What the journal has to leap to before it can take the next transaction; 0 for nothing. */
  #leapSeq = 0;
  #cancelRetry: (() => void) | null = null;
  #retrying: Promise<void> | null = null;
  #isClosed = false;

  constructor({ openJournal, durableSeq, clock, onChanged, onRemoved }: CommitLogOptions) {
    this.#openJournal = openJournal;
    this.#durableSeq = durableSeq;
    this.#clock = clock;
    this.#onChanged = onChanged;
    this.#onRemoved = onRemoved;
  }

  /** The number of the last transaction that no crash can lose. */
  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** Why nothing may be written now; null when all is well. */
  get refusal(): SweatShopError | null {
    return this.#failure ?? this.#hold;
  }

  /** Why the disk does not take what memory has, and since when; null when it does. */
  get failure(): { readonly error: SweatShopError; readonly atMs: number } | null {
    return this.#failure && { error: this.#failure, atMs: this.#failureAtMs };
  }

  /** Starts the journal. A disk that refuses it does not keep anybody from reading. */
  async start(): Promise<void> {
    try {
      this.#journal = await this.#openJournal();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Refuses writes for a while, with an error for those who try. */
  hold(reason: SweatShopError): void {
    this.#hold = reason;
    this.#onChanged();
  }

  /** Lets writes pass again, unless the disk refuses them. */
  release(): void {
    this.#hold = null;
    this.#onChanged();
  }

  /** Keeps a commit; {@link whenDurable} tells how it went. */
  append(transaction: NumberedTransaction): void {
    this.#pending.push(transaction);
    // Only what slips in behind a failure comes here without being written; the next attempt takes it along.
    if (!this.#journal || this.#failure) return;
    // A mark that could not be synced broke it; the attempt to go on takes along what is pending.
    if (this.#journal.state === 'broken') void this.#retry();
    else void this.#write(this.#journal, transaction);
  }

  /**
   * Waits until no crash can lose what was appended so far.
   *
   * @throws Why the disk does not take it.
   */
  whenDurable(): Promise<void> {
    const seq = this.#pending.at(-1)?.seq;
    if (seq === undefined) return Promise.resolve();
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
    });
  }

  /**
   * Gives the journal, for the marks of a publication.
   *
   * @throws Why there is none, or why it takes nothing.
   */
  async journal(): Promise<Journal> {
    // A value that no log can hold is kept by publishing it, for which the journal must be at hand.
    const isUsable = this.#failure === null || this.#failure.code === 'InvalidInput';
    // A mark that could not be synced breaks the journal too, and no append is there to find that out.
    if (!isUsable || this.#journal?.state === 'broken') await this.#retry();
    if (this.#journal && (isUsable || this.#failure === null)) return this.#journal;
    throw this.#failure ?? new SweatShopError('Unavailable', 'The redo log is not open.');
  }

  /** Hears that a durable image holds everything up to a transaction, also what the journal lacks. */
  async notePublished(seq: number): Promise<void> {
    if (seq <= this.#durableSeq) return;
    this.#pending = this.#pending.filter((transaction) => transaction.seq > seq);
    this.#durableSeq = seq;
    this.#leapSeq = seq;
    this.#settle();
    await this.#retrying;
    await this.#retry();
  }

  /** Hears that the journal failed under somebody else. */
  noteFailure(error: unknown): void {
    this.#fail(error);
  }

  /** Puts everything on the disk before it returns; throws as the journal's `syncNow` does. */
  syncNow(): void {
    if (this.#pending.length > 0) this.#journal?.syncNow();
  }

  /** Ends the journal; what it could not take is lost with the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    // What it opens is to be closed, while the home is still ours.
    await this.#retrying;
    try {
      await this.#journal?.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #write(journal: Journal, transaction: NumberedTransaction): Promise<void> {
    return journal.append(transaction).then(
      () => {
        this.#keep(transaction.seq);
      },
      (error: unknown) => {
        this.#fail(error);
      },
    );
  }

  #keep(seq: number): void {
    this.#durableSeq = Math.max(this.#durableSeq, seq);
    while (this.#pending[0] && this.#pending[0].seq <= seq) this.#pending.shift();
    this.#settle();
  }

  /** Answers those who wait for what is safe by now. */
  #settle(): void {
    while (this.#waiters[0] && this.#waiters[0].seq <= this.#durableSeq) {
      this.#waiters.shift()?.resolve();
    }
  }

  #fail(error: unknown): void {
    const isNew = this.#failure === null;
    const failure = toDiskError(error, 'saved', 'The redo log');
    // Every append behind the first that failed is rejected too; one report and one retry are enough.
    if (!isNew && this.#cancelRetry) return;
    if (isNew) this.#failureAtMs = this.#clock.nowMs();
    this.#failure = failure;
    for (const { reject } of this.#waiters.splice(0)) reject(failure);
    if (!this.#isFenced && !this.#isClosed) {
      const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
      this.#failures++;
      this.#cancelRetry = this.#clock.callLater(delayMs, () => void this.#retry());
    }
    if (failure.details['isRemoved'] === true) this.#onRemoved();
    this.#onChanged();
  }

  #retry(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#retrying ??= this.#tryAgain().finally(() => {
      this.#retrying = null;
    });
    return this.#retrying;
  }

  /** Whether another process has gone on with the journal, and this one must not go on behind it. */
  get #isFenced(): boolean {
    const wasRefused = this.#journal === null && this.#failure?.code === 'Conflict';
    return wasRefused || this.#journal?.state === 'fenced';
  }

  /** Appends everything again that the disk may lack, in order. */
  async #tryAgain(): Promise<void> {
    if (this.#failure && this.#isFenced) return;
    try {
      this.#journal ??= await this.#openJournal();
      const journal = this.#journal;
      if (journal.state === 'broken' || this.#leapSeq > 0) await journal.rotate(this.#leapSeq);
      this.#leapSeq = 0;
      const again = async (transaction: NumberedTransaction): Promise<void> => {
        await journal.append(transaction);
        // Also when a later one fails: the journal takes none twice.
        this.#keep(transaction.seq);
      };
      await Promise.all(this.#pending.map(again));
      this.#succeed();
    } catch (error) {
      this.#fail(error);
    }
  }

  #succeed(): void {
    this.#failure = null;
    this.#failures = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#onChanged();
  }
}
