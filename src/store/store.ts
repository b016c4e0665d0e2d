import path from 'node:path';
import type { Backup } from '../shared/entities/backup.ts';
import type { DbStatus, Owner } from '../shared/entities/db-status.ts';
import type { CheckReport, ConflictSide, RecoveryReport } from '../shared/entities/recovery.ts';
import { SweatShopError } from '../shared/errors.ts';
import { Backups } from './backups/backups.ts';
import type { ImageInspector } from './backups/image-inspector.ts';
import type { StoreClock } from './clock.ts';
import { DatabaseFile } from './database-file.ts';
import type { FileSystem } from './file-system.ts';
import { prepareHome } from './home-folder.ts';
import { lockHome, type HomeLock } from './lock.ts';
import { sweepTemporaries } from './publish.ts';
import { inspectHome } from './recovery/inspect-home.ts';
import { count } from './recovery/options.ts';
import { recoverDatabase, RecoveryNeeded, type Recovered } from './recovery/recover-database.ts';
import { UnfinishedFile } from './recovery/sidecars.ts';
import { Saving, type SavingStatus } from './saving.ts';
import type { DatabaseEngine, StoredDatabase } from './stored-database.ts';

export type StoreOptions<Opened extends StoredDatabase> = {
  /** The folder that holds everything; made where it is missing. */
  readonly home: string;
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
  readonly engine: DatabaseEngine<Opened>;
  /** Belongs to the store from now on. */
  readonly inspector: ImageInspector;
  /**
   * Brings a database up to date.
   *
   * @param beforeFirst To be called with the name of the last migration before the first changes anything.
   * @returns Whether anything was changed.
   */
  readonly migrate: (
    database: Opened,
    beforeFirst: (migration: string) => Promise<void>,
  ) => Promise<boolean>;
  /** Never saves: what happens to the database, its migrations included, stays in memory and ends with it. */
  readonly readOnly?: boolean;
};

/** The files of one home, held by this process alone. */
export interface Store<Opened extends StoredDatabase> {
  /** The database; null while damage waits for a person. */
  readonly database: Opened | null;

  status(): DbStatus;

  /**
   * Waits until no crash can lose what has been committed so far.
   *
   * @throws StorageFull, ReadOnly, Conflict or Unavailable; the commits stay in memory and are tried again.
   */
  whenDurable(): Promise<void>;

  /**
   * Saves into the file now.
   *
   * @returns The status after it.
   * @throws StorageFull, ReadOnly, Conflict, Busy or Unavailable; the changes stay in memory and are tried again.
   */
  flush(): Promise<DbStatus>;

  /** Puts the redo log on the disk before it returns, for the end of a session, which waits for nobody. */
  syncNow(): void;

  /** Reads every file of the home and tells which are sound. */
  check(): Promise<CheckReport>;

  /** Lists the backups, newest first. */
  backups(): Promise<readonly Backup[]>;

  /**
   * Makes a backup of the present state.
   *
   * @throws StorageFull, ReadOnly, Unavailable.
   */
  backup(): Promise<Backup>;

  /**
   * Puts a backup in the place of the present state, which is kept as a backup first.
   *
   * @param name As {@link backups} lists it.
   * @throws NotFound; DatabaseCorrupt, DatabaseTooNew or Conflict for a backup that cannot take its place; StorageFull,
   *   ReadOnly, Unavailable, Busy. Nothing has changed then.
   */
  restore(name: string): Promise<DbStatus>;

  /**
   * Puts an empty database in the place of the present state, which is kept as a backup first. Its commits go on from
   * the number of the last one, so that no redo log of before can ever be run again on it.
   *
   * @throws StorageFull, ReadOnly, Unavailable, Busy. Nothing has changed then.
   */
  reset(): Promise<DbStatus>;

  /**
   * Decides whose version stays after another program changed the file; the other one is kept as a backup.
   *
   * @throws Conflict when there is nothing to decide; StorageFull, ReadOnly, Unavailable.
   */
  resolveConflict(side: ConflictSide): Promise<DbStatus>;

  /** Tells what damage waits for a person; null when the database is open. */
  recovery(): RecoveryReport | null;

  /**
   * Goes on with one of the options of the recovery report; then there is a database.
   *
   * @throws NotFound for an option that the report does not have; Conflict when nothing waits for a decision; Busy while
   *   another decision is carried out; StorageFull, ReadOnly, Unavailable.
   */
  recover(optionId: string): Promise<DbStatus>;

  /**
   * Listens to saving: called when it becomes due, starts, ends or fails.
   *
   * @returns A function that stops listening.
   */
  onStatusChanged(listener: (status: DbStatus) => void): () => void;

  /**
   * Saves what is not saved, then gives the home free; a second call waits for the first.
   *
   * @throws What kept the last commits from both redo log and file. The home is free all the same, and `details.copy`
   *   names the file in backups that holds the changes, where that could be written.
   */
  close(): Promise<void>;
}

/**
 * Opens a home: makes it where it is missing, takes its lock, opens its database and brings it up to date.
 *
 * @throws Busy when another process holds it, with `{pid, host, startedAt}`; DatabaseTooNew when a newer SweatShop made
 *   it; Conflict when something else is in its place; ReadOnly, StorageFull, Unavailable.
 */
export async function openStore<Opened extends StoredDatabase>(
  options: StoreOptions<Opened>,
): Promise<Store<Opened>> {
  const { fileSystem, clock } = options;
  const home = await prepareHome(fileSystem, path.resolve(options.home));
  let store: HomeStore<Opened> | undefined;
  const lock = await lockHome(fileSystem, clock, home, () =>
    store?.database || store?.recovery() ? store.status() : null,
  );
  try {
    sweepTemporaries(fileSystem, home);
    sweepTemporaries(fileSystem, path.join(home, 'backups'));
    store = new HomeStore({ ...options, home }, lock);
    await store.open(null);
    return store;
  } catch (error) {
    await (store ? store.close() : lock.release());
    throw error;
  }
}

class HomeStore<Opened extends StoredDatabase> implements Store<Opened> {
  readonly #options: StoreOptions<Opened>;
  readonly #lock: HomeLock;
  readonly #file: DatabaseFile;
  readonly #backups: Backups;
  readonly #listeners = new Set<(status: DbStatus) => void>();

  #database: Opened | null = null;
  #saving: Saving<Opened> | null = null;
  #report: RecoveryReport | null = null;
  #owner: Owner | null;
  #recovering: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: StoreOptions<Opened>, lock: HomeLock) {
    const { fileSystem, clock, home, inspector } = options;
    this.#options = options;
    this.#lock = lock;
    this.#owner = lock.owner;
    this.#file = new DatabaseFile(fileSystem, clock, path.join(home, 'sweatshop.db'));
    this.#backups = new Backups({ fileSystem, clock, home, inspector });
  }

  get database(): Opened | null {
    return this.#database;
  }

  /**
   * Opens the database, or finds out what a person has to decide first.
   *
   * @param decision The option that a person chose.
   */
  async open(decision: string | null): Promise<void> {
    const recovered = await this.#recover(decision);
    if (!recovered) return;
    const { database } = recovered;
    try {
      const isMigrated = await this.#migrate(recovered);
      if (this.#options.readOnly) {
        this.#file.accept(recovered.base?.stat ?? null);
      } else {
        if (recovered.mustKeepFile) await this.#backups.copyFile(this.#file.target, 'foreign');
        this.#saving = new Saving({
          ...this.#options,
          ...{ file: this.#file, backups: this.#backups, recovered, isMigrated },
          onChanged: () => {
            this.#announce();
          },
        });
        await this.#saving.start();
      }
    } catch (error) {
      database.close();
      throw error;
    }
    this.#report = null;
    this.#database = database;
    this.#announce();
  }

  status(): DbStatus {
    const publishedAtMs = this.#file.writtenAtMs;
    return {
      path: this.#file.path,
      bytes: this.#file.bytes,
      owner: this.#owner,
      publishedAt: publishedAtMs === null ? null : new Date(publishedAtMs).toISOString(),
      ...(this.#saving?.status() ?? this.#idleStatus()),
    };
  }

  async whenDurable(): Promise<void> {
    await this.#saving?.whenDurable();
  }

  async flush(): Promise<DbStatus> {
    if (this.#closing) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
    await this.#saving?.flush();
    return this.status();
  }

  syncNow(): void {
    this.#saving?.syncNow();
  }

  async check(): Promise<CheckReport> {
    const checks = [...inspectHome(this.#options).checks, ...(await checkBackups(this.#backups))];
    return { checks, isSound: checks.every(({ isSound }) => isSound) };
  }

  backups(): Promise<readonly Backup[]> {
    return this.#backups.list();
  }

  backup(): Promise<Backup> {
    return this.#requireSaving().backup();
  }

  async restore(name: string): Promise<DbStatus> {
    this.#requireSaving();
    return this.#replaceBy(await this.#backups.read(name));
  }

  reset(): Promise<DbStatus> {
    return this.#replaceBy(null);
  }

  async resolveConflict(side: ConflictSide): Promise<DbStatus> {
    await this.#requireSaving().resolveConflict(side);
    return this.status();
  }

  recovery(): RecoveryReport | null {
    return this.#report;
  }

  async recover(optionId: string): Promise<DbStatus> {
    if (this.#closing) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
    if (!this.#report) {
      throw new SweatShopError('Conflict', 'The database is open; there is nothing to recover.');
    }
    if (!this.#report.options.some(({ id }) => id === optionId)) {
      throw new SweatShopError('NotFound', `There is no option ${optionId} to go on with.`, {
        options: this.#report.options.map(({ id }) => id),
      });
    }
    if (this.#recovering) {
      throw new SweatShopError('Busy', 'A decision is being carried out. Wait for it to end.');
    }
    this.#recovering = this.open(optionId).finally(() => {
      this.#recovering = null;
    });
    await this.#recovering;
    return this.status();
  }

  onStatusChanged(listener: (status: DbStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A decision under way writes into the home, which must still be ours then.
    await this.#recovering?.catch(() => undefined);
    try {
      if (this.#saving) await this.#saving.close();
      else await this.#backups.close();
    } finally {
      await this.#lock.release();
      this.#owner = null;
      this.#listeners.clear();
    }
  }

  /** @param image Null for an empty database. */
  async #replaceBy(image: Uint8Array | null): Promise<DbStatus> {
    const saving = this.#requireSaving();
    const database = this.#options.engine.open(image);
    try {
      await this.#options.migrate(database, () => Promise.resolve());
    } catch (error) {
      database.close();
      throw error;
    }
    await saving.replaceContent(database, 'replaced');
    return this.status();
  }

  /** Gives null, and remembers the report, when a person has to decide. */
  async #recover(decision: string | null): Promise<Recovered<Opened> | null> {
    const { fileSystem, clock, home, engine } = this.#options;
    try {
      const file = this.#file.target;
      return await recoverDatabase({ fileSystem, clock, home, file, engine, decision });
    } catch (error) {
      const report = reportOf(error);
      if (!report) throw error;
      this.#report = report;
      return null;
    }
  }

  #migrate({ database, base }: Recovered<Opened>): Promise<boolean> {
    return this.#options.migrate(database, async (migration) => {
      // A new database has nothing to keep.
      if (this.#options.readOnly || base === null) return;
      await this.#backups.ensureBeforeMigration(migration, database.snapshot());
    });
  }

  #requireSaving(): Saving<Opened> {
    if (this.#closing) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
    if (this.#saving) return this.#saving;
    throw this.#report
      ? new SweatShopError('DatabaseCorrupt', 'The database is damaged. Decide first how to go on.')
      : new SweatShopError('ReadOnly', 'The database was opened for reading only.');
  }

  #idleStatus(): SavingStatus {
    const { seq, durableSeq, publishedSeq } = this.#database
      ? {
          seq: this.#database.seq,
          durableSeq: this.#database.seq,
          publishedSeq: this.#database.seq,
        }
      : inspectHome(this.#options);
    const state = this.#report ? 'recovery' : 'saved';
    return { state, seq, durableSeq, publishedSeq, lastError: null, notices: [] };
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

/** Gives what a person can decide about a start that failed; null where there is nothing to decide. */
function reportOf(error: unknown): RecoveryReport | null {
  if (error instanceof RecoveryNeeded) return error.report;
  return error instanceof UnfinishedFile && error.report.options.length > 0 ? error.report : null;
}

/** Tells of each backup whether it could be restored. */
export async function checkBackups(backups: Backups): Promise<CheckReport['checks']> {
  return (await backups.list()).map(({ name, facts, problem }) => ({
    name,
    isSound: problem === null,
    finding: problem ?? `It is whole and holds ${count(facts?.tickets ?? 0, 'ticket')}.`,
  }));
}
