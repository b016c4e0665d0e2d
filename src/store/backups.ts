import path from 'node:path';
import type { StoreClock } from './clock.ts';
import { toDiskError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import {
  publishFile,
  sizeError,
  sweepTemporaries,
  syncDirectoryNow,
  temporaryPath,
  unlinkQuietly,
} from './publish.ts';

/** The folder of copies. A copy appears under its name only when it is whole, and never replaces another. */
export class Backups {
  readonly #fileSystem: FileSystem;
  readonly #clock: StoreClock;
  readonly #folder: string;

  /** @param home The home; the folder `backups` in it is made with the first copy. */
  constructor(fileSystem: FileSystem, clock: StoreClock, home: string) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.#folder = path.join(home, 'backups');
    sweepTemporaries(fileSystem, this.#folder);
  }

  /**
   * Copies a file as it is on the disk.
   *
   * @param file The absolute path of a file that exists.
   * @param reason A few words for the copy's name, such as `before 0020_epics`.
   * @returns The path of the copy.
   * @throws StorageFull, ReadOnly, Unavailable; nothing is left behind then.
   */
  copyFile(file: string, reason: string): string {
    const temporary = temporaryPath(this.#folder);
    try {
      const copy = this.#freePath(reason);
      this.#copyNow(file, temporary);
      this.#fileSystem.chmod(temporary, 0o600);
      this.#sync(temporary);
      const [original, copied] = [this.#fileSystem.stat(file), this.#fileSystem.stat(temporary)];
      if (!original || copied?.size !== original.size) {
        throw sizeError(temporary, Number(original?.size ?? 0n), copied?.size);
      }
      this.#fileSystem.rename(temporary, copy);
      syncDirectoryNow(this.#fileSystem, this.#folder);
      return copy;
    } catch (error) {
      unlinkQuietly(this.#fileSystem, temporary);
      throw toDiskError(error, 'copied', file);
    }
  }

  /**
   * Writes an image that has no other place.
   *
   * @param reason As for {@link copyFile}.
   * @returns The path of the new file.
   * @throws StorageFull, ReadOnly, Unavailable.
   */
  async writeImage(image: Uint8Array, reason: string): Promise<string> {
    try {
      const target = this.#freePath(reason);
      await publishFile(this.#fileSystem, this.#clock, {
        target,
        bytes: image,
        beforeRename: () => undefined,
      });
      return target;
    } catch (error) {
      throw toDiskError(error, 'saved', this.#folder);
    }
  }

  #freePath(reason: string): string {
    this.#fileSystem.mkdir(this.#folder);
    syncDirectoryNow(this.#fileSystem, path.dirname(this.#folder));
    const time = new Date(this.#clock.nowMs()).toISOString().replaceAll(':', '-');
    const words = reason.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');
    for (let count = 1; ; count++) {
      const suffix = count === 1 ? '' : `-${String(count)}`;
      const file = path.join(this.#folder, `${time}-${words}${suffix}.db`);
      if (!this.#fileSystem.lstat(file)) return file;
    }
  }

  #copyNow(from: string, to: string): void {
    const size = Number(this.#fileSystem.stat(from)?.size ?? 0n);
    const source = this.#fileSystem.open(from, 'read');
    const copy = this.#fileSystem.open(to, 'create');
    try {
      const bytes = new Uint8Array(size);
      this.#fileSystem.read(source, bytes, 0);
      this.#fileSystem.writeSync(copy, bytes, 0);
    } finally {
      this.#fileSystem.close(copy);
      this.#fileSystem.close(source);
    }
  }

  /** Windows syncs a file only through a descriptor that may write. */
  #sync(file: string): void {
    const descriptor = this.#fileSystem.open(file, 'update');
    try {
      this.#fileSystem.fsyncSync(descriptor);
    } finally {
      this.#fileSystem.close(descriptor);
    }
  }
}
