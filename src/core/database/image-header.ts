const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const WAL_MODE = 2;
const ROLLBACK_MODE = 1;
const MODE_OFFSETS = [18, 19] as const;

/**
 * Tells what is wrong with the size or the beginning of a database file, which SQLite itself lets pass: nothing at all,
 * or a last page that is not whole, is a database to it.
 *
 * @returns A sentence, or null.
 */
export function problemOfImage(image: Uint8Array): string | null {
  if (image.length < HEADER_BYTES) return `The file is only ${String(image.length)} bytes long.`;
  if (String.fromCharCode(...image.subarray(0, MAGIC.length)) !== MAGIC) {
    return 'The file does not begin like a SQLite database.';
  }
  const header = new DataView(image.buffer, image.byteOffset, HEADER_BYTES);
  const pageBytes = header.getUint16(16) === 1 ? 65_536 : header.getUint16(16);
  // The count of pages is only good where the program that wrote last knew of it.
  const hasCount = header.getUint32(24) === header.getUint32(92) && header.getUint32(28) > 0;
  const isWhole = hasCount
    ? image.length === header.getUint32(28) * pageBytes
    : image.length % pageBytes === 0;
  return isWhole ? null : `The file is ${String(image.length)} bytes long, which is not its size.`;
}

/**
 * Gives an image as sql.js can take it: with a journal mode that works in memory, and as an array that copies itself
 * when it is cut. Node's Buffer does not, and SQLite would go on to write into it.
 *
 * @param image The bytes of a database file; they stay as they are.
 */
export function toOpenableImage(image: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = image;
  if (MODE_OFFSETS.every((offset) => image[offset] !== WAL_MODE)) {
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  const copy = new Uint8Array(image);
  for (const offset of MODE_OFFSETS) copy[offset] = ROLLBACK_MODE;
  return copy;
}
