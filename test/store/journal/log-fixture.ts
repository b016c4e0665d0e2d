import path from 'node:path';
import type { FileSystem } from '../../../src/store/file-system.ts';
import { openJournal, type Journal } from '../../../src/store/journal/journal.ts';
import { readJournal, type JournalReading } from '../../../src/store/journal/journal-reader.ts';
import type { NumberedTransaction } from '../../../src/shared/logged-transaction.ts';
import { HastyClock } from '../../support/manual-clock.ts';
import { CrashFileSystem } from '../../support/crash-file-system.ts';

export const FOLDER = '/home/journal';
export const DATABASE_UUID = '0b7c1a52-6a34-4c19-9d0e-3f2b8a5f7c11';

/** The one transaction that a number stands for in these tests; their sizes differ. */
export function makeTransaction(
  seq: number,
  textLength = 10 + ((seq * 37) % 900),
): NumberedTransaction {
  return {
    seq,
    nowMs: 1_700_000_000_000 + seq,
    schemaVersion: 15,
    statements: [
      {
        sql: 'INSERT INTO notes (id, text) VALUES (?, ?)',
        params: [seq, String.fromCharCode(97 + (seq % 26)).repeat(textLength)],
        changes: 1,
      },
      { sql: 'UPDATE meta SET last_seq = ?', params: [seq], changes: 1 },
    ],
  };
}

/** A disk with the home folder on it. */
export function emptyDisk(): CrashFileSystem {
  const disk = new CrashFileSystem();
  disk.mkdir(path.dirname(FOLDER));
  const root = disk.open('/', 'read');
  disk.fsyncSync(root);
  disk.close(root);
  return disk;
}

export type Found = {
  readonly reading: JournalReading;
  readonly transactions: NumberedTransaction[];
};

export function readAll(fileSystem: FileSystem, afterSeq = 0): Found {
  const transactions: NumberedTransaction[] = [];
  const reading = readJournal({
    fileSystem,
    folder: FOLDER,
    databaseUuid: DATABASE_UUID,
    afterSeq,
    onTransaction: (transaction) => transactions.push(transaction),
  });
  return { reading, transactions };
}

/** Reads what is there and opens a writer behind it. */
export async function openAfter(fileSystem: FileSystem, afterSeq = 0): Promise<Journal> {
  return openJournal({
    fileSystem,
    clock: new HastyClock(),
    folder: FOLDER,
    databaseUuid: DATABASE_UUID,
    after: readAll(fileSystem, afterSeq).reading,
  });
}

/** Appends the transactions of a range of numbers, each after the answer to the one before. */
export async function appendRange(journal: Journal, first: number, last: number): Promise<void> {
  for (let seq = first; seq <= last; seq++) await journal.append(makeTransaction(seq));
}

export function segmentFile(number: number): string {
  return path.join(FOLDER, `${String(number).padStart(10, '0')}.swj`);
}

/** Gives the offsets at which the records of a segment start, and where the last one ends. */
export function recordOffsets(segment: Buffer): number[] {
  const offsets = [64];
  for (let at = 64; at + 32 <= segment.length && segment.readUInt8(at + 8) !== 0;) {
    at += 32 + Math.ceil(segment.readUInt32LE(at) / 8) * 8;
    offsets.push(at);
  }
  return offsets;
}

/** Gives a segment without the zeros that were reserved behind its records. */
export function trimmed(segment: Buffer): Buffer {
  return segment.subarray(0, recordOffsets(segment).at(-1));
}

export function numbers(found: Found): number[] {
  return found.transactions.map(({ seq }) => seq);
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
