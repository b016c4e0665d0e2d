import { SweatShopError } from '../../shared/errors.ts';

/**
 * Takes values from bytes in the order in which a ByteWriter put them there.
 *
 * No length found in the bytes is believed beyond their end, so nonsense costs neither time nor memory; it throws
 * DatabaseCorrupt.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  // A byte order mark is text like any other here.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#take(8));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (Number.isSafeInteger(value)) return value;
        break;
      }
    }
    throw malformed('a number is too long');
  }

  /** A varint that counts things of at least one byte each that are still to come. */
  count(): number {
    const count = this.varint();
    if (count > this.#bytes.length - this.#position) throw malformed('a count is too large');
    return count;
  }

  text(): string {
    const bytes = this.raw(this.varint());
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw malformed('a text is not UTF-8', cause);
    }
  }

  /** A copy, which does not keep the bytes around it in memory. */
  blob(): Uint8Array {
    return Uint8Array.from(this.raw(this.varint()));
  }

  /** A view of as many bytes. */
  raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** @throws DatabaseCorrupt when bytes are left over. */
  end(): void {
    if (this.#position !== this.#bytes.length) throw malformed('bytes are left over');
  }

  #take(count: number): number {
    const start = this.#position;
    if (count > this.#bytes.length - start) throw malformed('it ends too early');
    this.#position = start + count;
    return start;
  }
}

/** Makes the error for bytes that are no record of the journal. */
export function malformed(reason: string, cause?: unknown): SweatShopError {
  return new SweatShopError(
    'DatabaseCorrupt',
    `A record of the journal cannot be read: ${reason}.`,
    {},
    cause,
  );
}
