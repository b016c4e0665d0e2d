import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeTransaction } from '../../../src/store/journal/payload.ts';
import { encodeRecord, RECORD_TYPES } from '../../../src/store/journal/record.ts';
import { decodeSegmentHeader, encodeSegmentHeader } from '../../../src/store/journal/segment.ts';
import type { CrashFileSystem } from '../../support/crash-file-system.ts';
import {
  appendRange,
  DATABASE_UUID,
  emptyDisk,
  makeTransaction,
  numbers,
  openAfter,
  range,
  readAll,
  recordOffsets,
  segmentFile,
  trimmed,
  type Found,
} from './log-fixture.ts';

const LAST_SEQ = 24;
const OTHER_UUID = '11111111-2222-4333-8444-555555555555';

/** Segments 1, 2 and 3 with eight transactions each, one sync for each; none of them closed. */
let segments: Buffer[];

beforeAll(async () => {
  const disk = emptyDisk();
  const journal = await openAfter(disk);
  await appendRange(journal, 1, 8);
  await journal.rotate();
  await appendRange(journal, 9, 16);
  await journal.rotate();
  await appendRange(journal, 17, LAST_SEQ);
  segments = [1, 2, 3].map((number) => trimmed(disk.readFile(segmentFile(number))));
});

function diskWith(...contents: (Uint8Array | null)[]): CrashFileSystem {
  const disk = emptyDisk();
  disk.mkdir('/home/journal');
  for (const [index, content] of contents.entries()) {
    if (content) disk.putFile(segmentFile(index + 1), content);
  }
  return disk;
}

function segmentAt(index: number): Buffer {
  return Buffer.from(segments[index] ?? '');
}

/** Reads segments 1 and 2 as they are and a third one. */
function readWithThird(third: Uint8Array): Found {
  return readAll(diskWith(segmentAt(0), segmentAt(1), third));
}

function expectPrefix(found: Found): void {
  expect(found.transactions).toStrictEqual(
    range(1, found.transactions.length).map((seq) => makeTransaction(seq)),
  );
  expect(found.reading.lastSeq).toBe(found.transactions.length);
}

/** Puts the records of a segment in another order, each one byte for byte. */
function rearranged(segment: Buffer, order: (records: Buffer[]) => Buffer[]): Buffer {
  const offsets = recordOffsets(segment);
  const records = offsets
    .slice(0, -1)
    .map((start, index) => segment.subarray(start, offsets[index + 1]));
  return Buffer.concat([segment.subarray(0, 64), ...order(records)]);
}

function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return flipped;
}

function saltOf(segment: Buffer): number {
  return decodeSegmentHeader(segment.subarray(0, 64), '')?.salt ?? 0;
}

/** Segment 3 with one record more, of the kind with this number. */
function thirdWithRecordOf(kind: number): Buffer {
  const third = segmentAt(2);
  const salt = saltOf(third);
  const previousCrc = third.readUInt32LE((recordOffsets(third).at(-2) ?? 0) + 24);
  const head = { type: 'clean' as const, previousCrc, seq: LAST_SEQ, syncedOffset: third.length };
  const bytes = Buffer.from(encodeRecord(salt, head, new Uint8Array()).bytes);
  bytes.writeUInt8(kind, 8);
  const saltBytes = Buffer.alloc(4);
  saltBytes.writeUInt32LE(salt);
  const crc = crc32(bytes.subarray(28), crc32(bytes.subarray(0, 24), crc32(saltBytes)));
  bytes.writeUInt32LE(crc, 24);
  return Buffer.concat([third, bytes]);
}

describe('reading a journal', () => {
  it('gives every transaction after a given one', () => {
    const disk = diskWith(...segments);
    expectPrefix(readAll(disk));
    expect(numbers(readAll(disk))).toEqual(range(1, LAST_SEQ));
    for (const afterSeq of range(0, LAST_SEQ + 2)) {
      const found = readAll(disk, afterSeq);
      expect(numbers(found)).toEqual(range(1, LAST_SEQ).filter((seq) => seq > afterSeq));
      expect(found.reading.end).toEqual({ kind: 'clean' });
      expect(found.reading.lastSeq).toBe(Math.max(afterSeq, LAST_SEQ));
    }
  });

  it('finds nothing where there is no folder', () => {
    expect(readAll(emptyDisk(), 7).reading).toMatchObject({
      end: { kind: 'clean' },
      lastSeq: 7,
      highestNumber: 0,
    });
  });

  it('drops exactly the last transaction when it is cut at any byte (row 13)', () => {
    const third = segmentAt(2);
    const start = recordOffsets(third).at(-2) ?? 0;
    for (let length = start; length < third.length; length++) {
      const found = readWithThird(third.subarray(0, length));
      expect(numbers(found)).toEqual(range(1, LAST_SEQ - 1));
      const isEmptyTail = third.subarray(start, length).every((byte) => byte === 0);
      expect(found.reading.end).toEqual(
        isEmptyTail ? { kind: 'clean' } : { kind: 'torn', path: segmentFile(3), offset: start },
      );
    }
  });

  it('goes on behind a cut at any byte, in a new segment, and finds both parts again', async () => {
    const third = segmentAt(2);
    const start = recordOffsets(third).at(-2) ?? 0;
    for (let length = start + 1; length < third.length; length += 13) {
      const disk = diskWith(segmentAt(0), segmentAt(1), third.subarray(0, length));
      const journal = await openAfter(disk);
      await appendRange(journal, LAST_SEQ, LAST_SEQ + 3);
      const found = readAll(disk);
      expect(numbers(found)).toEqual(range(1, LAST_SEQ + 3));
      expect(found.reading).toMatchObject({
        end: { kind: 'clean' },
        oddities: [{ kind: 'abandoned', offset: start }],
      });
    }
  });

  it('takes zeros behind the last record for reserved space (row 14)', () => {
    for (const length of [1, 7, 511, 512, 4_096, 2_000_000]) {
      const found = readWithThird(Buffer.concat([segmentAt(2), Buffer.alloc(length)]));
      expect(numbers(found)).toEqual(range(1, LAST_SEQ));
      expect(found.reading.end).toEqual({ kind: 'clean' });
    }
  });

  it('takes a last record with a zeroed end or sector for torn (row 14)', () => {
    const third = segmentAt(2);
    const start = recordOffsets(third).at(-2) ?? 0;
    for (let from = start + 8; from < third.length - 8; from += 8) {
      const found = readWithThird(Buffer.from(third).fill(0, from));
      expect(numbers(found)).toEqual(range(1, LAST_SEQ - 1));
      expect(found.reading.end.kind).toBe('torn');
    }
  });

  it('takes a hole in one append for torn, though whole records of it follow', async () => {
    const disk = emptyDisk();
    const journal = await openAfter(disk);
    await journal.append(makeTransaction(1));
    await Promise.all(range(2, 6).map((seq) => journal.append(makeTransaction(seq))));
    const segment = trimmed(disk.readFile(segmentFile(1)));
    const start = recordOffsets(segment)[3] ?? 0;
    const found = readAll(diskWith(Buffer.from(segment).fill(0, start, start + 16)));
    expect(numbers(found)).toEqual([1, 2, 3]);
    expect(found.reading.end).toEqual({ kind: 'torn', path: segmentFile(1), offset: start });
  });

  it('never applies a last record with a flipped bit (row 15)', () => {
    const third = segmentAt(2);
    const start = recordOffsets(third).at(-2) ?? 0;
    for (let bit = start * 8; bit < third.length * 8; bit++) {
      const found = readWithThird(flipBit(third, bit));
      expect(numbers(found)).toEqual(range(1, LAST_SEQ - 1));
      expect(found.reading.end.kind).toBe('torn');
    }
  });

  it('reports a flipped bit in a middle record, stops there and leaves the rest alone (row 16)', () => {
    const second = segmentAt(1);
    const offsets = recordOffsets(second);
    for (const [index, start] of offsets.slice(0, -1).entries()) {
      const disk = diskWith(segmentAt(0), flipBit(second, start * 8 + 300), segmentAt(2));
      const before = disk.readFile(segmentFile(2));
      const found = readAll(disk);
      expectPrefix(found);
      expect(found.reading.end).toEqual({
        kind: 'damaged',
        path: segmentFile(2),
        offset: start,
        laterSeq: index < 7 ? 9 + index + 1 : null,
      });
      expect(found.reading.lastSeq).toBe(8 + index);
      expect(disk.readFile(segmentFile(2)).equals(before)).toBe(true);
    }
  });

  it('notices each of 10,000 flipped bits and never gives a wrong transaction (rows 15, 16, 17)', () => {
    const total = segments.reduce((sum, segment) => sum + segment.length * 8, 0);
    const lastStart = recordOffsets(segmentAt(2)).at(-2) ?? 0;
    fc.assert(
      fc.property(fc.nat(total - 1), (bit) => {
        let rest = bit;
        let at = 0;
        while (rest >= segmentAt(at).length * 8) rest -= segmentAt(at++).length * 8;
        const contents = segments.map((segment, index) =>
          index === at ? flipBit(segment, rest) : segment,
        );
        const found = readAll(diskWith(...contents));
        expectPrefix(found);
        expect(found.reading.lastSeq).toBeLessThan(LAST_SEQ);
        const isInLastRecord = at === 2 && rest >= lastStart * 8;
        expect(found.reading.end.kind).toBe(isInLastRecord ? 'torn' : 'damaged');
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);

  it.each([0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    'is not led astray by a length of %i (row 17)',
    (length) => {
      const second = segmentAt(1);
      const start = recordOffsets(second)[3] ?? 0;
      second.writeUInt32LE(length, start);
      second.writeUInt32LE(~length >>> 0, start + 4);
      const found = readAll(diskWith(segmentAt(0), second, segmentAt(2)));
      expectPrefix(found);
      expect(found.reading.end).toMatchObject({ kind: 'damaged', offset: start, laterSeq: 13 });
    },
  );

  it('gives a duplicated record once, and reports what it pushed away (row 18)', () => {
    const second = rearranged(segmentAt(1), (records) =>
      records.flatMap((record, index) => (index === 3 ? [record, record] : [record])),
    );
    const found = readAll(diskWith(segmentAt(0), second, segmentAt(2)));
    expectPrefix(found);
    expect(numbers(found)).toEqual(range(1, 12));
    expect(found.reading.end.kind).toBe('damaged');
  });

  it('gives a duplicated last record once (row 18)', () => {
    const found = readWithThird(
      rearranged(segmentAt(2), (records) => [...records, ...records.slice(-1)]),
    );
    expect(numbers(found)).toEqual(range(1, LAST_SEQ));
    expect(found.reading.end.kind).toBe('torn');
  });

  it('gives a duplicated segment once (row 18)', () => {
    const found = readAll(diskWith(segmentAt(0), segmentAt(1), segmentAt(1), segmentAt(2)));
    expect(numbers(found)).toEqual(range(1, LAST_SEQ));
    expect(found.reading).toMatchObject({
      end: { kind: 'clean' },
      oddities: [{ kind: 'copy', path: segmentFile(3) }],
    });
  });

  it('stops at swapped records and at a record that is missing (row 19)', () => {
    const changes: ((records: Buffer[]) => Buffer[])[] = [
      ([a, b, c, ...rest]) => [a, c, b, ...rest].filter((record) => record !== undefined),
      ([a, , ...rest]) => [a, ...rest].filter((record) => record !== undefined),
    ];
    for (const change of changes) {
      for (const index of [1, 2]) {
        const contents = segments.map((segment, at) =>
          at === index ? rearranged(segment, change) : segment,
        );
        const found = readAll(diskWith(...contents));
        expectPrefix(found);
        expect(found.reading.lastSeq).toBe(index * 8 + 1);
        expect(found.reading.end).toMatchObject({ kind: 'damaged', path: segmentFile(index + 1) });
      }
    }
  });

  it('stops at a record of the right number that does not follow the bytes before it (row 19)', () => {
    const second = segmentAt(1);
    const [start = 0, end = 0] = recordOffsets(second).slice(3);
    const head = {
      type: 'transaction' as const,
      previousCrc: second.readUInt32LE(start + 12),
      seq: 12,
      syncedOffset: start,
    };
    const payload = encodeTransaction({ ...makeTransaction(12), nowMs: 5 });
    const other = Buffer.from(encodeRecord(saltOf(second), head, payload).bytes);
    expect(other.length).toBe(end - start);
    other.copy(second, start);
    const found = readAll(diskWith(segmentAt(0), second, segmentAt(2)));
    expect(numbers(found)).toEqual(range(1, 12));
    expect(found.reading.end).toMatchObject({ kind: 'damaged', offset: end, laterSeq: 14 });
  });

  it('stops at a record that follows the bytes before it with the wrong number (row 19)', () => {
    const third = segmentAt(2);
    const head = {
      type: 'transaction' as const,
      previousCrc: third.readUInt32LE((recordOffsets(third).at(-2) ?? 0) + 24),
      syncedOffset: third.length,
    };
    for (const [seq, last] of [
      [LAST_SEQ, LAST_SEQ],
      [LAST_SEQ + 1, LAST_SEQ + 1],
      [LAST_SEQ + 2, LAST_SEQ],
    ] as const) {
      const payload = encodeTransaction(makeTransaction(seq));
      const { bytes } = encodeRecord(saltOf(third), { ...head, seq }, payload);
      expect(numbers(readWithThird(Buffer.concat([third, bytes])))).toEqual(range(1, last));
    }
  });

  it('reads segments with swapped names in their true order (row 19)', () => {
    const found = readAll(diskWith(segmentAt(0), segmentAt(2), segmentAt(1)));
    expect(numbers(found)).toEqual(range(1, LAST_SEQ));
    expect(found.reading.end.kind).toBe('clean');
  });

  it('stops where a segment is missing, unless the database holds what was in it (rows 11, 19)', () => {
    const disk = diskWith(segmentAt(0), null, segmentAt(2));
    expect(readAll(disk)).toMatchObject({
      reading: {
        end: { kind: 'gap', path: segmentFile(3), expectedSeq: 9, foundSeq: 17 },
        lastSeq: 8,
      },
    });
    expect(readAll(disk, 15).reading.end.kind).toBe('gap');
    const covered = readAll(disk, 16);
    expect(numbers(covered)).toEqual(range(17, LAST_SEQ));
    expect(covered.reading).toMatchObject({
      end: { kind: 'clean' },
      oddities: [{ kind: 'covered' }],
    });
    expect(readAll(diskWith(null, segmentAt(1), segmentAt(2))).reading.end).toMatchObject({
      kind: 'gap',
      expectedSeq: 1,
      foundSeq: 9,
    });
  });

  it('passes over damage in what the database holds already', () => {
    const disk = diskWith(segmentAt(0), flipBit(segmentAt(1), 5_000), segmentAt(2));
    expect(readAll(disk, 15).reading.end.kind).toBe('damaged');
    const found = readAll(disk, 18);
    expect(numbers(found)).toEqual(range(19, LAST_SEQ));
    expect(found.reading.oddities).toMatchObject([{ kind: 'covered', end: { kind: 'damaged' } }]);
  });

  it('ignores segments of another database, wherever they stand (row 20)', async () => {
    const header = {
      databaseUuid: OTHER_UUID,
      number: 4,
      firstSeq: 25,
      salt: 1,
      previousCrc: 0,
      createdAtMs: 0,
    };
    const found = readAll(diskWith(...segments, encodeSegmentHeader(header)));
    expect(numbers(found)).toEqual(range(1, LAST_SEQ));
    expect(found.reading).toMatchObject({
      end: { kind: 'clean' },
      oddities: [{ kind: 'otherDatabase', path: segmentFile(4) }],
      highestNumber: 4,
    });
    const disk = diskWith(...segments, encodeSegmentHeader(header));
    const journal = await openAfter(disk);
    await appendRange(journal, 25, 26);
    expect(numbers(readAll(disk))).toEqual(range(1, 26));
  });

  it('takes nothing from an older epoch that lies behind the records of a segment (row 20)', () => {
    const found = readWithThird(Buffer.concat([segmentAt(2), segmentAt(1).subarray(64)]));
    expect(numbers(found)).toEqual(range(1, LAST_SEQ));
    expect(found.reading.end.kind).toBe('torn');
  });

  it('ignores a segment that a crash left without a whole header (row 4)', async () => {
    const header = encodeSegmentHeader({
      databaseUuid: DATABASE_UUID,
      number: 4,
      firstSeq: 25,
      salt: 1,
      previousCrc: 0,
      createdAtMs: 0,
    });
    for (let length = 0; length < 64; length++) {
      const disk = diskWith(...segments, header.subarray(0, length));
      const found = readAll(disk);
      expect(numbers(found)).toEqual(range(1, LAST_SEQ));
      expect(found.reading).toMatchObject({
        end: { kind: 'clean' },
        oddities: [{ kind: 'unfinished' }],
        highestNumber: 4,
      });
      await appendRange(await openAfter(disk), 25, 25);
      expect(numbers(readAll(disk))).toEqual(range(1, 25));
    }
  });

  it('refuses a later format and a record of an unknown kind (row 58)', () => {
    const tooNew = expect.objectContaining({ code: 'DatabaseTooNew' }) as Error;
    const later = segmentAt(2);
    later.writeUInt32LE(2, 8);
    later.writeUInt32LE(crc32(later.subarray(16, 64), crc32(later.subarray(0, 12))), 12);
    expect(() => readWithThird(later)).toThrow(tooNew);
    expect(readWithThird(thirdWithRecordOf(RECORD_TYPES.clean)).reading.isClosed).toBe(true);
    expect(() => readWithThird(thirdWithRecordOf(99))).toThrow(tooNew);
  });

  it('says when the disk cannot be read, and not that the journal is damaged (row 33)', () => {
    const disk = diskWith(...segments);
    disk.read = () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    expect(() => readAll(disk)).toThrow(expect.objectContaining({ code: 'Unavailable' }));
  });
});
