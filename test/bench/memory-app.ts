import fs from 'node:fs';
import { createApp, type App } from '../../src/core/app.ts';
import type { Database } from '../../src/core/database/database.ts';
import { nodeMachine } from '../../src/host/node-machine.ts';
import type { NumberedTransaction } from '../../src/shared/logged-transaction.ts';
import { systemClock } from '../../src/store/clock.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import type { BenchContext } from './context.ts';

/** The application over a database in memory, with all its work except that of the disk. */
export type MemoryApp = { readonly app: App; readonly database: Database };

/** @param onCommit Hears what the redo log would keep. */
export function openMemoryApp(
  { engine }: Pick<BenchContext, 'engine'>,
  file: string,
  onCommit: (transaction: NumberedTransaction) => void = () => undefined,
): MemoryApp {
  const database = engine.open(fs.readFileSync(file));
  database.onCommit(onCommit);
  const app = createApp({
    ...{ database, storage: new MemoryStorage(), clock: systemClock, machine: nodeMachine },
    info: { host: 'cli', version: 'bench' },
  });
  return { app, database };
}
