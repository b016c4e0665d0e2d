import { SweatShopError } from '../shared/errors.ts';

const MAGIC = 'SQLite format 3\0';
const SMALLEST_DATABASE_BYTES = 512;
const PAGE_SIZE_OFFSET = 16;
const CHANGE_COUNTER_OFFSET = 24;
const PAGE_COUNT_OFFSET = 28;
const VERSION_VALID_FOR_OFFSET = 92;

/**
 * Tells what SQLite would open without a word although rows are gone: an empty file, one cut short, one that is none.
 *
 * @param image The whole file.
 * @returns What is wrong, as it reads after the name of the file; null for a whole image.
 */
export function problemOfImage(image: Uint8Array): string | null {
  if (image.length === 0) return 'is empty';
  if (image.length < SMALLEST_DATABASE_BYTES || !startsWithMagic(image)) {
    return 'is not a SQLite database';
  }
  const header = headerOf(image);
  const storedPageSize = header.getUint16(PAGE_SIZE_OFFSET);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  const pages = isWrittenByModernSqlite(header) ? header.getUint32(PAGE_COUNT_OFFSET) : 0;
  const isWhole = image.length % pageSize === 0 && image.length >= pages * pageSize;
  return isWhole ? null : 'has been cut short';
}

/** @throws DatabaseCorrupt where {@link problemOfImage} finds something; `path` is for the message. */
export function assertWholeImage(image: Uint8Array, path: string): void {
  const problem = problemOfImage(image);
  if (problem === null) return;
  throw new SweatShopError('DatabaseCorrupt', `${path} ${problem}. SweatShop has not touched it.`, {
    path,
  });
}

/**
 * Tells whether another program has written into a database file.
 *
 * An image that SweatShop makes has the change counter 1; whoever writes to the file with SQLite counts on from there.
 *
 * @param image A whole image.
 */
export function isEditedInPlace(image: Uint8Array): boolean {
  const header = headerOf(image);
  return isWrittenByModernSqlite(header) && header.getUint32(CHANGE_COUNTER_OFFSET) >= 2;
}

/** Whether the writer that changed the file last kept the newer fields of the header, such as the count of pages. */
function isWrittenByModernSqlite(header: DataView): boolean {
  return header.getUint32(CHANGE_COUNTER_OFFSET) === header.getUint32(VERSION_VALID_FOR_OFFSET);
}

function headerOf(image: Uint8Array): DataView {
  return new DataView(image.buffer, image.byteOffset, image.byteLength);
}

function startsWithMagic(image: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(image.subarray(0, MAGIC.length));
  return start === MAGIC;
}
