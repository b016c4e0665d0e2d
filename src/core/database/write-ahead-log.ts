const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE_ENDIAN = 0x377f0682;
const MAGIC_BIG_ENDIAN = 0x377f0683;
const VERSION = 3_007_000;
const MIN_PAGE_BYTES = 512;
const MAX_PAGE_BYTES = 65_536;

/** The pages that the commits of a write-ahead log left behind. */
export type CommittedPages = {
  readonly pageBytes: number;
  /** How many pages the database has after the last commit; 0 where the log holds no commit. */
  readonly pageCount: number;
  /** Each page as the last commit left it, by its number from 1. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** Whether a commit does not count because a frame of it, or one before, is not as it was written. */
  readonly isTorn: boolean;
};

/**
 * Reads the committed part of a write-ahead log as SQLite does: up to the last commit before the first frame that is
 * not whole or is left over from an earlier log.
 *
 * @param log The bytes of a `-wal` file.
 * @returns The pages, or a sentence that tells why the file is no write-ahead log.
 */
export function readWriteAheadLog(log: Uint8Array): CommittedPages | string {
  if (log.length < HEADER_BYTES) return `it is only ${String(log.length)} bytes long`;
  const view = new DataView(log.buffer, log.byteOffset, log.length);
  const magic = view.getUint32(0);
  if (magic !== MAGIC_LITTLE_ENDIAN && magic !== MAGIC_BIG_ENDIAN) {
    return 'it does not begin like a write-ahead log';
  }
  const isLittleEndian = magic === MAGIC_LITTLE_ENDIAN;
  const checksum = new Checksum(view, isLittleEndian);
  checksum.add(0, HEADER_BYTES - 8);
  if (!checksum.isAt(HEADER_BYTES - 8)) return 'the checksum of its header is wrong';
  if (view.getUint32(4) !== VERSION) {
    return `its version ${String(view.getUint32(4))} is not known`;
  }
  const pageBytes = view.getUint32(8);
  if (!isPageSize(pageBytes)) return `its page size ${String(pageBytes)} is none`;

  const pages = new Map<number, Uint8Array>();
  const pending = new Map<number, Uint8Array>();
  let pageCount = 0;
  let isBroken = false;
  let isTorn = false;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let offset = HEADER_BYTES; offset + frameBytes <= log.length; offset += frameBytes) {
    // A log is begun anew in the same file: what follows its last frame has the salts of the one before.
    const isOfThisLog =
      view.getUint32(offset + 8) === view.getUint32(16) &&
      view.getUint32(offset + 12) === view.getUint32(20);
    if (!isOfThisLog) break;
    const pageNumber = view.getUint32(offset);
    const countAfterCommit = view.getUint32(offset + 4);
    if (!isBroken) {
      checksum.add(offset, 8);
      checksum.add(offset + FRAME_HEADER_BYTES, pageBytes);
      // Frames of a transaction that is not committed yet need not have the right checksum.
      isBroken = pageNumber === 0 || !checksum.isAt(offset + 16);
    }
    if (isBroken) {
      isTorn ||= countAfterCommit !== 0;
      continue;
    }
    const start = offset + FRAME_HEADER_BYTES;
    pending.set(pageNumber, log.subarray(start, start + pageBytes));
    if (countAfterCommit === 0) continue;
    for (const [number, page] of pending) pages.set(number, page);
    pending.clear();
    pageCount = countAfterCommit;
  }
  return { pageBytes, pageCount, pages, isTorn };
}

/**
 * Gives the database as it is with what its write-ahead log holds; the given bytes stay as they are.
 *
 * @param image The bytes of the database file.
 * @returns The bytes, or a sentence that tells why the two do not go together.
 */
export function applyWriteAheadLog(image: Uint8Array, log: CommittedPages): Uint8Array | string {
  if (log.pageCount === 0) return image;
  const { pageBytes, pageCount, pages } = log;
  const own = pageBytesOf(image);
  if (own !== pageBytes) {
    return `its pages have ${String(pageBytes)} bytes and those of the database ${String(own)}`;
  }
  for (let number = Math.floor(image.length / pageBytes) + 1; number <= pageCount; number += 1) {
    if (!pages.has(number)) return `page ${String(number)} is in neither of the two files`;
  }
  const whole = new Uint8Array(pageCount * pageBytes);
  whole.set(image.subarray(0, Math.min(image.length, whole.length)));
  for (const [number, page] of pages) {
    if (number <= pageCount) whole.set(page, (number - 1) * pageBytes);
  }
  return whole;
}

/** Gives the size of the pages that the header of a database names. */
function pageBytesOf(image: Uint8Array): number {
  const size = ((image[16] ?? 0) << 8) | (image[17] ?? 0);
  return size === 1 ? MAX_PAGE_BYTES : size;
}

function isPageSize(bytes: number): boolean {
  return bytes >= MIN_PAGE_BYTES && bytes <= MAX_PAGE_BYTES && (bytes & (bytes - 1)) === 0;
}

/** The checksum that runs through a whole log. */
class Checksum {
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(view: DataView, isLittleEndian: boolean) {
    this.#view = view;
    this.#isLittleEndian = isLittleEndian;
  }

  /** @param bytes A multiple of 8. */
  add(offset: number, bytes: number): void {
    const view = this.#view;
    const isLittleEndian = this.#isLittleEndian;
    let first = this.#first;
    let second = this.#second;
    for (let at = offset; at < offset + bytes; at += 8) {
      first = (first + view.getUint32(at, isLittleEndian) + second) >>> 0;
      second = (second + view.getUint32(at + 4, isLittleEndian) + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
  }

  /** Tells whether the checksum that is written there is this one. */
  isAt(offset: number): boolean {
    return (
      this.#view.getUint32(offset) === this.#first &&
      this.#view.getUint32(offset + 4) === this.#second
    );
  }
}
