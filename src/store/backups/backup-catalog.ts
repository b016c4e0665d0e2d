import path from 'node:path';
import type { Backup } from '../../shared/entities/backup.ts';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import { errnoOf, toDiskError } from '../disk-error.ts';
import type { FileStat, FileSystem } from '../file-system.ts';
import { byNewest, parseBackupName, type BackupName } from './backup-name.ts';
import type { ImageInspector, Inspection } from './image-inspector.ts';

/** What an image is, or why it is none that could be restored. */
export type Verdict =
  | { readonly inspection: Inspection; readonly problem: null }
  | { readonly inspection: null; readonly problem: string };

/** A verdict, and the file that it was about. */
type Known = { readonly stat: FileStat; readonly verdict: Verdict };

/** What lies in the folder of backups. Reads each of them once, as long as it stays the same. */
export class BackupCatalog {
  readonly #fileSystem: FileSystem;
  readonly #inspector: ImageInspector;
  readonly #folder: string;
  readonly #known = new Map<string, Known>();

  constructor(fileSystem: FileSystem, inspector: ImageInspector, folder: string) {
    this.#fileSystem = fileSystem;
    this.#inspector = inspector;
    this.#folder = folder;
  }

  /**
   * Gives what is named as a backup, the newest first.
   *
   * @throws ReadOnly, Unavailable.
   */
  names(): BackupName[] {
    try {
      return this.#fileSystem
        .readdir(this.#folder)
        .map(parseBackupName)
        .filter((backup) => backup !== null)
        .sort(byNewest);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw toDiskError(error, 'read', this.#folder);
    }
  }

  pathOf(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Gives a backup and what it holds; null where no file is, such as one that was removed meanwhile. */
  async describe(backup: BackupName): Promise<Backup | null> {
    const stat = this.#statOf(backup.name);
    if (!stat) return null;
    const { inspection, problem } = await this.judge(backup.name);
    return {
      name: backup.name,
      path: this.pathOf(backup.name),
      kind: backup.kind,
      createdAt: backup.createdAt,
      bytes: Number(stat.size),
      facts: inspection?.facts ?? null,
      problem,
    };
  }

  /** Tells whether a backup could be restored. */
  async judge(name: string): Promise<Verdict> {
    const stat = this.#statOf(name);
    if (!stat) return { inspection: null, problem: 'There is no such file.' };
    const known = this.#known.get(name);
    if (known && isUnchanged(known.stat, stat)) return known.verdict;
    try {
      const verdict = {
        inspection: await this.#inspector.inspect(this.pathOf(name)),
        problem: null,
      };
      this.#known.set(name, { stat, verdict });
      return verdict;
    } catch (error) {
      const verdict = { inspection: null, problem: messageOf(error) };
      // A disk that did not answer says nothing about the file.
      if (isAboutImage(error)) this.#known.set(name, { stat, verdict });
      return verdict;
    }
  }

  /** Takes in what is known of a backup that was just made. */
  remember(name: string, inspection: Inspection): void {
    const stat = this.#statOf(name);
    if (stat) this.#known.set(name, { stat, verdict: { inspection, problem: null } });
  }

  #statOf(name: string): FileStat | null {
    try {
      const stat = this.#fileSystem.lstat(this.pathOf(name));
      return stat?.kind === 'file' ? stat : null;
    } catch (error) {
      throw toDiskError(error, 'read', this.pathOf(name));
    }
  }
}

function isUnchanged(one: FileStat, other: FileStat): boolean {
  return one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs;
}

function isAboutImage(error: unknown): boolean {
  return (
    error instanceof SweatShopError &&
    (error.code === 'DatabaseCorrupt' ||
      error.code === 'DatabaseTooNew' ||
      error.code === 'Conflict')
  );
}
