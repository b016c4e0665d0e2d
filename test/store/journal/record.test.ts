import { describe, expect, it } from 'vitest';
import { encodeRecord, isIntact, readHead } from '../../../src/store/journal/record.ts';

const SALT = 0x5a17_0001;

function makeRecord(payload: Uint8Array) {
  return encodeRecord(
    SALT,
    { type: 'transaction', previousCrc: 0xffff_fff0, seq: 2 ** 52, syncedOffset: 64 },
    payload,
  );
}

function isValid(bytes: Buffer, salt = SALT): boolean {
  const head = readHead(bytes);
  return head !== undefined && isIntact(salt, head, bytes);
}

describe('a record', () => {
  it.each([0, 1, 7, 8, 9, 4_096])('comes back with a payload of %i bytes', (length) => {
    const { bytes, crc } = makeRecord(new Uint8Array(length).fill(3));
    expect(bytes.length % 8).toBe(0);
    expect(isValid(Buffer.from(bytes))).toBe(true);
    expect(readHead(Buffer.from(bytes))).toEqual({
      type: 'transaction',
      payloadBytes: length,
      totalBytes: bytes.length,
      previousCrc: 0xffff_fff0,
      seq: 2n ** 52n,
      crc,
      syncedOffset: 64,
    });
  });

  it('is no longer one when any single bit of it is another, padding included', () => {
    const { bytes } = makeRecord(Buffer.from('eleven bytes'.slice(1)));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isValid(flipped), `bit ${String(bit)}`).toBe(false);
    }
  });

  it('is none of a segment with another salt (row 20)', () => {
    expect(isValid(Buffer.from(makeRecord(new Uint8Array(8)).bytes), SALT + 1)).toBe(false);
  });

  it.each([8 * 1024 * 1024 + 1, 0xffff_ffff, 0x8000_0000])(
    'cannot claim a length of %i, even with its complement right (row 17)',
    (length) => {
      const bytes = Buffer.alloc(32);
      bytes.writeUInt32LE(length, 0);
      bytes.writeUInt32LE(~length >>> 0, 4);
      expect(readHead(bytes)).toBeUndefined();
    },
  );
});
