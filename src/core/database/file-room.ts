import type { SqliteApi } from './sqlite-api.ts';

/** As much as the file of a database may grow before it has to be copied; memory that nothing writes to costs nothing. */
const ROOM_BYTES = 256 * 1024 * 1024;

/**
 * Gives an image that sql.js makes a file of with room to grow.
 *
 * The file is an array that sql.js replaces by one an eighth larger whenever it is full, and each of these is a copy of
 * the whole database and a reason to collect garbage: a large import spent more on that than on its own work. The first
 * array is the one that the image hands out as its copy.
 *
 * @param image The bytes of a database file; they are copied.
 * @returns The image itself where there is no memory for more.
 */
export function withRoom(image: Uint8Array): Uint8Array {
  let file: Uint8Array;
  try {
    file = new Uint8Array(image.length + ROOM_BYTES);
  } catch {
    return image;
  }
  file.set(image);
  return Object.defineProperty(file.subarray(0, image.length), 'slice', { value: () => file });
}

/** Gives the image of a database without tables. */
export function emptyImage(sqlite: SqliteApi): Uint8Array {
  const handle = new sqlite.Database();
  try {
    // A database that nothing was ever written to has no bytes at all.
    handle.exec('VACUUM');
    return handle.export();
  } finally {
    handle.close();
  }
}
