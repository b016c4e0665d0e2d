import { describe, expect, it } from 'vitest';
import type { Journal } from '../../../src/store/journal/journal.ts';
import type { FileSystem } from '../../../src/store/file-system.ts';
import type { CrashFileSystem } from '../../support/crash-file-system.ts';
import {
  FaultyFileSystem,
  type DiskOperation,
  type Fault,
} from '../../support/faulty-file-system.ts';
import { emptyDisk, makeTransaction, openAfter, range, readAll } from './log-fixture.ts';

const SURVIVORS = 12;
const ATTEMPTS = 3;

/** What those who used a journal were told. */
type Told = {
  /** The last transaction that was answered. */
  ackedSeq: number;
  /** The last one that was handed to the journal. */
  offeredSeq: number;
  /** The last one in an image that stands for sweatshop.db; older segments may be gone. */
  imageSeq: number;
};

/** What callers do to a journal; whatever fails is tried a few times, as the store will do it. */
type Scenario = (journal: Journal, told: Told) => Promise<void>;

async function append(journal: Journal, told: Told, count: number): Promise<void> {
  const lastSeq = told.ackedSeq + count;
  for (let attempt = 0; attempt < ATTEMPTS && told.ackedSeq < lastSeq; attempt++) {
    if (journal.state === 'broken') await journal.rotate().catch(() => undefined);
    const seqs = range(journal.durableSeq + 1, lastSeq);
    await Promise.all(
      seqs.map(async (seq) => {
        told.offeredSeq = Math.max(told.offeredSeq, seq);
        await journal.append(makeTransaction(seq)).then(
          () => (told.ackedSeq = Math.max(told.ackedSeq, seq)),
          () => undefined,
        );
      }),
    );
  }
}

async function publish(journal: Journal, told: Told): Promise<void> {
  const imageSeq = told.ackedSeq;
  const oldNumber = journal.segmentNumber;
  try {
    await journal.rotate();
    await journal.appendIntent({ imageSeq, size: 4_096, sha256: new Uint8Array(32) });
    await journal.appendPublished({ imageSeq, dev: 1n, ino: 2n, size: 4_096n, mtimeNs: 3n });
    told.imageSeq = imageSeq;
    await journal.deleteSegmentsUpTo(oldNumber, imageSeq);
  } catch {
    return;
  }
}

const SCENARIOS: Record<string, Scenario> = {
  'one caller': async (journal, told) => {
    for (let count = 0; count < 8; count++) await append(journal, told, 1);
  },
  'eight callers at once, thrice': async (journal, told) => {
    for (let round = 0; round < 3; round++) await append(journal, told, 8);
  },
  'rotations, marks and deletions between appends': async (journal, told) => {
    await append(journal, told, 3);
    await Promise.all([publish(journal, told), append(journal, told, 4)]);
    await append(journal, told, 2);
    await publish(journal, told);
    await append(journal, told, 5);
    await journal.close().catch(() => undefined);
  },
  'the end of a session': async (journal, told) => {
    const appended = append(journal, told, 6);
    try {
      journal.syncNow();
    } catch {
      // A refusal is one more thing that may happen.
    }
    await appended;
    await append(journal, told, 2);
  },
};

async function play(fileSystem: FileSystem, scenario: Scenario): Promise<Told> {
  const told = { ackedSeq: 0, offeredSeq: 0, imageSeq: 0 };
  const journal = await openAfter(fileSystem).catch(() => null);
  if (journal) await scenario(journal, told);
  return told;
}

/** All that was answered is there, whole and in order; nothing is half, nothing stands behind a gap. */
function expectKept(disk: CrashFileSystem, told: Told): void {
  const { reading, transactions } = readAll(disk, told.imageSeq);
  const expected = range(told.imageSeq + 1, reading.lastSeq).map((seq) => makeTransaction(seq));
  expect(transactions).toStrictEqual(expected);
  expect(reading.lastSeq).toBeGreaterThanOrEqual(told.ackedSeq);
  expect(reading.lastSeq).toBeLessThanOrEqual(Math.max(told.offeredSeq, told.imageSeq));
  expect(['clean', 'torn']).toContain(reading.end.kind);
}

/** Opens what is left, as the next start does, writes on, and loses power once more. */
async function expectGoesOn(disk: CrashFileSystem, told: Told, seed: number): Promise<void> {
  const { lastSeq } = readAll(disk, told.imageSeq).reading;
  const journal = await openAfter(disk, told.imageSeq);
  await journal.append(makeTransaction(lastSeq + 1));
  const after = { ...told, ackedSeq: lastSeq + 1, offeredSeq: lastSeq + 1 };
  expectKept(disk, after);
  expectKept(disk.crash(seed), after);
}

type Tried = { disk: CrashFileSystem; told: Told; operations: DiskOperation[]; failures: number };

async function playWith(scenario: Scenario, fault: (index: number) => Fault): Promise<Tried> {
  const disk = emptyDisk();
  const faulty = new FaultyFileSystem(disk);
  let failures = 0;
  faulty.fault = ({ index }) => {
    const result = fault(index);
    if (result) failures++;
    return result;
  };
  const told = await play(faulty, scenario);
  return { disk, told, operations: faulty.operations, failures };
}

describe.each(Object.entries(SCENARIOS))('a journal under %s', (_, scenario) => {
  it('loses nothing when nothing goes wrong, and has something to lose', async () => {
    const { disk, told } = await playWith(scenario, () => null);
    expect(told.ackedSeq).toBeGreaterThanOrEqual(8);
    expect(told.ackedSeq).toBe(told.offeredSeq);
    expectKept(disk, told);
    for (const seed of range(1, SURVIVORS)) expectKept(disk.crash(seed), told);
  });

  it('keeps every answered transaction when the power fails at any operation (rows 1, 2, 3, 4, 11, 12)', async () => {
    for (let k = 1; ; k++) {
      const { disk, told, failures } = await playWith(scenario, (index) =>
        index >= k ? { errno: 'EIO' } : null,
      );
      if (failures === 0) break;
      for (const seed of range(1, SURVIVORS)) {
        const survivor = disk.crash(1_000 * k + seed);
        expectKept(survivor, told);
        await expectGoesOn(survivor, told, seed);
      }
    }
  });

  const faults: [string, Fault][] = [
    ['EIO', { errno: 'EIO' }],
    ['EIO after its work', { errno: 'EIO', isDone: true }],
    ['ENOSPC', { errno: 'ENOSPC' }],
    ['a short write of one byte', { atMostBytes: 1 }],
  ];

  it.each(faults)(
    'keeps every answered transaction when any operation fails once, and recovers: %s (rows 28, 29, 31)',
    async (__, fault) => {
      for (let k = 1; ; k++) {
        const { disk, told, failures } = await playWith(scenario, (index) =>
          index === k ? fault : null,
        );
        if (failures === 0) break;
        expectKept(disk, told);
        for (const seed of range(1, SURVIVORS / 4)) {
          const survivor = disk.crash(1_000 * k + seed);
          expectKept(survivor, told);
          await expectGoesOn(survivor, told, seed);
        }
      }
    },
  );

  it.each(faults.slice(0, 3))(
    'keeps every answered transaction when all operations fail from any one on: %s (rows 28, 31)',
    async (__, fault) => {
      for (let k = 1; ; k++) {
        const { disk, told, failures } = await playWith(scenario, (index) =>
          index >= k ? fault : null,
        );
        if (failures === 0) break;
        expectKept(disk, told);
        for (const seed of range(1, SURVIVORS / 4)) expectKept(disk.crash(1_000 * k + seed), told);
      }
    },
  );
});
