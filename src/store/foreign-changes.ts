import type { BackupKind } from '../shared/entities/backup.ts';
import type { ConflictSide } from '../shared/entities/recovery.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { Backups } from './backups/backups.ts';
import type { StoreClock } from './clock.ts';
import { isSameFile, type DatabaseFile, type LoadedImage } from './database-file.ts';
import type { FileStat } from './file-system.ts';
import { isEditedInPlace } from './image-check.ts';
import type { Publisher } from './publisher.ts';
import type { Quarantine } from './quarantine.ts';
import type { DatabaseEngine, StoredDatabase } from './stored-database.ts';

/** Often enough for people who look from one window to the other; one look costs microseconds. */
const LOOK_INTERVAL_MS = 1_000;

/** Both versions of a database that another program changed while changes waited to be saved. */
export type Conflict = {
  /** What our side was copied to. */
  readonly ours: string;
  /** What the other program's file was copied to. */
  readonly theirs: string;
  readonly error: SweatShopError;
  readonly atMs: number;
};

export type ForeignChangesOptions<Opened extends StoredDatabase> = {
  readonly file: DatabaseFile;
  readonly clock: StoreClock;
  readonly engine: DatabaseEngine<Opened>;
  readonly database: Opened;
  readonly backups: Backups;
  readonly quarantine: Quarantine;
  readonly publisher: Publisher;
  /** Whether the file holds everything that memory holds. */
  readonly isSaved: () => boolean;
  /** Puts another database in the place of the present one, which is kept as a backup of that kind. */
  readonly replaceContent: (other: Opened, kind: BackupKind) => Promise<void>;
  /** Called whenever `conflict` may have changed. */
  readonly onChanged: () => void;
  /** Called with a sentence for people. */
  readonly onNotice: (notice: string) => void;
};

/** Notices what other programs do to `sweatshop.db` while it is open here, and brings both sides together. */
export class ForeignChanges<Opened extends StoredDatabase> {
  readonly #options: ForeignChangesOptions<Opened>;
  #conflict: Conflict | null = null;
  /** The file that the conflict is about. */
  #theirs: FileStat | null = null;
  /** Theirs, and the backup of it. */
  #copied: { readonly stat: FileStat; readonly path: string } | null = null;
  /** A file that could not be read as a database when it was met. */
  #unreadable: FileStat | null = null;
  #looking: Promise<void> | null = null;
  #cancelLook: (() => void) | null = null;
  #isStopped = false;

  constructor(options: ForeignChangesOptions<Opened>) {
    this.#options = options;
  }

  get conflict(): Conflict | null {
    return this.#conflict;
  }

  /** Looks at the file now and then, until {@link stop}. */
  start(): void {
    if (this.#isStopped) return;
    this.#cancelLook = this.#options.clock.callLater(LOOK_INTERVAL_MS, () => {
      void this.look().finally(() => {
        this.start();
      });
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook?.();
    await this.#looking;
  }

  /** Looks at the file now; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      // Whatever stands in the way now is met again at the next look.
      .catch(() => undefined)
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  /**
   * Ends a conflict.
   *
   * @param side Whose version stays.
   * @throws Conflict when there is none, or when theirs is the database of somebody else; DatabaseCorrupt, StorageFull,
   *   ReadOnly, Unavailable. The conflict stays then.
   */
  async resolve(side: ConflictSide): Promise<void> {
    const { file, backups, publisher, engine, replaceContent } = this.#options;
    if (!this.#conflict) {
      throw new SweatShopError('Conflict', 'There is nothing to decide: no two versions exist.');
    }
    if (side === 'ours') {
      const found = file.stat();
      if (found && !(this.#theirs && isSameFile(this.#theirs, found))) {
        await backups.copyFile(file.target, 'foreign');
      }
      file.accept(found);
      await publisher.publishOverForeign();
    } else {
      const { image, stat } = file.load();
      const theirs = engine.open(image);
      file.accept(stat);
      await replaceContent(theirs, 'replaced');
    }
    this.#conflict = null;
    this.#theirs = null;
    this.#options.onChanged();
  }

  async #look(): Promise<void> {
    const { file, publisher, isSaved } = this.#options;
    if (this.#conflict) return;
    const presence = file.look();
    if (presence === 'own' || file.hasSidecars()) return;
    if (presence === 'missing') {
      await publisher.publish();
    } else if (isSaved()) {
      await this.#adopt();
    } else {
      await this.#declareConflict();
    }
  }

  async #adopt(): Promise<void> {
    const { file, database, engine, replaceContent, onNotice } = this.#options;
    let loaded: LoadedImage;
    let theirs: Opened;
    try {
      loaded = file.load();
      theirs = engine.open(loaded.image);
    } catch (error) {
      await this.#replaceUnreadable(error);
      return;
    }
    // What was not made by an edit of our own file is a person's to judge: an older copy, another database.
    const isEdit =
      isEditedInPlace(loaded.image) &&
      theirs.uuid === database.uuid &&
      theirs.seq === database.seq &&
      theirs.schemaVersion === database.schemaVersion;
    if (!isEdit) {
      theirs.close();
      await this.#declareConflict();
      return;
    }
    await this.#inPlaceOf(loaded.stat, () => replaceContent(theirs, 'foreign'));
    onNotice(
      `Another program edited ${file.path}. Its changes are in; the state before is a backup.`,
    );
  }

  /** A file that is no database, and is not being written either, gives way to ours; it is kept. */
  async #replaceUnreadable(error: unknown): Promise<void> {
    const { file, quarantine, publisher, onNotice } = this.#options;
    if (!(error instanceof SweatShopError) || error.code === 'Busy') return;
    const found = file.stat();
    const isSettled = found && this.#unreadable && isSameFile(found, this.#unreadable);
    this.#unreadable = found;
    if (!isSettled) return;
    const copy = await quarantine.keep(file.target);
    await this.#inPlaceOf(found, () => publisher.publishOverForeign());
    onNotice(
      `Another program put something that is no sound database in the place of ${file.path}. ` +
        `It is kept as ${copy}, and the file holds your data again.`,
    );
  }

  /** Replaces a file of another program; while that fails, the file is not taken for ours. */
  async #inPlaceOf(theirs: FileStat, replace: () => Promise<unknown>): Promise<void> {
    const { file } = this.#options;
    const { known } = file;
    file.accept(theirs);
    try {
      await replace();
    } catch (error) {
      const found = file.stat();
      if (found && isSameFile(found, theirs)) file.accept(known);
      throw error;
    }
  }

  async #declareConflict(): Promise<void> {
    const { file, clock, database, backups, onChanged } = this.#options;
    const found = file.stat();
    if (!found) return;
    // An attempt that fails is followed by another a second later, and those must not fill the disk with copies.
    if (!this.#copied || !isSameFile(found, this.#copied.stat)) {
      const { path } = await backups.copyFile(file.target, 'foreign');
      this.#copied = { stat: found, path };
    }
    const theirs = this.#copied;
    const ours = await backups.writeImage(database.snapshot(), 'unsaved');
    this.#theirs = found;
    this.#conflict = {
      ours: ours.path,
      theirs: theirs.path,
      atMs: clock.nowMs(),
      error: new SweatShopError(
        'Conflict',
        `Another program changed ${file.path} while changes here waited to be saved. Both versions are kept: ` +
          `${ours.path} and ${theirs.path}. Decide which one stays.`,
        { ours: ours.path, theirs: theirs.path },
      ),
    };
    onChanged();
  }
}
