import { SweatShopError } from '../shared/errors.ts';

const MAGIC = 'SQLite format 3\0';
const SMALLEST_DATABASE_BYTES = 512;
const PAGE_SIZE_OFFSET = 16;
const CHANGE_COUNTER_OFFSET = 24;
const PAGE_COUNT_OFFSET = 28;
const VERSION_VALID_FOR_OFFSET = 92;

/**
 * Refuses what SQLite would open without a word although rows are gone: an empty file, one cut short, one that is none.
 *
 * @param image The whole file.
 * @param path Where it is, for the message.
 * @throws DatabaseCorrupt.
 */
export function assertWholeImage(image: Uint8Array, path: string): void {
  if (image.length === 0) throw corrupt(path, 'is empty');
  const header = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (image.length < SMALLEST_DATABASE_BYTES || !startsWithMagic(image)) {
    throw corrupt(path, 'is not a SQLite database');
  }
  const storedPageSize = header.getUint16(PAGE_SIZE_OFFSET);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  // The header's page count counts only where the writer that changed the file last also kept it.
  const isPageCountValid =
    header.getUint32(CHANGE_COUNTER_OFFSET) === header.getUint32(VERSION_VALID_FOR_OFFSET);
  const pages = isPageCountValid ? header.getUint32(PAGE_COUNT_OFFSET) : 0;
  if (image.length % pageSize !== 0 || image.length < pages * pageSize) {
    throw corrupt(path, 'has been cut short');
  }
}

function startsWithMagic(image: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(image.subarray(0, MAGIC.length));
  return start === MAGIC;
}

function corrupt(path: string, what: string): SweatShopError {
  return new SweatShopError(
    'DatabaseCorrupt',
    `${path} ${what}. SweatShop has not touched it. Move it away and put a copy from the folder backups, ` +
      'or your own backup, in its place; without one, SweatShop starts afresh once the file is gone.',
    { path },
  );
}
