import { unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/store/journal/journal.ts';
import { readJournal } from '../../../src/store/journal/journal-reader.ts';
import type { NumberedTransaction } from '../../../src/shared/logged-transaction.ts';
import { nodeFileSystem } from '../../../src/store/node-file-system.ts';
import { HastyClock } from '../../support/manual-clock.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { appendRange, DATABASE_UUID, makeTransaction, range } from './log-fixture.ts';

function readFolder(folder: string) {
  const transactions: NumberedTransaction[] = [];
  const reading = readJournal({
    fileSystem: nodeFileSystem,
    folder,
    databaseUuid: DATABASE_UUID,
    afterSeq: 0,
    onTransaction: (transaction) => transactions.push(transaction),
  });
  return { reading, transactions };
}

function openFolder(folder: string) {
  const after = readFolder(folder).reading;
  const clock = new HastyClock();
  return openJournal({
    fileSystem: nodeFileSystem,
    clock,
    folder,
    databaseUuid: DATABASE_UUID,
    after,
  });
}

function expectRange(folder: string, last: number): void {
  const { reading, transactions } = readFolder(folder);
  expect(transactions).toStrictEqual(range(1, last).map((seq) => makeTransaction(seq)));
  expect(reading.end).toEqual({ kind: 'clean' });
}

describe('a journal on the disk of this machine', () => {
  it('is found again, after a close and without one', async () => {
    const folder = path.join(temporaryFolder(), 'journal');
    const first = await openFolder(folder);
    await Promise.all(range(1, 200).map((seq) => first.append(makeTransaction(seq))));
    await first.close();
    expect(readFolder(folder).reading.isClosed).toBe(true);
    const second = await openFolder(folder);
    await appendRange(second, 201, 220);
    second.syncNow();
    expectRange(folder, 220);
    expect(readFolder(folder).reading.isClosed).toBe(false);
    await second.close();
  });

  it('takes what fits on a disk that is really full, and goes on when there is room (row 28)', async (context) => {
    const disk = mountSmallDisk();
    if (!disk) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const ballast = path.join(disk, 'ballast');
    writeFileSync(ballast, new Uint8Array(600_000));
    const folder = path.join(disk, 'journal');
    const journal = await openFolder(folder);
    let seq = 0;
    const fill = async () => {
      for (;;) {
        await journal.append(makeTransaction(seq + 1));
        seq += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'StorageFull' });
    expect(seq).toBeGreaterThan(100);
    expectRange(folder, seq);
    unlinkSync(ballast);
    await appendRange(journal, seq + 1, seq + 50);
    expectRange(folder, seq + 50);
    await journal.close();
  });
});
