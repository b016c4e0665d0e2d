import type { BackupKind } from '../shared/entities/backup.ts';
import type { ConflictSide } from '../shared/entities/recovery.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { Backups } from './backups/backups.ts';
import type { StoreClock } from './clock.ts';
import { isSameFile, type DatabaseFile, type LoadedImage } from './database-file.ts';
import type { FileStat } from './file-system.ts';
import { compareForeign, describeForeign, type ForeignKind } from './foreign-version.ts';
import type { Publisher } from './publisher.ts';
import type { Quarantine } from './quarantine.ts';
import type { DatabaseEngine, StoredDatabase } from './stored-database.ts';

/** Often enough for people who look from one window to the other; one look costs microseconds. */
const LOOK_INTERVAL_MS = 1_000;

/** Both versions of a database, where what another program did to its file is not taken over without asking. */
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
  /** Called when the file was removed while it held everything. */
  readonly onMissing: () => void;
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
   * @throws Conflict when there is none, or when theirs is no database of SweatShop or has an earlier schema;
   *   DatabaseCorrupt, DatabaseTooNew, StorageFull, ReadOnly, Unavailable. The conflict stays then.
   */
  async resolve(side: ConflictSide): Promise<void> {
    const { file, backups, database, publisher, engine, replaceContent } = this.#options;
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
      if (theirs.schemaVersion < database.schemaVersion) {
        theirs.close();
        throw new SweatShopError(
          'Conflict',
          'The other version is from before the last update of SweatShop. Keep the one that is open here; then restore ' +
            'the other one from its backup, on the page Database or with `sweatshop db restore`, which brings it up to date.',
        );
      }
      file.accept(stat);
      await replaceContent(theirs, 'replaced');
    }
    this.#conflict = null;
    this.#theirs = null;
    this.#options.onChanged();
  }

  async #look(): Promise<void> {
    const { file, isSaved, onMissing } = this.#options;
    if (this.#conflict) return;
    const presence = file.look();
    if (presence === 'own' || file.hasSidecars()) return;
    if (presence === 'missing') {
      if (isSaved()) onMissing();
    } else {
      await this.#judge(!isSaved());
    }
  }

  /** @param isWaiting Whether memory holds what the file never held. */
  async #judge(isWaiting: boolean): Promise<void> {
    const { file, database, engine } = this.#options;
    let loaded: LoadedImage;
    let theirs: Opened;
    try {
      loaded = file.load();
      theirs = engine.open(loaded.image);
    } catch (error) {
      // A disk that cannot be read, or a program that is at work, says nothing about the file.
      if (!isAboutContent(error) || file.hasSidecars()) return;
      if (isWaiting) await this.#declareConflict('unsound', isWaiting);
      else await this.#replaceUnreadable();
      return;
    }
    const kind = compareForeign(loaded.image, theirs, database, isWaiting);
    if (kind === 'edit' && !isWaiting) {
      await this.#adopt(theirs, loaded.stat);
      return;
    }
    theirs.close();
    const isOurs = kind === 'copy' && !isWaiting && this.#holdsOurs(loaded);
    if (isOurs) file.accept(loaded.stat);
    else await this.#declareConflict(kind, isWaiting);
  }

  /** Tells whether the file is byte for byte what is open here, only written or touched by somebody else. */
  #holdsOurs({ image }: LoadedImage): boolean {
    return Buffer.compare(image, this.#options.database.snapshot()) === 0;
  }

  async #adopt(theirs: Opened, stat: FileStat): Promise<void> {
    const { file, clock, replaceContent, onNotice } = this.#options;
    await this.#inPlaceOf(stat, () => replaceContent(theirs, 'foreign'));
    const time = new Date(clock.nowMs()).toISOString().slice(11, 16);
    onNotice(
      `Another program edited ${file.path} at ${time} UTC. Its changes are in; the state before is a backup.`,
    );
  }

  /** A file that is no database, and is not being written either, gives way to ours; it is kept. */
  async #replaceUnreadable(): Promise<void> {
    const { file, quarantine, publisher, onNotice } = this.#options;
    const found = file.stat();
    const isSettled = found && this.#unreadable && isSameFile(found, this.#unreadable);
    this.#unreadable = found;
    if (!isSettled) return;
    const copy = await quarantine.keep(file.target);
    await this.#inPlaceOf(found, () => publisher.publishOverForeign());
    onNotice(
      `Another program put something that SweatShop cannot open in the place of ${file.path}. ` +
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

  async #declareConflict(kind: ForeignKind, isWaiting: boolean): Promise<void> {
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
        `${describeForeign(kind, file.path, isWaiting)} Both versions are kept: ` +
          `${ours.path} and ${theirs.path}. Decide which one stays.`,
        { ours: ours.path, theirs: theirs.path },
      ),
    };
    onChanged();
  }
}

function isAboutContent(error: unknown): boolean {
  const codes = ['DatabaseCorrupt', 'DatabaseTooNew', 'Conflict'];
  return error instanceof SweatShopError && codes.includes(error.code);
}
