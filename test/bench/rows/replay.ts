import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { NumberedTransaction } from '../../../src/shared/logged-transaction.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { openJournal } from '../../../src/store/journal/journal.ts';
import { readJournal } from '../../../src/store/journal/journal-reader.ts';
import { nodeFileSystem } from '../../../src/store/node-file-system.ts';
import type { BenchContext } from '../context.ts';
import { call } from '../homes.ts';
import { openMemoryApp } from '../memory-app.ts';
import { toRow, type Row, type Run } from '../row.ts';

const TICKETS = 1_000;
const TRANSACTIONS = 10_000;
const MEBIBYTE = 1024 * 1024;
const TEXT = 'What is to be done. '.repeat(10);

/** Reads a redo log and runs it again, as a start after a crash does. */
export async function replayRows(context: BenchContext): Promise<Row[]> {
  const seeded = await context.seed('tickets', TICKETS);
  const openCopy = () => context.engine.open(fs.readFileSync(seeded));
  const transactions = await makeTransactions(context, seeded);
  const folder = path.join(context.folder, 'journal');
  const database = openCopy();
  const databaseUuid = database.uuid ?? '';
  database.close();
  await writeJournal(folder, databaseUuid, transactions);
  const bytes = fs
    .readdirSync(folder)
    .reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);

  const rates: number[] = [];
  for (let run = 0; run < context.runs; run += 1) {
    const target = openCopy();
    const startedMs = performance.now();
    const reading = readJournal({
      ...{ fileSystem: nodeFileSystem, folder, databaseUuid, afterSeq: 0 },
      onTransaction: (transaction) => {
        target.replay(transaction);
      },
    });
    rates.push((TRANSACTIONS / (performance.now() - startedMs)) * 1_000);
    if (reading.lastSeq !== TRANSACTIONS) throw new Error('The log was not read to its end.');
    target.close();
  }
  const alone = (ours: number): Run => ({ ours, peer: null });
  return [
    toRow({ name: 'redo log run again, transactions', unit: '/s' }, rates.map(alone)),
    toRow(
      { name: 'redo log run again, MiB', unit: '/s' },
      rates.map((rate) => alone((rate / TRANSACTIONS) * (bytes / MEBIBYTE))),
    ),
  ];
}

/** Makes what an ordinary day leaves in the log: tickets made and edited, with their trail, and messages. */
async function makeTransactions(
  context: BenchContext,
  seeded: string,
): Promise<NumberedTransaction[]> {
  const transactions: NumberedTransaction[] = [];
  const { app } = openMemoryApp(context, seeded, (transaction) => transactions.push(transaction));
  for (let serial = 0; transactions.length < TRANSACTIONS; serial += 1) {
    const id = `tkt_${String(1 + (serial % TICKETS))}`;
    if (serial % 3 === 0) await call({ app }, 'ticket:create', { title: 'New', description: TEXT });
    else if (serial % 3 === 1)
      await call({ app }, 'ticket:update', id, { title: `No. ${String(serial)}` });
    else await call({ app }, 'chat:post', 'agt_1', { role: 'agent', content: TEXT });
  }
  app.close();
  return transactions;
}

async function writeJournal(
  folder: string,
  databaseUuid: string,
  transactions: readonly NumberedTransaction[],
): Promise<void> {
  const journal = await openJournal({
    ...{ fileSystem: nodeFileSystem, clock: systemClock, folder, databaseUuid },
    after: { lastSeq: 0, lastCrc: 0, highestNumber: 0 },
  });
  await Promise.all(transactions.map((transaction) => journal.append(transaction)));
  await journal.close();
}
