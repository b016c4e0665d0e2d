import path from 'node:path';
import { isSameFile } from './database-file.ts';
import { errnoOf } from './disk-error.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import { sizeError, syncDirectory, temporaryPath, unlinkQuietly } from './publish.ts';

/** How a file system says that it has no second names for files. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS', 'EOPNOTSUPP']);

/**
 * `previous.db`: the generation before `sweatshop.db`, from which the redo log rebuilds what a rotten file lost.
 *
 * Each method leaves the old generation in place when it fails.
 */
export class PreviousFile {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;
  readonly #path: string;
  readonly #heldPath: string;

  /** @param folder Of the backups; made where it is missing. */
  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
    this.#path = path.join(folder, 'previous.db');
    this.#heldPath = `${this.#path}.held`;
  }

  /**
   * Gives a file a second name, so that it outlives being replaced.
   *
   * @returns The second name, to be handed to {@link keep} or {@link drop}.
   * @throws System errors.
   */
  async hold(file: string): Promise<string> {
    const held = this.#heldPath;
    this.#fileSystem.mkdir(this.#folder);
    // A crash may have left it; what it leads to is older than the log is long.
    unlinkQuietly(this.#fileSystem, held);
    try {
      this.#fileSystem.link(file, held);
    } catch (error) {
      if (!NO_LINK.has(errnoOf(error) ?? '')) throw error;
      await this.#copy(file, held);
    }
    return held;
  }

  /**
   * Makes a held file the previous generation.
   *
   * @param expected The file as it was before it was replaced.
   * @returns False, with nothing changed, when another program wrote into it meanwhile.
   * @throws System errors.
   */
  async keep(held: string, expected: FileStat): Promise<boolean> {
    const found = this.#fileSystem.stat(held);
    const isCopy = found !== undefined && found.ino !== expected.ino;
    if (!found || (!isCopy && !isSameFile(found, expected))) return false;
    this.#fileSystem.rename(held, this.#path);
    await syncDirectory(this.#fileSystem, this.#folder);
    return true;
  }

  drop(held: string): void {
    unlinkQuietly(this.#fileSystem, held);
  }

  /**
   * Makes a copy of a file the previous generation, for a file that does not follow from what came before it.
   *
   * @throws System errors.
   */
  async copyOf(file: string): Promise<void> {
    const copy = temporaryPath(this.#folder);
    this.#fileSystem.mkdir(this.#folder);
    try {
      await this.#copy(file, copy);
      this.#fileSystem.rename(copy, this.#path);
    } catch (error) {
      unlinkQuietly(this.#fileSystem, copy);
      throw error;
    }
    await syncDirectory(this.#fileSystem, this.#folder);
  }

  async #copy(from: string, to: string): Promise<void> {
    await this.#fileSystem.copyFile(from, to);
    this.#fileSystem.chmod(to, 0o600);
    const descriptor = this.#fileSystem.open(to, 'update');
    try {
      await this.#fileSystem.fsync(descriptor);
    } finally {
      this.#fileSystem.close(descriptor);
    }
    const [original, copied] = [this.#fileSystem.stat(from), this.#fileSystem.stat(to)];
    if (!original || copied?.size !== original.size) {
      throw sizeError(to, Number(original?.size ?? 0n), copied?.size);
    }
  }
}
