import path from 'node:path';
import type { DbStatus, Owner } from '../shared/entities/db-status.ts';
import { SweatShopError } from '../shared/errors.ts';
import { Backups } from './backups.ts';
import type { StoreClock } from './clock.ts';
import { DatabaseFile } from './database-file.ts';
import type { FileSystem } from './file-system.ts';
import { FlushScheduler, type SnapshotSource } from './flush-scheduler.ts';
import { prepareHome } from './home-folder.ts';
import { lockHome, type HomeLock } from './lock.ts';
import { sweepTemporaries } from './publish.ts';

export type { SnapshotSource } from './flush-scheduler.ts';

export type StoreOptions = {
  /** The folder that holds everything; made where it is missing. */
  readonly home: string;
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
};

/** The files of one home, held by this process alone. */
export interface Store {
  /** What sweatshop.db held at open, null when there was no file; null again once a source is attached. */
  readonly image: Uint8Array | null;

  status(): DbStatus;

  /**
   * Saves now.
   *
   * @returns The status after it.
   * @throws StorageFull, ReadOnly, Conflict, Busy or Unavailable; the changes stay in memory and are tried again.
   */
  flush(): Promise<DbStatus>;

  /**
   * Listens to saving: called when it becomes due, starts, ends or fails.
   *
   * @returns A function that stops listening.
   */
  onStatusChanged(listener: (status: DbStatus) => void): () => void;

  /**
   * Starts to save a database.
   *
   * @param source The database that was made from `image`.
   * @param isChanged Whether it differs from `image` by now; one without a file always does.
   */
  attach(source: SnapshotSource, isChanged: boolean): void;

  /**
   * Keeps a copy of the file, as it is on the disk, in the folder backups.
   *
   * @param reason A few words for the copy's name.
   * @returns The path of the copy.
   * @throws NotFound when there is no file yet; StorageFull, ReadOnly, Unavailable.
   */
  keepCopy(reason: string): string;

  /**
   * Saves what is not saved, then gives the home free; a second call waits for the first.
   *
   * @throws What the last save failed with. The home is free all the same, and `details.copy` names the file in
   *   backups that holds the changes, where that could be written.
   */
  close(): Promise<void>;
}

/**
 * Opens a home: makes it where it is missing, takes its lock, reads its database.
 *
 * @throws Busy when another process holds it, with `{pid, host, startedAt}`; DatabaseCorrupt when the file is not whole;
 *   Conflict when something else is in its place; ReadOnly, StorageFull, Unavailable.
 */
export async function openStore({ home, fileSystem, clock }: StoreOptions): Promise<Store> {
  const realHome = await prepareHome(fileSystem, path.resolve(home));
  const lock = await lockHome(fileSystem, clock, realHome);
  try {
    sweepTemporaries(fileSystem, realHome);
    const file = new DatabaseFile(fileSystem, clock, path.join(realHome, 'sweatshop.db'));
    const backups = new Backups(fileSystem, clock, realHome);
    return new HomeStore({ clock, lock, file, backups, image: file.load() });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type HomeStoreParts = {
  readonly clock: StoreClock;
  readonly lock: HomeLock;
  readonly file: DatabaseFile;
  readonly backups: Backups;
  readonly image: Uint8Array | null;
};

class HomeStore implements Store {
  readonly #clock: StoreClock;
  readonly #lock: HomeLock;
  readonly #file: DatabaseFile;
  readonly #backups: Backups;
  readonly #listeners = new Set<(status: DbStatus) => void>();

  #image: Uint8Array | null;
  #owner: Owner | null;
  #source: SnapshotSource | null = null;
  #scheduler: FlushScheduler | null = null;
  #stopListening: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor({ clock, lock, file, backups, image }: HomeStoreParts) {
    this.#clock = clock;
    this.#lock = lock;
    this.#file = file;
    this.#backups = backups;
    this.#image = image;
    this.#owner = lock.owner;
  }

  get image(): Uint8Array | null {
    return this.#image;
  }

  status(): DbStatus {
    const publishedAtMs = this.#file.writtenAtMs;
    return {
      path: this.#file.path,
      bytes: this.#file.bytes,
      state: this.#scheduler?.state ?? 'saved',
      owner: this.#owner,
      seq: this.#scheduler?.seq ?? 0,
      publishedSeq: this.#scheduler?.publishedSeq ?? 0,
      publishedAt: publishedAtMs === null ? null : new Date(publishedAtMs).toISOString(),
      lastError: this.#scheduler?.lastError ?? null,
    };
  }

  async flush(): Promise<DbStatus> {
    if (this.#closing) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
    await this.#scheduler?.flush();
    return this.status();
  }

  onStatusChanged(listener: (status: DbStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  attach(source: SnapshotSource, isChanged: boolean): void {
    if (this.#scheduler) throw new SweatShopError('Internal', 'A database is attached already.');
    const scheduler = new FlushScheduler({
      source,
      target: this.#file,
      clock: this.#clock,
      onChanged: () => {
        this.#announce();
      },
    });
    const hasFile = this.#image !== null;
    // The source has taken the image over; kept here it would double the memory for good.
    this.#image = null;
    this.#source = source;
    this.#scheduler = scheduler;
    this.#stopListening = source.onCommit(() => {
      scheduler.noteCommit();
    });
    if (isChanged || !hasFile) scheduler.noteCommit();
  }

  keepCopy(reason: string): string {
    if (this.#file.writtenAtMs === null) {
      throw new SweatShopError('NotFound', `There is no ${this.#file.path} to copy yet.`);
    }
    return this.#backups.copyFile(this.#file.target, reason);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const scheduler = this.#scheduler;
    try {
      // Whoever was let in before the end may commit while the last flush runs.
      while (scheduler && scheduler.publishedSeq < scheduler.seq) await scheduler.flush();
    } catch (error) {
      throw await this.#keepUnsaved(error);
    } finally {
      this.#stopListening?.();
      scheduler?.stop();
      await this.#lock.release();
      this.#owner = null;
      this.#listeners.clear();
    }
  }

  /** Gives the error to throw when the file could not take the last changes. */
  async #keepUnsaved(error: unknown): Promise<unknown> {
    if (!this.#source || !(error instanceof SweatShopError)) return error;
    try {
      const copy = await this.#backups.writeImage(this.#source.snapshot(), 'unsaved');
      const message = `${error.message} What was not saved is kept in ${copy}.`;
      return new SweatShopError(error.code, message, { ...error.details, copy }, error);
    } catch {
      return error;
    }
  }

  #announce(): void {
    const status = this.status();
    for (const listener of this.#listeners) {
      try {
        listener(status);
      } catch (error) {
        // Saving must go on whatever those who watch it do.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
