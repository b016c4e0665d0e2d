import { SweatShopError } from '../shared/errors.ts';
import type { PublishedFile } from './backups/backups.ts';
import type { CommitLog } from './commit-log.ts';
import type { DatabaseFile } from './database-file.ts';
import type { FileStat } from './file-system.ts';
import type { FlushTarget } from './flush-scheduler.ts';
import type { Journal } from './journal/journal.ts';
import type { PreviousFile } from './previous-file.ts';
import type { StoredDatabase } from './stored-database.ts';

/** The image that lies at the database's path. */
export type PublishedImage = {
  /** The number of the last commit in it. */
  readonly seq: number;
  /** The segment that holds its intent; null when none does. */
  readonly intentSegment: number | null;
};

export type PublisherOptions = {
  readonly file: DatabaseFile;
  readonly previous: PreviousFile;
  readonly log: CommitLog;
  readonly database: StoredDatabase;
  /** What lies at the path now; null when nothing does. */
  readonly base: PublishedImage | null;
  /** Called after each publication. */
  readonly onPublished: (published: PublishedFile) => void;
  /** Called when another program wrote into the file in the moment when it was replaced; `path` holds its version. */
  readonly onOverwritten: (path: string) => Promise<void>;
};

/** How far an image follows from the one before it. */
type Course =
  /** By the transactions in the log. */
  | 'logged'
  /** By more than those: neither the previous file nor the log before it lead to it. */
  | 'unlogged'
  /** By the transactions in the log, but what lies at the path is another program's. */
  | 'overForeign';

/**
 * Puts the database into `sweatshop.db`, one publication at a time.
 *
 * Before the name changes hands the log holds the new image's checksum; afterwards the file before it is
 * `previous.db`, and only what neither of the two needs is removed from the log.
 */
export class Publisher implements FlushTarget {
  readonly #options: PublisherOptions;
  #base: PublishedImage | null;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#base = options.base;
  }

  publish(): Promise<number | null> {
    return this.#inTurn(() => this.#publish(this.#options.database, 'logged'));
  }

  /** As {@link publish}, over a file of another program whose copy is kept elsewhere. */
  publishOverForeign(): Promise<number | null> {
    return this.#inTurn(() => this.#publish(this.#options.database, 'overForeign'));
  }

  /**
   * Publishes a state that the log does not lead to, such as a migrated or a restored one.
   *
   * @param database Its number follows that of the last commit.
   * @throws Busy while a transaction is open; as {@link publish}.
   */
  async publishUnlogged(database: StoredDatabase): Promise<number> {
    const seq = await this.#inTurn(() => this.#publish(database, 'unlogged'));
    if (seq === null) throw new SweatShopError('Busy', 'A transaction is open. Try again.');
    return seq;
  }

  /** Resolves when no publication runs. */
  async whenIdle(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#running.then(work, work);
    this.#running = turn;
    return turn;
  }

  async #publish(database: StoredDatabase, wanted: Course): Promise<number | null> {
    let course = wanted;
    const { file, log } = this.#options;
    file.assertReplaceable();
    const journal = await log.journal();
    // Segments are removed as a whole, so each publication begins one, unless the last has nothing to remove yet.
    if (journal.hasTransactions) await journal.rotate();
    const intentSegment = journal.segmentNumber;
    const image = snapshotUnlessBusy(database);
    if (!image) return null;
    const { seq, schemaVersion } = database;
    const replaced = { base: this.#base, stat: file.known };
    let sha256 = new Uint8Array();
    const held: { path: string | null } = { path: null };
    let published: FileStat;
    try {
      published = await file.publish(image, async (written) => {
        sha256 = Uint8Array.from(written.sha256);
        await journal.appendIntent({ imageSeq: seq, size: image.length, sha256 });
        // The log lacks a commit that the disk refused, so from the file before it leads here no more.
        if (course === 'logged' && log.durableSeq < seq) course = 'unlogged';
        if (course === 'logged' && isOnRecord(replaced.base)) {
          held.path = await this.#hold();
        }
      });
    } catch (error) {
      if (held.path !== null) this.#options.previous.drop(held.path);
      throw error;
    }
    this.#base = { seq, intentSegment };
    await notePublished(journal, seq, published);
    await this.#settlePrevious(journal, course, held.path, replaced);
    await log.notePublished(seq);
    this.#options.onPublished({ path: file.target, sha256, schemaVersion });
    return seq;
  }

  /** Keeps the present file for the time after it; null when there is none. */
  async #hold(): Promise<string | null> {
    const { file, previous } = this.#options;
    return file.look() === 'own' && file.known ? previous.hold(file.target) : null;
  }

  /** What fails here leaves more behind than is needed, and nothing less. */
  async #settlePrevious(
    journal: Journal,
    course: Course,
    held: string | null,
    replaced: { readonly base: PublishedImage | null; readonly stat: FileStat | null },
  ): Promise<void> {
    const { file, previous } = this.#options;
    try {
      let oldest: PublishedImage | null = null;
      if (course === 'unlogged') {
        await previous.copyOf(file.target);
        oldest = this.#base;
      } else if (held !== null && replaced.stat) {
        if (await previous.keep(held, replaced.stat)) oldest = replaced.base;
        else await this.#options.onOverwritten(held);
      }
      if (!isOnRecord(oldest)) return;
      await journal.deleteSegmentsUpTo(oldest.intentSegment - 1, oldest.seq);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    } finally {
      if (held !== null) previous.drop(held);
    }
  }
}

/** Tells whether the log names an image; one that it does not name is nothing to go back to. */
function isOnRecord(
  image: PublishedImage | null,
): image is PublishedImage & { readonly intentSegment: number } {
  return image !== null && image.intentSegment !== null;
}

function snapshotUnlessBusy(database: StoredDatabase): Uint8Array | null {
  try {
    return database.snapshot();
  } catch (error) {
    if (error instanceof SweatShopError && error.code === 'Busy') return null;
    throw error;
  }
}

/** The mark only tells a rolled back file from a crash; a log that cannot take it says so with the next commit. */
async function notePublished(journal: Journal, imageSeq: number, file: FileStat): Promise<void> {
  const { dev, ino, size, mtimeNs } = file;
  await journal.appendPublished({ imageSeq, dev, ino, size, mtimeNs }).catch(() => undefined);
}
