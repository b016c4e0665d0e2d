import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/core/app.ts';
import type { Database } from '../../src/core/database/database.ts';
import { openDatabase } from '../../src/core/database/open-database.ts';
import { builtInMigrations, migrate } from '../../src/core/migrations.ts';
import { createApi } from '../../src/shared/api.ts';
import type { PushEventName, SweatShopApi } from '../../src/shared/ipc-channels.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryStorage } from './memory-storage.ts';
import { readSqlWasm } from './sql-wasm.ts';
import { StandInMachine } from './stand-in-machine.ts';

export type TestApp = {
  readonly app: App;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly machine: StandInMachine;
  /** The contract without a transport between. */
  readonly api: SweatShopApi;
  /** Every push so far. */
  readonly pushes: { readonly event: PushEventName; readonly payload: unknown }[];
};

/** Opens a real database in memory with every migration applied. */
export async function openTestDatabase(clock = new ManualClock()): Promise<Database> {
  const database = await openDatabase(readSqlWasm(), null);
  await migrate(database, builtInMigrations, clock, () => undefined);
  return database;
}

/** Builds the application over a real database in memory; only disk, clock and machine are doubles. */
export async function openTestApp(): Promise<TestApp> {
  const clock = new ManualClock();
  const machine = new StandInMachine();
  const database = await openTestDatabase(clock);
  const app = createApp({
    database,
    storage: new MemoryStorage(),
    clock,
    machine,
    info: { host: 'browser', version: '0.0.0' },
  });
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
  return { app, database, clock, machine, api, pushes };
}
