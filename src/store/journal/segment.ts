import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { SweatShopError } from '../../shared/errors.ts';
import { errnoOf, toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { sizeError, syncDirectory, unlinkQuietly } from '../publish.ts';

export const SEGMENT_HEADER_BYTES = 64;

const MAGIC = Buffer.from('SWJRNL1\0');
const FORMAT_VERSION = 1;
const CRC_OFFSET = 12;
const NAME = /^(\d{10,16})\.swj$/;

/** What every record of a segment depends on. */
export type SegmentHeader = {
  /** The database that the segment belongs to, in the usual form with hyphens. */
  readonly databaseUuid: string;
  readonly number: number;
  /** The number of the first transaction the segment may hold. */
  readonly firstSeq: number;
  /** Goes into each checksum, so that no record of another segment is ever taken for one of this. */
  readonly salt: number;
  /** The checksum of the last record before this segment that counts; 0 where there is none. */
  readonly previousCrc: number;
  /** For people only; the order never depends on it. */
  readonly createdAtMs: number;
};

/** A file that has the name of a segment. */
export type SegmentName = { readonly number: number; readonly path: string };

/** Gives the path of a segment. */
export function segmentPath(folder: string, number: number): string {
  return path.join(folder, `${String(number).padStart(10, '0')}.swj`);
}

/** Lists the segments in a folder by number; none where there is no folder. */
export function listSegments(fileSystem: FileSystem, folder: string): SegmentName[] {
  if (!fileSystem.stat(folder)) return [];
  return fileSystem
    .readdir(folder)
    .flatMap((name) => {
      const digits = NAME.exec(name)?.[1];
      return digits === undefined
        ? []
        : [{ number: Number(digits), path: path.join(folder, name) }];
    })
    .sort((one, other) => one.number - other.number);
}

/** Gives a salt that no earlier segment is likely to have had. */
export function newSalt(): number {
  return randomBytes(4).readUInt32LE(0);
}

/**
 * Makes a segment; when it resolves, its header and its name survive a power cut.
 *
 * @returns A descriptor to write with.
 * @throws Conflict when the name is taken, which means that another process writes this journal; StorageFull, ReadOnly,
 *   Unavailable. A part of the file may then be left; whoever called must not use the number again.
 */
export async function createSegment(
  fileSystem: FileSystem,
  file: string,
  header: SegmentHeader,
): Promise<number> {
  try {
    const descriptor = fileSystem.open(file, 'create');
    try {
      const bytes = encodeSegmentHeader(header);
      for (let written = 0; written < bytes.length;) {
        const count = fileSystem.writeSync(descriptor, bytes.subarray(written), written);
        if (count <= 0) throw sizeError(file, bytes.length, BigInt(written));
        written += count;
      }
      await fileSystem.fsync(descriptor);
      await syncDirectory(fileSystem, path.dirname(file));
      return descriptor;
    } catch (error) {
      closeQuietly(fileSystem, descriptor);
      unlinkQuietly(fileSystem, file);
      throw error;
    }
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw otherWriter(file);
    throw toDiskError(error, 'created', file);
  }
}

/** Closes a descriptor of which everything that counts is on the disk already. */
export function closeQuietly(fileSystem: FileSystem, descriptor: number): void {
  try {
    fileSystem.close(descriptor);
  } catch {
    return;
  }
}

/** Makes the error for a segment that this process did not create. */
export function otherWriter(file: string): SweatShopError {
  return new SweatShopError(
    'Conflict',
    `Another process has gone on with ${file}, so this one stops writing. Close SweatShop and start it again.`,
    { path: file },
  );
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  Buffer.from(header.databaseUuid.replaceAll('-', ''), 'hex').copy(bytes, 16);
  bytes.writeBigUInt64LE(BigInt(header.number), 32);
  bytes.writeBigUInt64LE(BigInt(header.firstSeq), 40);
  bytes.writeUInt32LE(header.salt, 48);
  bytes.writeUInt32LE(header.previousCrc, 52);
  bytes.writeBigUInt64LE(BigInt(header.createdAtMs), 56);
  bytes.writeUInt32LE(headerChecksum(bytes), CRC_OFFSET);
  return bytes;
}

/**
 * Reads a header.
 *
 * @returns Undefined when the bytes are not exactly what {@link encodeSegmentHeader} gave.
 * @throws DatabaseTooNew when they are, but of a later format.
 */
export function decodeSegmentHeader(bytes: Buffer, file: string): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  if (headerChecksum(bytes) !== bytes.readUInt32LE(CRC_OFFSET)) return undefined;
  if (bytes.readUInt32LE(8) !== FORMAT_VERSION) throw tooNew(file);
  return {
    databaseUuid: toUuid(bytes.subarray(16, 32)),
    number: Number(bytes.readBigUInt64LE(32)),
    firstSeq: Number(bytes.readBigUInt64LE(40)),
    salt: bytes.readUInt32LE(48),
    previousCrc: bytes.readUInt32LE(52),
    createdAtMs: Number(bytes.readBigUInt64LE(56)),
  };
}

/** Makes the error for a file that a later version of SweatShop wrote. */
export function tooNew(file: string): SweatShopError {
  return new SweatShopError(
    'DatabaseTooNew',
    `${file} was written by a newer SweatShop. Start that version; this one changes nothing.`,
    { path: file },
  );
}

function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(16, SEGMENT_HEADER_BYTES), crc32(bytes.subarray(0, CRC_OFFSET)));
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
