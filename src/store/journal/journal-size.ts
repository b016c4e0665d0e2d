import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { listSegments } from './segment.ts';

/**
 * Tells how much room the segments in a folder take, in bytes.
 *
 * @throws ReadOnly or Unavailable when the folder cannot be read.
 */
export function sizeOfJournal(fileSystem: FileSystem, folder: string): number {
  try {
    return listSegments(fileSystem, folder)
      .map(({ path }) => Number(fileSystem.stat(path)?.size ?? 0n))
      .reduce((sum, bytes) => sum + bytes, 0);
  } catch (error) {
    throw toDiskError(error, 'read', folder);
  }
}
