import { crc32 } from 'node:zlib';

/** The kinds of record; `transaction` holds one whole, the three after it hold one in parts. */
export const RECORD_TYPES = {
  transaction: 1,
  first: 2,
  middle: 3,
  last: 4,
  intent: 5,
  published: 6,
  clean: 7,
} as const;

export type RecordType = keyof typeof RECORD_TYPES;

/** The bytes of a record before its payload. */
export const RECORD_HEADER_BYTES = 32;

/** A longer payload is split, and a longer length is nonsense whatever it says. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/** Records start at multiples of this, so that no length is ever torn across two sectors. */
export const ALIGNMENT_BYTES = 8;

const TYPE_BY_NUMBER: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(RECORD_TYPES).map(([type, number]) => [number, type as RecordType]),
);

/** What stands in the header of a record besides its length and its checksum. */
export type RecordHead = {
  readonly type: RecordType;
  /** The checksum of the record before it, in this segment or an earlier one; 0 for the very first. */
  readonly previousCrc: number;
  /** The number of the transaction; for the other records, of the last one before them. */
  readonly seq: number;
  /** Up to which offset of its segment the disk is known to have held everything when this was written. */
  readonly syncedOffset: number;
};

/** The fixed part of a record as it stands in a file; nothing of it is proven before its checksum is. */
export type RawHead = {
  /** Undefined for a number that this version does not know. */
  readonly type: RecordType | undefined;
  readonly payloadBytes: number;
  readonly totalBytes: number;
  readonly previousCrc: number;
  readonly seq: bigint;
  readonly crc: number;
  readonly syncedOffset: number;
};

/**
 * Frames a payload.
 *
 * @param salt The salt of the segment it is for.
 * @param payload At most {@link MAX_PAYLOAD_BYTES}.
 * @returns The bytes, a multiple of {@link ALIGNMENT_BYTES}, and their checksum.
 */
export function encodeRecord(
  salt: number,
  head: RecordHead,
  payload: Uint8Array,
): { bytes: Uint8Array; crc: number } {
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES + align(payload.length));
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(~payload.length >>> 0, 4);
  bytes.writeUInt8(RECORD_TYPES[head.type], 8);
  bytes.writeUInt32LE(head.previousCrc, 12);
  bytes.writeBigUInt64LE(BigInt(head.seq), 16);
  bytes.writeUInt32LE(head.syncedOffset / ALIGNMENT_BYTES, 28);
  bytes.set(payload, RECORD_HEADER_BYTES);
  const crc = checksum(salt, bytes);
  bytes.writeUInt32LE(crc, 24);
  return { bytes, crc };
}

/**
 * Reads the fixed part of a record.
 *
 * @param bytes At least {@link RECORD_HEADER_BYTES}.
 * @returns Undefined when no record can start so: the two lengths differ, or it would be too long.
 */
export function readHead(bytes: Buffer): RawHead | undefined {
  const payloadBytes = bytes.readUInt32LE(0);
  if (bytes.readUInt32LE(4) !== ~payloadBytes >>> 0 || payloadBytes > MAX_PAYLOAD_BYTES) {
    return undefined;
  }
  return {
    type: TYPE_BY_NUMBER.get(bytes.readUInt8(8)),
    payloadBytes,
    totalBytes: RECORD_HEADER_BYTES + align(payloadBytes),
    previousCrc: bytes.readUInt32LE(12),
    seq: bytes.readBigUInt64LE(16),
    crc: bytes.readUInt32LE(24),
    syncedOffset: bytes.readUInt32LE(28) * ALIGNMENT_BYTES,
  };
}

/** Tells whether a record, given with all its bytes, is exactly one that was written to a segment of this salt. */
export function isIntact(salt: number, head: RawHead, bytes: Buffer): boolean {
  return bytes.length === head.totalBytes && checksum(salt, bytes) === head.crc;
}

function checksum(salt: number, record: Buffer): number {
  const saltBytes = Buffer.allocUnsafe(4);
  saltBytes.writeUInt32LE(salt, 0);
  // All but the checksum itself; the padding too, so that no flipped bit goes unnoticed.
  const beforeCrc = crc32(record.subarray(0, 24), crc32(saltBytes));
  return crc32(record.subarray(28), beforeCrc);
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
