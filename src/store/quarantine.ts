import path from 'node:path';
import type { StoreClock } from './clock.ts';
import { errnoOf, toDiskError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { publishFile, syncDirectory } from './publish.ts';
import { areEqualBytes, readWholeFile } from './recovery/read-file.ts';

/** How a file system says that it cannot give a file a second name there. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * The folder of what was found damaged or out of place: nothing is ever deleted because of that.
 *
 * Each opening that has something to put aside makes a folder of its own in it. What an earlier one kept already, as
 * one that was cut off by a crash has, is not kept again.
 */
export class Quarantine {
  readonly #fileSystem: FileSystem;
  readonly #clock: StoreClock;
  readonly #root: string;
  #folder: string | null = null;

  /** @param home The home; the folder `quarantine` in it is made when it is needed. */
  constructor(fileSystem: FileSystem, clock: StoreClock, home: string) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.#root = path.join(home, 'quarantine');
  }

  /**
   * Keeps a file, which stays where it is too. When it resolves, no crash loses what is kept.
   *
   * @returns The path at which it is kept.
   * @throws StorageFull, ReadOnly, Unavailable; nothing has changed then.
   */
  async keep(file: string): Promise<string> {
    try {
      const earlier = this.#findEarlier(file);
      if (earlier !== null) return earlier;
      const kept = this.#freePath(await this.#openFolder(), path.basename(file));
      if (!(await this.#link(file, kept))) await this.#copy(file, kept);
      return kept;
    } catch (error) {
      throw toDiskError(error, 'copied', file);
    }
  }

  /**
   * Keeps a file and then takes it away from where it is.
   *
   * @returns The path at which it is kept.
   * @throws As {@link keep}.
   */
  async move(file: string): Promise<string> {
    const kept = await this.keep(file);
    try {
      this.#fileSystem.unlink(file);
      await syncDirectory(this.#fileSystem, path.dirname(file));
    } catch (error) {
      throw toDiskError(error, 'copied', file);
    }
    return kept;
  }

  /**
   * Keeps bytes that are a part of a file.
   *
   * @param name The name they get.
   * @throws As {@link keep}.
   */
  async keepBytes(name: string, bytes: Uint8Array): Promise<string> {
    try {
      const kept = this.#freePath(await this.#openFolder(), name);
      await this.#write(kept, bytes);
      return kept;
    } catch (error) {
      throw toDiskError(error, 'copied', name);
    }
  }

  /**
   * Gives the file a second name, which takes no room; false where the disk has no such thing. Until the first name
   * leads to another file, a program that writes into it writes into both.
   */
  async #link(file: string, kept: string): Promise<boolean> {
    try {
      this.#fileSystem.link(file, kept);
    } catch (error) {
      if (!NO_LINK.has(errnoOf(error) ?? '')) throw error;
      return false;
    }
    await syncDirectory(this.#fileSystem, path.dirname(kept));
    return true;
  }

  async #copy(file: string, kept: string): Promise<void> {
    const found = readWholeFile(this.#fileSystem, file);
    await this.#write(kept, found?.bytes ?? new Uint8Array());
  }

  async #write(kept: string, bytes: Uint8Array): Promise<void> {
    await publishFile(this.#fileSystem, this.#clock, {
      target: kept,
      bytes,
      beforeRename: () => undefined,
    });
  }

  async #openFolder(): Promise<string> {
    if (this.#folder !== null) return this.#folder;
    const time = new Date(this.#clock.nowMs()).toISOString().replaceAll(':', '-');
    let count = 1;
    const folder = () => path.join(this.#root, `${time}-${String(count)}`);
    while (this.#fileSystem.lstat(folder())) count++;
    this.#folder = folder();
    this.#fileSystem.mkdir(this.#folder);
    await syncDirectory(this.#fileSystem, this.#root);
    await syncDirectory(this.#fileSystem, path.dirname(this.#root));
    return this.#folder;
  }

  #freePath(folder: string, name: string): string {
    for (let count = 1; ; count++) {
      const file = path.join(folder, count === 1 ? name : `${String(count)}-${name}`);
      if (!this.#fileSystem.lstat(file)) return file;
    }
  }

  #findEarlier(file: string): string | null {
    const found = this.#fileSystem.stat(file);
    if (!found || !this.#fileSystem.stat(this.#root)) return null;
    for (const folder of this.#fileSystem.readdir(this.#root)) {
      const kept = path.join(this.#root, folder, path.basename(file));
      const stat = this.#fileSystem.stat(kept);
      if (stat?.kind !== 'file' || stat.size !== found.size) continue;
      if (stat.ino === found.ino && stat.dev === found.dev) return kept;
      const [one, other] = [file, kept].map((each) => readWholeFile(this.#fileSystem, each));
      if (one && other && areEqualBytes(one.sha256, other.sha256)) return kept;
    }
    return null;
  }
}
