import path from 'node:path';
import type { Backup, BackupKind } from '../shared/entities/backup.ts';
import type { DbStatus } from '../shared/entities/db-status.ts';
import type { ConflictSide } from '../shared/entities/recovery.ts';
import { messageOf, SweatShopError, toWireError } from '../shared/errors.ts';
import type { Backups, PublishedFile } from './backups/backups.ts';
import { waitAtMost, type StoreClock } from './clock.ts';
import { CommitLog } from './commit-log.ts';
import type { DatabaseFile } from './database-file.ts';
import type { FileSystem } from './file-system.ts';
import { FlushScheduler } from './flush-scheduler.ts';
import { ForeignChanges } from './foreign-changes.ts';
import { openJournal } from './journal/journal.ts';
import { sizeOfJournal } from './journal/journal-size.ts';
import { PreviousFile } from './previous-file.ts';
import { Publisher } from './publisher.ts';
import { Quarantine } from './quarantine.ts';
import type { Recovered } from './recovery/recover-database.ts';
import type { DatabaseEngine, StoredDatabase } from './stored-database.ts';

/** Running so much of the log again takes a start about ten seconds. */
const LONG_LOG_BYTES = 256 * 1024 * 1024;

/** A backup that is being made when everything else is done gets so long to end. */
const BACKUP_GRACE_MS = 2_000;

export type SavingOptions<Opened extends StoredDatabase> = {
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
  /** The real path of the home. */
  readonly home: string;
  readonly file: DatabaseFile;
  readonly backups: Backups;
  readonly engine: DatabaseEngine<Opened>;
  readonly recovered: Recovered<Opened>;
  /** Whether the database is not what file and log give: it was migrated since. */
  readonly isMigrated: boolean;
  /** Called whenever {@link Saving.status} may have changed. */
  readonly onChanged: () => void;
};

/** How saving stands; what the store adds to it makes a DbStatus. */
export type SavingStatus = Pick<
  DbStatus,
  'state' | 'seq' | 'durableSeq' | 'publishedSeq' | 'lastError' | 'notices'
>;

/** Keeps an open database on the disk: each commit in the redo log at once, the whole in its file now and then. */
export class Saving<Opened extends StoredDatabase> {
  readonly #options: SavingOptions<Opened>;
  readonly #database: Opened;
  readonly #log: CommitLog;
  readonly #publisher: Publisher;
  readonly #scheduler: FlushScheduler;
  readonly #foreign: ForeignChanges<Opened>;
  readonly #stopListening: () => void;
  readonly #notices: string[];
  /** True until the file holds a state that the log does not lead to. */
  #mustPublish: boolean;
  #isReplacing = false;
  /** The backup of the present state that was made last to replace it. */
  #kept: { readonly seq: number; readonly kind: BackupKind; readonly path: string } | null = null;
  #isClosing = false;
  #backingUp: Promise<void> = Promise.resolve();

  constructor(options: SavingOptions<Opened>) {
    const { fileSystem, clock, home, file, backups, engine, recovered, onChanged } = options;
    const { database, base, journalAfter } = recovered;
    this.#options = options;
    this.#database = database;
    this.#notices = [...recovered.notices];
    this.#mustPublish = recovered.mustPublish || options.isMigrated;
    file.accept(base?.stat ?? null);

    const databaseUuid = uuidOf(database);
    const folder = path.join(home, 'journal');
    let { highestNumber } = journalAfter;
    this.#log = new CommitLog({
      openJournal: () => {
        const after = { ...journalAfter, highestNumber };
        // An attempt that fails may leave its segment, which the next one must not take for another process's.
        highestNumber++;
        return openJournal({ fileSystem, clock, folder, databaseUuid, after });
      },
      durableSeq: database.seq,
      clock,
      onChanged,
      onRemoved: () => {
        this.#publishAnew();
      },
    });
    if (this.#mustPublish) database.rebase({ uuid: databaseUuid, seq: database.seq + 1 });
    this.#publisher = new Publisher({
      file,
      previous: new PreviousFile(fileSystem, path.join(home, 'backups')),
      log: this.#log,
      database,
      base,
      onPublished: (published) => {
        this.#backUpWhenDue(published);
      },
      onOverwritten: async (copy) => {
        const { path: kept } = await backups.copyFile(copy, 'foreign');
        this.#notice(
          `Another program edited ${file.path} in the moment when it was replaced. Its version is kept as ${kept}.`,
        );
      },
    });
    this.#scheduler = new FlushScheduler({
      target: { publish: () => this.#publish() },
      clock,
      seq: database.seq,
      publishedSeq: base?.seq ?? 0,
      onChanged,
    });
    this.#foreign = new ForeignChanges({
      ...{ file, clock, engine, database, backups, publisher: this.#publisher, onChanged },
      quarantine: new Quarantine(fileSystem, clock, home),
      isSaved: () => this.#isSaved,
      onMissing: () => {
        this.#scheduler.noteLost();
      },
      replaceContent: (other, kind) => this.replaceContent(other, kind),
      onNotice: (notice) => {
        this.#notice(notice);
      },
    });
    database.guardWrites(() => this.#log.refusal);
    this.#stopListening = database.onCommit((transaction) => {
      this.#log.append(transaction);
      this.#scheduler.noteCommit(transaction.seq);
    });
  }

  /** Opens the redo log and, where that alone would not give this state again, publishes it. Never rejects. */
  async start(): Promise<void> {
    await this.#log.start();
    if (this.#mustPublish) {
      this.#log.hold(
        new SweatShopError('Busy', 'The database is being saved. Try again in a moment.'),
      );
      await this.#scheduler.flush().catch(() => undefined);
    }
    this.#foreign.start();
  }

  status(): SavingStatus {
    const { seq, publishedSeq, lastError } = this.#scheduler;
    const { failure } = this.#log;
    const { conflict } = this.#foreign;
    const cause = failure ?? conflict;
    return {
      state: this.#state,
      seq,
      durableSeq: Math.max(this.#log.durableSeq, publishedSeq),
      publishedSeq,
      lastError: cause
        ? { ...toCodeAndMessage(cause.error), at: new Date(cause.atMs).toISOString() }
        : lastError,
      notices: [...this.#notices],
    };
  }

  /** As `Store.whenDurable`. */
  whenDurable(): Promise<void> {
    return this.#log.whenDurable();
  }

  /** As `Store.flush`. */
  async flush(): Promise<void> {
    await this.#scheduler.flush();
  }

  /** As `Store.syncNow`. */
  syncNow(): void {
    this.#log.syncNow();
  }

  /** As `Store.backup`. */
  backup(): Promise<Backup> {
    return this.#options.backups.writeImage(this.#database.snapshot(), 'manual');
  }

  /** As `Store.resolveConflict`. */
  async resolveConflict(side: ConflictSide): Promise<void> {
    await this.#foreign.resolve(side);
    await this.#scheduler.flush();
  }

  /**
   * Puts another database in the place of the present one, on the disk first and then in memory.
   *
   * @param other Migrated; of no use afterwards, whatever comes of it.
   * @param kind Of the backup in which the present state is kept.
   * @throws Busy when another replacement runs; what the backup or the publication failed with, and then nothing has
   *   changed, unless the file was replaced and only its name is not durable yet: then that is tried again.
   */
  async replaceContent(other: Opened, kind: BackupKind): Promise<void> {
    if (this.#isReplacing) {
      other.close();
      throw new SweatShopError('Busy', 'Another version of the database is being put in place.');
    }
    this.#isReplacing = true;
    this.#log.hold(
      new SweatShopError(
        'Busy',
        'Another version of the database is being put in place. Try again in a moment.',
      ),
    );
    try {
      await this.#log.whenDurable();
      await this.#keepPresent(kind);
      const seq = Math.max(this.#database.seq, other.seq) + 1;
      other.rebase({ uuid: uuidOf(this.#database), seq });
      await this.#publisher.publishUnlogged(other);
      this.#database.adopt(other);
      this.#mustPublish = false;
      this.#scheduler.notePublished(seq);
    } catch (error) {
      if (error instanceof SweatShopError && error.details['isReplaced'] === true) {
        this.#followFile(other, error);
      } else {
        other.close();
      }
      throw error;
    } finally {
      this.#isReplacing = false;
      if (!this.#mustPublish) this.#log.release();
    }
  }

  /**
   * Saves what is not saved and lets go of the files.
   *
   * @throws What kept the last commits from both log and file, with the `copy` in backups in the details where there
   *   is one.
   */
  async close(): Promise<void> {
    await this.#foreign.stop();
    let failure: unknown = null;
    try {
      // Whoever was let in before the end may commit while the last flush runs.
      while (!this.#isSaved) await this.#scheduler.flush();
    } catch (error) {
      failure = error;
    }
    this.#scheduler.stop();
    await this.#publisher.whenIdle();
    await this.#log.whenDurable().catch((error: unknown) => {
      failure = error;
    });
    const { seq, durableSeq } = this.status();
    // What the log holds is in place at the next start, whatever kept it from the file.
    const loss = durableSeq < seq ? await this.#keepUnsaved(failure) : null;
    this.#stopListening();
    await this.#log.close();
    await waitAtMost(this.#options.clock, BACKUP_GRACE_MS, this.#backingUp);
    this.#isClosing = true;
    await this.#options.backups.close();
    if (loss) throw loss;
  }

  /** An attempt that failed after this finds its backup again, so that no series of them fills the disk. */
  async #keepPresent(kind: BackupKind): Promise<void> {
    const { backups, fileSystem } = this.#options;
    const { seq } = this.#database;
    const kept = this.#kept;
    if (kept?.seq === seq && kept.kind === kind && fileSystem.stat(kept.path)) return;
    const { path: keptPath } = await backups.writeImage(this.#database.snapshot(), kind);
    this.#kept = { seq, kind, path: keptPath };
  }

  /**
   * Goes on with what the file holds although its publication failed. Commits on top of the old state would have the
   * numbers of the new one, and be taken for a part of it at the next start.
   */
  #followFile(other: Opened, error: SweatShopError): void {
    this.#database.adopt(other);
    this.#mustPublish = true;
    this.#log.hold(error);
    this.#scheduler.noteCommit(this.#database.seq);
  }

  get #isSaved(): boolean {
    return this.#scheduler.publishedSeq >= this.#scheduler.seq;
  }

  get #state(): DbStatus['state'] {
    if (this.#log.failure || (this.#mustPublish && this.#scheduler.lastError)) return 'readOnly';
    if (this.#foreign.conflict) return 'conflict';
    return this.#scheduler.state;
  }

  async #publish(): Promise<number | null> {
    const { conflict } = this.#foreign;
    if (conflict) throw conflict.error;
    try {
      if (!this.#mustPublish) return await this.#publisher.publish();
      const seq = await this.#publisher.publishUnlogged(this.#database);
      this.#mustPublish = false;
      this.#log.release();
      return seq;
    } catch (error) {
      if (this.#mustPublish) this.#log.hold(toRefusal(error));
      this.#warnOfLongLog();
      if (error instanceof SweatShopError && error.details['isRemoved'] === true) {
        this.#log.noteFailure(error);
      }
      if (error instanceof SweatShopError && error.details['isForeignChange'] === true) {
        void this.#foreign.look();
      }
      throw error;
    }
  }

  /** Nothing that came before leads to what memory holds any more, so the file has to, before a further answer. */
  #publishAnew(): void {
    const { error } = this.#log.failure ?? {};
    if (this.#mustPublish || !error) return;
    this.#mustPublish = true;
    this.#log.hold(error);
    const seq = this.#database.seq + 1;
    this.#database.rebase({ uuid: uuidOf(this.#database), seq });
    this.#scheduler.noteCommit(seq);
    this.#scheduler.flush().catch(() => undefined);
    this.#notice(error.message);
  }

  /** Gives the error to throw when neither log nor file could take the last changes. */
  async #keepUnsaved(failure: unknown): Promise<SweatShopError> {
    const error = toRefusal(failure);
    try {
      const copy = await this.#options.backups.writeImage(this.#database.snapshot(), 'unsaved');
      const message = `${error.message} What was not saved is kept in ${copy.path}.`;
      return new SweatShopError(error.code, message, { ...error.details, copy: copy.path }, error);
    } catch {
      return error;
    }
  }

  #backUpWhenDue(published: PublishedFile): void {
    // A new home would have its first backups without anything in them.
    if (this.#database.facts().changedAt === null) return;
    this.#backingUp = this.#options.backups.takeDue(published).then(
      () => undefined,
      (error: unknown) => {
        // The next publication is on its way already, and brings its own backup.
        if (error instanceof SweatShopError && error.code === 'Busy') return;
        if (!this.#isClosing) this.#notice(`A backup could not be made: ${messageOf(error)}`);
      },
    );
  }

  /** A file that cannot be saved for days makes the log grow, and the next start slow. */
  #warnOfLongLog(): void {
    const { fileSystem, home, file } = this.#options;
    try {
      const bytes = sizeOfJournal(fileSystem, path.join(home, 'journal'));
      if (bytes < LONG_LOG_BYTES) return;
    } catch {
      return;
    }
    this.#notice(
      `The redo log has grown beyond ${String(LONG_LOG_BYTES / 1024 / 1024)} MB, because ${file.path} cannot be saved. ` +
        'Nothing is lost, but the next start takes long. See to what keeps the file from being saved.',
    );
  }

  #notice(notice: string): void {
    if (this.#notices.includes(notice)) return;
    this.#notices.push(notice);
    this.#options.onChanged();
  }
}

function uuidOf(database: StoredDatabase): string {
  if (database.uuid !== null) return database.uuid;
  throw new SweatShopError('Internal', 'The database has no UUID although it was migrated.');
}

function toRefusal(error: unknown): SweatShopError {
  if (error instanceof SweatShopError) return error;
  return new SweatShopError('Unavailable', messageOf(error), {}, error);
}

function toCodeAndMessage(error: SweatShopError): Pick<SweatShopError, 'code' | 'message'> {
  const { code, message } = toWireError(error);
  return { code, message };
}
