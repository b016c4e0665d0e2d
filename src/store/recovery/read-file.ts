import { createHash } from 'node:crypto';
import { SweatShopError } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileStat, FileSystem } from '../file-system.ts';

const ATTEMPTS = 2;

/** A whole file as it was at one moment. */
export type ReadFile = {
  readonly bytes: Uint8Array;
  readonly sha256: Uint8Array;
  readonly stat: FileStat;
};

/**
 * Reads a whole file. A disk that fails to read it once is asked once more: that is no damage to the file.
 *
 * @returns Null where nothing is.
 * @throws Conflict when it is not a file; Busy when another program keeps changing it; ReadOnly or Unavailable when it
 *   cannot be read.
 */
export function readWholeFile(fileSystem: FileSystem, path: string): ReadFile | null {
  for (let attempt = 1; ; attempt++) {
    try {
      return readOnce(fileSystem, path);
    } catch (error) {
      const isOver = attempt === ATTEMPTS || isNoFile(error);
      if (isOver) throw toDiskError(error, 'read', path);
    }
  }
}

/** Tells whether two checksums, or any two byte strings, are equal. */
export function areEqualBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function readOnce(fileSystem: FileSystem, path: string): ReadFile | null {
  const before = fileSystem.stat(path);
  if (!before) return null;
  if (before.kind !== 'file') throw notAFile(path);
  const bytes = new Uint8Array(Number(before.size));
  const descriptor = fileSystem.open(path, 'read');
  try {
    for (let filled = 0; filled < bytes.length;) {
      const count = fileSystem.read(descriptor, bytes.subarray(filled), filled);
      if (count <= 0) throw changing(path);
      filled += count;
    }
  } finally {
    fileSystem.close(descriptor);
  }
  const after = fileSystem.stat(path);
  if (after?.size !== before.size || after.ino !== before.ino || after.mtimeNs !== before.mtimeNs) {
    throw changing(path);
  }
  return { bytes, sha256: createHash('sha256').update(bytes).digest(), stat: after };
}

function isNoFile(error: unknown): boolean {
  return error instanceof SweatShopError && error.code === 'Conflict';
}

function notAFile(path: string): SweatShopError {
  return new SweatShopError(
    'Conflict',
    `${path} is not a file. Move it away; SweatShop keeps its database there.`,
    { path },
  );
}

function changing(path: string): SweatShopError {
  return new SweatShopError(
    'Busy',
    `Another program is writing ${path}. Close it, and start SweatShop again.`,
    { path },
  );
}
