import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import type { StoreClock } from './clock.ts';
import { toDiskError } from './disk-error.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import { assertWholeImage } from './image-check.ts';
import { publishFile, sweepTemporaries, type Publication } from './publish.ts';

/** What lies at the path of the file, compared with what this process read or published last. */
export type Presence = 'own' | 'changed' | 'missing';

/** A whole image, and what the file that held it is. */
export type LoadedImage = { readonly image: Uint8Array; readonly stat: FileStat };

/** What `sweatshop.db` is on the disk: replaced as a whole, and only while nobody else changed it. */
export class DatabaseFile {
  /** Where people find the file. */
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #clock: StoreClock;
  /** Where the file is; differs from `path` when that is a symlink. */
  readonly target: string;
  /** The file as this process read or published it last. */
  #known: FileStat | null = null;
  /** The file of a publication that was reported as failed, which may be in place all the same. */
  #attempted: FileStat | null = null;

  /**
   * @param file An absolute path; a symlink is followed, and stays.
   * @throws Conflict when a link leads nowhere, or to something that is not a file.
   */
  constructor(fileSystem: FileSystem, clock: StoreClock, file: string) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.path = file;
    try {
      this.target = resolveFile(fileSystem, file);
      sweepTemporaries(fileSystem, path.dirname(this.target));
    } catch (error) {
      throw toDiskError(error, 'read', file);
    }
  }

  /** The size in bytes, 0 when there is no file yet. */
  get bytes(): number {
    return Number(this.#known?.size ?? 0n);
  }

  /** When the file was last written, in milliseconds since 1970; null when there is none yet. */
  get writtenAtMs(): number | null {
    return this.#known ? Number(this.#known.mtimeNs / 1_000_000n) : null;
  }

  /** The file as this process knows it; null when there is none yet. */
  get known(): FileStat | null {
    return this.#known;
  }

  /** Takes a file for the one that may be replaced next; null when nothing is there. */
  accept(file: FileStat | null): void {
    this.#known = file;
    this.#attempted = null;
  }

  /** What lies at the path now; null when nothing does. */
  stat(): FileStat | null {
    return this.#fileSystem.stat(this.target) ?? null;
  }

  /** Tells whether somebody else replaced, edited or removed the file. */
  look(): Presence {
    const found = this.stat();
    if (!found) return this.#known ? 'missing' : 'own';
    return this.#isOwn(found) ? 'own' : 'changed';
  }

  /** Tells whether another program is at work in the file, or has left what the next one needs to understand it. */
  hasSidecars(): boolean {
    return this.#sidecar() !== null;
  }

  /**
   * Reads the whole file.
   *
   * @throws DatabaseCorrupt when it is empty, cut short or no SQLite database; Conflict when another program's
   *   `-wal` or `-journal` lies beside it; Busy when it changes meanwhile. The file stays as it is.
   */
  load(): LoadedImage {
    try {
      const before = this.#fileSystem.stat(this.target);
      if (!before) throw this.#changing();
      this.#assertNoSidecars();
      const image = this.#read(Number(before.size));
      const after = this.#fileSystem.stat(this.target);
      if (!after || !isSameFile(before, after)) throw this.#changing();
      assertWholeImage(image, this.path);
      return { image, stat: after };
    } catch (error) {
      throw toDiskError(error, 'read', this.path);
    }
  }

  /** @throws Conflict when another program changed the file, or left a `-wal` or `-journal` beside it. */
  assertReplaceable(): void {
    try {
      const found = this.#fileSystem.stat(this.target);
      // As long as another program is at work nothing can be said of what it changed.
      this.#assertNoSidecars();
      if (found) this.#assertOwn(found);
    } catch (error) {
      throw toDiskError(error, 'read', this.path);
    }
  }

  /**
   * Replaces the file.
   *
   * @param onWritten As for {@link publishFile}.
   * @returns The file as it is now.
   * @throws Conflict as {@link assertReplaceable}; StorageFull, ReadOnly, Unavailable. The old file is then whole, unless
   *   `details.isReplaced` tells that the new one is in its place and only a power cut may bring the old one back.
   */
  async publish(
    image: Uint8Array,
    onWritten: NonNullable<Publication['onWritten']>,
  ): Promise<FileStat> {
    const renamed: FileStat[] = [];
    try {
      await publishFile(this.#fileSystem, this.#clock, {
        target: this.target,
        bytes: image,
        onWritten,
        beforeRename: (file) => {
          this.assertReplaceable();
          renamed.push(file);
          this.#attempted = file;
        },
      });
    } catch (error) {
      throw this.#failedPublication(error, renamed.at(-1));
    }
    const published = renamed.at(-1);
    if (!published) throw new SweatShopError('Internal', 'Nothing was published.');
    this.accept(published);
    return published;
  }

  #failedPublication(error: unknown, renamed: FileStat | undefined): SweatShopError {
    const failure = toDiskError(error, 'saved', this.path);
    if (!renamed || !this.#mayHold(renamed)) return failure;
    const details = { ...failure.details, isReplaced: true };
    return new SweatShopError(failure.code, failure.message, details, error);
  }

  #mayHold(file: FileStat): boolean {
    try {
      const found = this.stat();
      return found !== null && isSameFile(found, file);
    } catch {
      return true;
    }
  }

  #assertOwn(found: FileStat): void {
    if (!this.#isOwn(found)) throw this.#foreignChange();
    // The next attempt takes the place of this one, and may leave the file as it is.
    this.#known = found;
  }

  #isOwn(found: FileStat): boolean {
    const isFound = (file: FileStat | null): boolean => file !== null && isSameFile(file, found);
    return isFound(this.#known) || isFound(this.#attempted);
  }

  #read(size: number): Uint8Array {
    const image = new Uint8Array(size);
    const descriptor = this.#fileSystem.open(this.target, 'read');
    try {
      let filled = 0;
      while (filled < size) {
        const count = this.#fileSystem.read(descriptor, image.subarray(filled), filled);
        if (count <= 0) throw this.#changing();
        filled += count;
      }
    } finally {
      this.#fileSystem.close(descriptor);
    }
    return image;
  }

  /** Renaming over a database whose journal or log stays behind would mix the two for the next SQLite reader. */
  #assertNoSidecars(): void {
    const sidecar = this.#sidecar();
    if (sidecar === null) return;
    throw new SweatShopError(
      'Conflict',
      `Another program left ${sidecar}, which may hold changes that ${this.path} lacks. ` +
        `Close that program; if the file stays, open ${this.path} once with sqlite3 and run "pragma journal_mode=delete".`,
      { path: sidecar },
    );
  }

  #sidecar(): string | null {
    const [log, journal] = [`${this.target}-wal`, `${this.target}-journal`];
    // SQLite truncates a journal to nothing when it is done with it; a log that exists is in use.
    if (this.#fileSystem.lstat(log)) return log;
    return (this.#fileSystem.lstat(journal)?.size ?? 0n) > 0n ? journal : null;
  }

  #foreignChange(): SweatShopError {
    return new SweatShopError(
      'Conflict',
      `${this.path} is no longer the file that SweatShop saved, so it is not overwritten. ` +
        'If there is a decision to make, SweatShop asks for it in a moment; every version is kept.',
      { path: this.path, isForeignChange: true },
    );
  }

  #changing(): SweatShopError {
    return new SweatShopError(
      'Busy',
      `Another program is writing ${this.path}. Close it, and start SweatShop again.`,
      { path: this.path },
    );
  }
}

/** Tells whether two looks at a path saw the same file with the same content, as far as a file system tells. */
export function isSameFile(one: FileStat, other: FileStat): boolean {
  return (
    one.dev === other.dev &&
    one.ino === other.ino &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs
  );
}

function resolveFile(fileSystem: FileSystem, file: string): string {
  const link = fileSystem.lstat(file);
  if (!link) return file;
  const found = fileSystem.stat(file);
  if (!found) {
    throw new SweatShopError(
      'Conflict',
      `${file} is a link to a file that is not there. Bring the file back, or remove the link to start afresh.`,
      { path: file },
    );
  }
  if (found.kind !== 'file') {
    throw new SweatShopError(
      'Conflict',
      `${file} is not a file. Move it away; SweatShop keeps its database there.`,
      { path: file },
    );
  }
  return link.kind === 'symlink' ? fileSystem.realpath(file) : file;
}
