import initSqlJs from 'sql.js';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/core/app.ts';
import { Database } from '../../src/core/database/database.ts';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import type { NumberedTransaction } from '../../src/shared/logged-transaction.ts';
import { createApi } from '../../src/shared/api.ts';
import type { PushEventName, SweatShopApi } from '../../src/shared/ipc-channels.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryStorage } from './memory-storage.ts';
import { readSqlWasm } from './sql-wasm.ts';

export type TestApp = {
  readonly app: App;
  readonly database: Database;
  readonly clock: ManualClock;
  /** The contract without a transport between. */
  readonly api: SweatShopApi;
  /** Changes the file behind the application's back, which then takes it over; nothing checks the references. */
  readonly changeAsAnotherProgram: (script: string) => Promise<void>;
  /** Every commit so far, as the redo log would hold it. */
  readonly commits: readonly NumberedTransaction[];
  /** Every push so far. */
  readonly pushes: { readonly event: PushEventName; readonly payload: unknown }[];
};

/** Opens a real database in memory with every migration applied. */
export async function openTestDatabase(clock = new ManualClock()): Promise<Database> {
  const database = (await createEngine(readSqlWasm(), clock, newestSchemaVersion)).open(null);
  await migrate(database, builtInMigrations, clock, () => undefined);
  return database;
}

/** Builds the application over a real database in memory; only disk and clock are doubles. */
export async function openTestApp(): Promise<TestApp> {
  const clock = new ManualClock();
  const database = await openTestDatabase(clock);
  const commits: NumberedTransaction[] = [];
  database.onCommit((transaction) => commits.push(transaction));
  const app = createApp({
    database,
    storage: new MemoryStorage(),
    clock,
    info: { host: 'browser', version: '0.0.0' },
  });
  const changeAsAnotherProgram = async (script: string) => {
    const { Database: SqliteDatabase } = await initSqlJs();
    const handle = new SqliteDatabase(database.snapshot());
    handle.exec(script);
    database.adopt(new Database(handle, clock));
  };
  const pushes: TestApp['pushes'] = [];
  app.onPush((event, payload) => pushes.push({ event, payload }));
  const api = createApi({
    invoke: (channel, args) => app.call(channel, args),
    on: (wanted, listener) =>
      app.onPush((event, payload) => {
        if (event === wanted) listener(payload);
      }),
  });
  onTestFinished(() => {
    app.close();
  });
  return { app, database, clock, api, changeAsAnotherProgram, commits, pushes };
}
