import path from 'node:path';
import type { Backup, BackupKind } from '../../shared/entities/backup.ts';
import { SweatShopError } from '../../shared/errors.ts';
import type { StoreClock } from '../clock.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { syncDirectory, unlinkQuietly } from '../publish.ts';
import { BackupCatalog } from './backup-catalog.ts';
import { formatBackupName, parseBackupName, type BackupName } from './backup-name.ts';
import type { ImageInspector } from './image-inspector.ts';
import { fileSource, imageSource, makeBackup, type BackupSource } from './new-backup.ts';
import { readFileInTurns } from './read-file.ts';
import { expendableBackups, keptOf, type RatedBackup } from './rotation.ts';
import { sha256InTurns } from './sha256.ts';

const HOUR_MS = 3_600_000;
/** After a failure, so that a full disk is not filled to the brim again with every save. */
const RETRY_AFTER_MS = 60_000;

export type BackupsOptions = {
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
  /** The home; the folder `backups` in it is made with the first backup. */
  readonly home: string;
  /** Belongs to the backups from now on. */
  readonly inspector: ImageInspector;
};

/** The file that was published last. */
export type PublishedFile = {
  readonly path: string;
  readonly sha256: Uint8Array;
  /** The number of the last migration in it. */
  readonly schemaVersion: number;
};

/**
 * The folder of backups.
 *
 * A backup appears under its name only when it is whole, durable, opened and checked, and never replaces another.
 * Whoever makes one holds the lock of the home; listing and reading need none.
 */
export class Backups {
  readonly #fileSystem: FileSystem;
  readonly #clock: StoreClock;
  readonly #home: string;
  readonly #folder: string;
  readonly #inspector: ImageInspector;
  readonly #catalog: BackupCatalog;
  /** Ends when all that was asked for so far has ended. */
  #last: Promise<void> = Promise.resolve();
  #due: Promise<readonly Backup[]> | null = null;
  #failedAtMs: number | null = null;
  #isClosed = false;
  /** Of these kinds more may be there than should stay. */
  readonly #unrotated = new Set<BackupKind>([
    'hourly',
    'daily',
    'migration',
    'replaced',
    'foreign',
    'unsaved',
  ]);

  constructor({ fileSystem, clock, home, inspector }: BackupsOptions) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.#home = home;
    this.#folder = path.join(home, 'backups');
    this.#inspector = inspector;
    this.#catalog = new BackupCatalog(fileSystem, inspector, this.#folder);
  }

  /**
   * Lists all backups, the newest first, with what each holds.
   *
   * @throws ReadOnly, Unavailable when the folder cannot be read.
   */
  async list(): Promise<Backup[]> {
    const backups: Backup[] = [];
    for (const name of this.#catalog.names()) {
      const backup = await this.#catalog.describe(name);
      if (backup) backups.push(backup);
    }
    return backups;
  }

  /**
   * Reads a backup.
   *
   * @param name As `list` gives it.
   * @throws NotFound, ReadOnly, Unavailable.
   */
  async read(name: string): Promise<Uint8Array> {
    if (!this.#catalog.names().some((backup) => backup.name === name)) {
      throw new SweatShopError('NotFound', `There is no backup with the name ${name}.`, { name });
    }
    return readFileInTurns(this.#fileSystem, this.#catalog.pathOf(name));
  }

  /**
   * Makes a backup of an image.
   *
   * @param image Stays as it is until this resolves.
   * @throws As {@link makeBackup}; nothing older is harmed.
   */
  writeImage(image: Uint8Array, kind: BackupKind): Promise<Backup> {
    const source = imageSource(this.#fileSystem, image, kind === 'unsaved');
    return this.#inTurn(() => this.#make(source, kind));
  }

  /**
   * Makes a backup of a file as it lies on the disk.
   *
   * @param file An absolute path; a symlink is followed.
   * @throws NotFound; as {@link makeBackup}; nothing older is harmed.
   */
  copyFile(file: string, kind: BackupKind): Promise<Backup> {
    return this.#inTurn(() => this.#make(fileSource(this.#fileSystem, file, null), kind));
  }

  /**
   * Sees to it that the state before a migration is kept, once however often the migration is attempted.
   *
   * @param target The name of the migration, such as `0017_store_meta.sql`.
   * @param image The database before it.
   * @throws As {@link makeBackup}.
   */
  ensureBeforeMigration(target: string, image: Uint8Array): Promise<Backup> {
    return this.#inTurn(async () => {
      const name = target.replace(/\.sql$/, '');
      const earlier = await this.#findSame(Number(name.slice(0, 4)), image);
      return earlier ?? this.#make(imageSource(this.#fileSystem, image, false), 'migration', name);
    });
  }

  /**
   * Makes the hourly and the daily backup when they are due, then removes what they and others replace.
   *
   * For every publication, at no cost when nothing is due. After a failure it stays idle for a minute.
   *
   * @returns What was made.
   * @throws Busy when the file is no longer what was published; as {@link makeBackup}; nothing older is harmed.
   */
  takeDue(published: PublishedFile): Promise<readonly Backup[]> {
    this.#due ??= this.#inTurn(() => this.#takeDue(published)).finally(() => {
      this.#due = null;
    });
    return this.#due;
  }

  /** Gives up what is under way, with Unavailable; a second call waits for the first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#inspector.close();
    await this.#last;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#isClosed) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
      return work();
    });
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #make(
    source: BackupSource,
    kind: BackupKind,
    target: string | null = null,
  ): Promise<Backup> {
    await this.#prepareFolder();
    const { name, inspection } = await makeBackup(
      this.#fileSystem,
      this.#clock,
      this.#inspector,
      this.#folder,
      source,
      () => formatBackupName(this.#nextNumber(), kind, this.#clock.nowMs(), target),
    );
    if (inspection) this.#catalog.remember(name, inspection);
    if (kind !== 'manual') this.#unrotated.add(kind);
    return this.#describe(name);
  }

  async #prepareFolder(): Promise<void> {
    try {
      this.#fileSystem.mkdir(this.#folder);
      await syncDirectory(this.#fileSystem, this.#home);
    } catch (error) {
      throw toDiskError(error, 'created', this.#folder);
    }
  }

  #nextNumber(): number {
    return 1 + Math.max(0, ...this.#catalog.names().map(({ number }) => number));
  }

  async #describe(name: string): Promise<Backup> {
    const parsed = parseBackupName(name);
    const backup = parsed && (await this.#catalog.describe(parsed));
    if (backup) return backup;
    throw new SweatShopError('Unavailable', `The backup ${name} was removed by another program.`);
  }

  async #findSame(target: number, image: Uint8Array): Promise<Backup | null> {
    const candidates = this.#catalog
      .names()
      .filter((backup) => backup.kind === 'migration' && backup.target === target);
    if (candidates.length === 0) return null;
    const sha256 = await sha256InTurns(image);
    for (const candidate of candidates) {
      const { inspection } = await this.#catalog.judge(candidate.name);
      if (!inspection || Buffer.compare(inspection.sha256, sha256) !== 0) continue;
      // The attempt that made it may have failed at this very step.
      try {
        await this.#prepareFolder();
        await syncDirectory(this.#fileSystem, this.#folder);
      } catch (error) {
        throw toDiskError(error, 'saved', this.#folder);
      }
      return this.#describe(candidate.name);
    }
    return null;
  }

  async #takeDue(published: PublishedFile): Promise<readonly Backup[]> {
    if (this.#failedAtMs !== null && !this.#isPast(this.#failedAtMs, RETRY_AFTER_MS)) return [];
    this.#failedAtMs = null;
    try {
      const made: Backup[] = [];
      for (const kind of ['hourly', 'daily'] as const) {
        if (!this.#isDue(kind)) continue;
        // By now the next publication may be on its way; what was copied from it already is still there.
        const original = made[0]?.path ?? published.path;
        made.push(await this.#make(fileSource(this.#fileSystem, original, published.sha256), kind));
      }
      await this.#rotate(published.schemaVersion);
      return made;
    } catch (error) {
      // Only a file that was replaced meanwhile gives hope that the next one can be copied at once.
      if (!(error instanceof SweatShopError && error.code === 'Busy')) {
        this.#failedAtMs = this.#clock.nowMs();
      }
      throw error;
    }
  }

  /** Compares with the newest backup, whichever way the clock went since: a clock set back makes one due, once. */
  #isDue(kind: 'hourly' | 'daily'): boolean {
    const newest = this.#catalog.names().find((backup) => backup.kind === kind);
    if (!newest?.createdAt) return true;
    if (kind === 'hourly') return this.#isPast(Date.parse(newest.createdAt), HOUR_MS);
    const today = new Date(this.#clock.nowMs()).toISOString().slice(0, 10);
    return newest.createdAt.slice(0, 10) !== today;
  }

  #isPast(timeMs: number, durationMs: number): boolean {
    return Math.abs(this.#clock.nowMs() - timeMs) >= durationMs;
  }

  async #rotate(schemaVersion: number): Promise<void> {
    for (const kind of this.#unrotated) {
      const ofKind = this.#catalog.names().filter((backup) => backup.kind === kind);
      if (ofKind.length > keptOf(kind)) {
        const rated = await this.#rate(ofKind);
        for (const { name } of expendableBackups(rated, kind, schemaVersion)) {
          unlinkQuietly(this.#fileSystem, this.#catalog.pathOf(name));
        }
      }
      this.#unrotated.delete(kind);
    }
  }

  async #rate(backups: readonly BackupName[]): Promise<RatedBackup[]> {
    const rated: RatedBackup[] = [];
    for (const backup of backups) {
      const { inspection } = await this.#catalog.judge(backup.name);
      if (this.#isClosed) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
      rated.push({ backup, tickets: inspection?.facts.tickets ?? null });
    }
    return rated;
  }
}
