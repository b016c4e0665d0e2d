import { describe, expect, it } from 'vitest';
import { encodeSegmentHeader } from '../../../src/store/journal/segment.ts';
import { FaultyFileSystem, type DiskOperation } from '../../support/faulty-file-system.ts';
import {
  appendRange,
  emptyDisk,
  makeTransaction,
  numbers,
  openAfter,
  range,
  readAll,
  segmentFile,
} from './log-fixture.ts';

const SYNCS = new Set(['fdatasync', 'fdatasyncSync']);

async function openFaulty() {
  const disk = emptyDisk();
  const faulty = new FaultyFileSystem(disk);
  const journal = await openAfter(faulty);
  faulty.reset();
  return { disk, faulty, journal };
}

function countOf(operations: readonly DiskOperation[], name: string): number {
  return operations.filter((operation) => operation.name === name).length;
}

function outcomes(promises: Promise<void>[]): Promise<string[]> {
  return Promise.all(
    promises.map((promise) =>
      promise.then(
        () => 'kept',
        (error: unknown) => (error as { code: string }).code,
      ),
    ),
  );
}

describe('the journal', () => {
  it('writes a lone append before its caller goes on, and answers after one sync', async () => {
    const { faulty, journal } = await openFaulty();
    const kept = journal.append(makeTransaction(1));
    expect(countOf(faulty.operations, 'writeSync')).toBeGreaterThan(0);
    expect(journal.durableSeq).toBe(0);
    await kept;
    expect(journal.durableSeq).toBe(1);
    expect(countOf(faulty.operations, 'fdatasync')).toBe(1);
  });

  it('lets all that wait while a sync runs share the next one', async () => {
    const { disk, faulty, journal } = await openFaulty();
    await Promise.all(range(1, 100).map((seq) => journal.append(makeTransaction(seq))));
    expect(countOf(faulty.operations, 'fdatasync')).toBe(2);
    expect(numbers(readAll(disk))).toEqual(range(1, 100));
  });

  it('gathers callers that append again as soon as they are answered', async () => {
    const { faulty, journal } = await openFaulty();
    let next = 1;
    const caller = async () => {
      for (let round = 0; round < 10; round++) await journal.append(makeTransaction(next++));
    };
    await Promise.all(range(1, 32).map(caller));
    expect(journal.durableSeq).toBe(320);
    expect(countOf(faulty.operations, 'fdatasync')).toBeLessThanOrEqual(14);
  });

  it('refuses what cannot be kept before anything is written, and goes on', async () => {
    const { faulty, journal } = await openFaulty();
    const bad = {
      ...makeTransaction(1),
      statements: [{ sql: '?', params: ['\uD800'], changes: 0 }],
    };
    await expect(journal.append(bad)).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(faulty.operations).toEqual([]);
    await journal.append(makeTransaction(1));
  });

  it('refuses a number out of turn', async () => {
    const { journal } = await openFaulty();
    await expect(journal.append(makeTransaction(2))).rejects.toMatchObject({ code: 'Internal' });
    await journal.append(makeTransaction(1));
    await expect(journal.append(makeTransaction(1))).rejects.toMatchObject({ code: 'Internal' });
  });

  it.each([1, 100, 511])('goes on after writes that take only %i bytes (row 29)', async (most) => {
    const { disk, faulty, journal } = await openFaulty();
    faulty.fault = ({ name }) => (name === 'writeSync' ? { atMostBytes: most } : null);
    await appendRange(journal, 1, 5);
    expect(numbers(readAll(disk))).toEqual(range(1, 5));
  });

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])(
    'keeps nothing half when the disk is full, and goes on when there is room: %s (rows 28, 29, 30)',
    async (errno) => {
      const { disk, faulty, journal } = await openFaulty();
      await appendRange(journal, 1, 3);
      let room = 100;
      faulty.fault = ({ name }) => {
        if (name !== 'writeSync') return null;
        if (room === 0) return { errno };
        const fault = { atMostBytes: room };
        room = 0;
        return fault;
      };
      const late = range(4, 9).map((seq) => journal.append(makeTransaction(seq)));
      expect(await outcomes(late)).toEqual(late.map(() => 'StorageFull'));
      expect(numbers(readAll(disk))).toEqual(range(1, 3));
      expect(readAll(disk).reading.end.kind).toBe('clean');
      expect(journal.state).toBe('open');
      faulty.fault = () => null;
      await appendRange(journal, 4, 6);
      expect(numbers(readAll(disk))).toEqual(range(1, 6));
    },
  );

  it('goes on in a new segment when what is half cannot be cut off (row 28)', async () => {
    const { disk, faulty, journal } = await openFaulty();
    await appendRange(journal, 1, 3);
    let writes = 0;
    faulty.fault = ({ name }) => {
      if (name === 'truncate') return { errno: 'EIO' };
      if (name !== 'writeSync') return null;
      return ++writes === 1 ? { atMostBytes: 100 } : { errno: 'ENOSPC' };
    };
    await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({ code: 'StorageFull' });
    faulty.fault = () => null;
    await appendRange(journal, 4, 6);
    expect(journal.segmentNumber).toBe(2);
    const found = readAll(disk);
    expect(numbers(found)).toEqual(range(1, 6));
    expect(found.reading).toMatchObject({
      end: { kind: 'clean' },
      oddities: [{ kind: 'abandoned' }],
    });
  });

  it.each([false, true])(
    'never syncs again after a failed sync, answers nobody, and says so; done all the same: %s (row 31)',
    async (isDone) => {
      const { disk, faulty, journal } = await openFaulty();
      await appendRange(journal, 1, 3);
      faulty.fault = ({ name }) => (SYNCS.has(name) ? { errno: 'EIO', isDone } : null);
      faulty.reset();
      const late = range(4, 9).map((seq) => journal.append(makeTransaction(seq)));
      expect(await outcomes(late)).toEqual(late.map(() => 'Unavailable'));
      expect(journal.state).toBe('broken');
      faulty.fault = () => null;
      await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({
        code: 'Unavailable',
      });
      expect(() => {
        journal.syncNow();
      }).toThrow('The disk failed');
      expect(countOf(faulty.operations, 'fdatasync')).toBe(1);
      expect(journal.durableSeq).toBe(3);

      await journal.rotate();
      expect(journal.state).toBe('open');
      const renewed = { ...makeTransaction(4), nowMs: 4 };
      await journal.append(renewed);
      const found = readAll(disk);
      expect(found.transactions).toEqual([
        ...range(1, 3).map((seq) => makeTransaction(seq)),
        renewed,
      ]);
      expect(found.reading).toMatchObject({
        end: { kind: 'clean' },
        oddities: [{ kind: 'abandoned' }],
      });
    },
  );

  it('leaps over what a published image holds', async () => {
    const { disk, faulty, journal } = await openFaulty();
    await appendRange(journal, 1, 3);
    faulty.fault = ({ name }) => (SYNCS.has(name) ? { errno: 'EIO' } : null);
    await outcomes([journal.append(makeTransaction(4)), journal.append(makeTransaction(5))]);
    faulty.fault = () => null;
    await journal.rotate(5);
    await appendRange(journal, 6, 7);
    expect(numbers(readAll(disk, 5))).toEqual([6, 7]);
    expect(readAll(disk, 5).reading.end.kind).toBe('clean');
    expect(readAll(disk, 3)).toMatchObject({
      transactions: [],
      reading: { end: { kind: 'gap', expectedSeq: 4, foundSeq: 6 }, lastSeq: 3 },
    });
  });

  it('gives up what it could not confirm after the sync, and takes it again (row 31)', async () => {
    const { disk, faulty, journal } = await openFaulty();
    await appendRange(journal, 1, 3);
    faulty.fault = ({ name }) => (name === 'stat' ? { errno: 'EIO' } : null);
    await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({ code: 'Unavailable' });
    faulty.fault = () => null;
    expect(journal).toMatchObject({ state: 'broken', durableSeq: 3 });
    await journal.rotate();
    await appendRange(journal, 4, 5);
    expect(numbers(readAll(disk))).toEqual(range(1, 5));
  });

  it('stops when another process has made the next segment (row 46)', async () => {
    const { disk, journal } = await openFaulty();
    await appendRange(journal, 1, 3);
    const other = await openAfter(disk);
    await other.append(makeTransaction(4));
    await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({ code: 'Conflict' });
    await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({ code: 'Conflict' });
    await expect(journal.rotate()).rejects.toMatchObject({ code: 'Conflict' });
    expect(journal.state).toBe('fenced');
    await other.append(makeTransaction(5));
    expect(numbers(readAll(disk))).toEqual(range(1, 5));
  });

  it('stops when the segment that it wants to make exists already (row 46)', async () => {
    const { disk, journal } = await openFaulty();
    disk.putFile(segmentFile(2), new Uint8Array());
    await expect(journal.rotate()).rejects.toMatchObject({ code: 'Conflict' });
    expect(journal.state).toBe('fenced');
  });

  it('keeps marks in their place among the transactions', async () => {
    const { disk, journal } = await openFaulty();
    const intent = { imageSeq: 2, size: 8_192, sha256: new Uint8Array(32).fill(9) };
    const published = {
      imageSeq: 2,
      dev: 2n ** 63n,
      ino: 2n ** 64n - 1n,
      size: 8_192n,
      mtimeNs: -5n,
    };
    await appendRange(journal, 1, 2);
    await Promise.all([journal.rotate(), journal.append(makeTransaction(3))]);
    await journal.appendIntent(intent);
    await appendRange(journal, 4, 4);
    await journal.appendPublished(published);
    await journal.close();
    const found = readAll(disk, 2);
    expect(numbers(found)).toEqual([3, 4]);
    expect(found.reading).toMatchObject({
      end: { kind: 'clean' },
      intents: [intent],
      published: [published],
      isClosed: true,
      highestNumber: 2,
    });
  });

  it('deletes old segments, but neither its own nor those of other databases (row 11)', async () => {
    const { disk, journal } = await openFaulty();
    await appendRange(journal, 1, 2);
    await journal.rotate();
    await appendRange(journal, 3, 4);
    await journal.rotate();
    const stranger = encodeSegmentHeader({
      databaseUuid: '11111111-2222-4333-8444-555555555555',
      number: 99,
      firstSeq: 1,
      salt: 1,
      previousCrc: 0,
      createdAtMs: 0,
    });
    await appendRange(journal, 5, 6);
    disk.putFile(segmentFile(99), stranger);
    await journal.deleteSegmentsUpTo(99, 3);
    expect(numbers(readAll(disk, 3))).toEqual([4, 5, 6]);
    await journal.deleteSegmentsUpTo(99, 4);
    expect(disk.readdir('/home/journal')).toEqual(['0000000003.swj', '0000000099.swj']);
    expect(numbers(readAll(disk, 4))).toEqual([5, 6]);
    expect(readAll(disk, 3).reading.end).toMatchObject({
      kind: 'gap',
      expectedSeq: 4,
      foundSeq: 5,
    });
  });

  it('puts everything that waits on the disk at once when a session ends (row 50)', async () => {
    const { disk, journal } = await openFaulty();
    const kept = range(1, 20).map((seq) => journal.append(makeTransaction(seq)));
    journal.syncNow();
    expect(numbers(readAll(disk.crash(1)))).toEqual(range(1, 20));
    await Promise.all(kept);
    await appendRange(journal, 21, 22);
    expect(numbers(readAll(disk))).toEqual(range(1, 22));
  });

  it('trusts no sync that ran beside a failed one', async () => {
    const { faulty, journal } = await openFaulty();
    const first = journal.append(makeTransaction(1));
    faulty.fault = ({ name }) => (name === 'fdatasyncSync' ? { errno: 'EIO' } : null);
    expect(() => {
      journal.syncNow();
    }).toThrow('EIO');
    await expect(first).rejects.toMatchObject({ code: 'Unavailable' });
    expect(journal).toMatchObject({ state: 'broken', durableSeq: 0 });
  });

  it('splits what is too long for a record and gives it back whole (row 65)', async () => {
    const { disk, journal } = await openFaulty();
    const long = makeTransaction(2, 17_000_000);
    await Promise.all(
      [1, 2, 3].map((seq) => journal.append(seq === 2 ? long : makeTransaction(seq))),
    );
    const { transactions } = readAll(disk);
    expect(transactions.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(transactions[1]?.statements[0]?.params[1] === long.statements[0]?.params[1]).toBe(true);
  });

  it('answers whoever came before the end, and nobody after it', async () => {
    const { disk, journal } = await openFaulty();
    const kept = range(1, 3).map((seq) => journal.append(makeTransaction(seq)));
    const closed = [journal.close(), journal.close()];
    await expect(journal.append(makeTransaction(4))).rejects.toMatchObject({ code: 'Unavailable' });
    await Promise.all([...kept, ...closed]);
    expect(journal.state).toBe('closed');
    expect(readAll(disk).reading).toMatchObject({ lastSeq: 3, isClosed: true });
  });

  it('gives every file back once, also when it is closed while it starts a new segment', async () => {
    const { faulty, journal } = await openFaulty();
    faulty.fault = ({ name }) => (SYNCS.has(name) ? { errno: 'EIO' } : null);
    await outcomes([journal.append(makeTransaction(1))]);
    faulty.fault = () => null;
    await Promise.all([journal.rotate(), journal.close()]);
    expect(journal.state).toBe('closed');
    const closed = faulty.operations
      .filter(({ name, path }) => name === 'close' && path !== '/home/journal')
      .map(({ path }) => path);
    expect(closed).toEqual([segmentFile(1), segmentFile(2)]);
  });
});
