import { SweatShopError } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';

/** So much is read between two turns of the event loop. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** @throws NotFound, Busy when the file shrinks meanwhile, ReadOnly, Unavailable. */
export function readFileNow(fileSystem: FileSystem, file: string): Uint8Array {
  const reading = readInChunks(fileSystem, file);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** As {@link readFileNow}, without holding others up. */
export async function readFileInTurns(fileSystem: FileSystem, file: string): Promise<Uint8Array> {
  const reading = readInChunks(fileSystem, file);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function* readInChunks(
  fileSystem: FileSystem,
  file: string,
): Generator<undefined, Uint8Array, undefined> {
  try {
    const found = fileSystem.stat(file);
    if (found?.kind !== 'file') {
      throw new SweatShopError('NotFound', `There is no file ${file}.`, { path: file });
    }
    const bytes = new Uint8Array(Number(found.size));
    const descriptor = fileSystem.open(file, 'read');
    try {
      for (let filled = 0; filled < bytes.length;) {
        const into = bytes.subarray(filled, filled + CHUNK_BYTES);
        const count = fileSystem.read(descriptor, into, filled);
        if (count <= 0) throw changed(file);
        filled += count;
        yield;
      }
    } finally {
      fileSystem.close(descriptor);
    }
    return bytes;
  } catch (error) {
    throw toDiskError(error, 'read', file);
  }
}

function changed(file: string): SweatShopError {
  return new SweatShopError(
    'Busy',
    `Another program is changing ${file}. Try again when it is done.`,
    {
      path: file,
    },
  );
}
