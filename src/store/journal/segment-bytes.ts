import { SweatShopError } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { closeQuietly } from './segment.ts';

const WINDOW_BYTES = 1024 * 1024;

/**
 * The bytes of a segment, read as they are looked at, about one record in memory at a time.
 *
 * Its methods throw ReadOnly or Unavailable when the disk cannot be read.
 */
export class SegmentBytes {
  readonly path: string;
  readonly size: number;
  readonly #fileSystem: FileSystem;
  readonly #descriptor: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(fileSystem: FileSystem, path: string) {
    this.path = path;
    this.#fileSystem = fileSystem;
    try {
      this.size = Number(fileSystem.stat(path)?.size ?? 0n);
      this.#descriptor = fileSystem.open(path, 'read');
    } catch (error) {
      throw toDiskError(error, 'read', path);
    }
  }

  /** Gives a stretch of the file, or as much of it as there is; valid until the next call. */
  view(position: number, length: number): Buffer {
    const end = Math.min(position + length, this.size);
    if (end <= position) return Buffer.alloc(0);
    const isInWindow =
      position >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!isInWindow) {
      this.#window = this.#read(position, Math.max(end - position, WINDOW_BYTES));
      this.#windowStart = position;
    }
    return this.#window.subarray(position - this.#windowStart, end - this.#windowStart);
  }

  /** Tells whether only zeros follow, as they do where space was reserved for records to come. */
  isZeroFrom(position: number): boolean {
    for (let at = position; at < this.size; at += WINDOW_BYTES) {
      const bytes = this.view(at, WINDOW_BYTES);
      if (!bytes.equals(Buffer.alloc(bytes.length))) return false;
    }
    return true;
  }

  close(): void {
    closeQuietly(this.#fileSystem, this.#descriptor);
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.min(length, this.size - position));
    try {
      for (let filled = 0; filled < bytes.length;) {
        const into = bytes.subarray(filled);
        const count = this.#fileSystem.read(this.#descriptor, into, position + filled);
        if (count <= 0) throw becameShorter(this.path);
        filled += count;
      }
    } catch (error) {
      throw toDiskError(error, 'read', this.path);
    }
    return bytes;
  }
}

function becameShorter(path: string): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    `${path} became shorter while it was read. Start SweatShop again.`,
    { path },
  );
}
