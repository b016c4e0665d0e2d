const FIRST_CAPACITY = 512;

/** Bytes that grow as values are put at their end; numbers of fixed width are little-endian. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  float64(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64LE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(value, at);
  }

  /** Seven bits a byte, the lowest first; for whole numbers from 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** UTF-8 with its length before it. */
  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.varint(length);
    const at = this.#reserve(length);
    this.#buffer.write(value, at, 'utf8');
  }

  /** Bytes with their number before them. */
  blob(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  /** Gives what was written; it shares its memory with the writer. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#buffer.length));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    return at;
  }
}
