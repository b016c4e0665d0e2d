const INTERIOR_INDEX = 2;
const INTERIOR_TABLE = 5;
const LEAF_INDEX = 10;
const LEAF_TABLE = 13;
const FILE_HEADER_BYTES = 100;

/** A database file by its pages, as the file format of SQLite describes them. */
export class PageUsage {
  readonly #bytes: DataView;
  readonly pageBytes: number;
  /** What of a page SQLite uses. */
  readonly #usable: number;

  /** @param image A whole and sound database file. */
  constructor(image: Uint8Array) {
    this.#bytes = new DataView(image.buffer, image.byteOffset, image.byteLength);
    const stored = this.#bytes.getUint16(16);
    this.pageBytes = stored === 1 ? 65_536 : stored;
    this.#usable = this.pageBytes - this.#bytes.getUint8(20);
  }

  get pages(): number {
    return this.#bytes.byteLength / this.pageBytes;
  }

  get freePages(): number {
    return this.#bytes.getUint32(36);
  }

  /** Counts the pages of the tree of a table or index, with those that long values overflow into. */
  countPages(rootPage: number): number {
    if (rootPage === 0) return 0;
    const seen = new Set<number>();
    const waiting = [rootPage];
    let overflowing = 0;
    for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
      // A page of a damaged file may be its own child.
      if (page < 1 || page > this.pages || seen.has(page)) continue;
      seen.add(page);
      overflowing += this.#countPage(page, waiting);
    }
    return seen.size + overflowing;
  }

  /** Adds the children of a page to those that wait, and gives how many pages its values overflow into. */
  #countPage(page: number, waiting: number[]): number {
    const start = (page - 1) * this.pageBytes;
    const header = page === 1 ? FILE_HEADER_BYTES : start;
    const type = this.#bytes.getUint8(header);
    const isInterior = type === INTERIOR_INDEX || type === INTERIOR_TABLE;
    if (!isInterior && type !== LEAF_INDEX && type !== LEAF_TABLE) return 0;
    if (isInterior) waiting.push(this.#bytes.getUint32(header + 8));
    const cells = header + (isInterior ? 12 : 8);
    const cellCount = this.#bytes.getUint16(header + 3);
    let overflowing = 0;
    for (let cell = 0; cell < cellCount; cell += 1) {
      const at = start + this.#bytes.getUint16(cells + cell * 2);
      if (isInterior) waiting.push(this.#bytes.getUint32(at));
      // The inner pages of a table hold keys alone.
      if (type === INTERIOR_TABLE) continue;
      overflowing += this.#countOverflow(this.#varint(isInterior ? at + 4 : at), type);
    }
    return overflowing;
  }

  #countOverflow(payload: number, type: number): number {
    const usable = this.#usable;
    const most = type === LEAF_TABLE ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    if (payload <= most) return 0;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const even = least + ((payload - least) % (usable - 4));
    return Math.ceil((payload - (even <= most ? even : least)) / (usable - 4));
  }

  #varint(at: number): number {
    let value = 0;
    for (let index = 0; index < 8; index += 1) {
      const byte = this.#bytes.getUint8(at + index);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return value * 256 + this.#bytes.getUint8(at + 8);
  }
}
