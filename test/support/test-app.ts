import initSqlJs from 'sql.js';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/core/app.ts';
import type { Database } from '../../src/core/database/database.ts';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import type { NumberedTransaction } from '../../src/shared/logged-transaction.ts';
import { createApi } from '../../src/shared/api.ts';
import { channels, type PushEventName, type SweatShopApi } from '../../src/shared/ipc-channels.ts';
import { COMMON_ERRORS, errorsOf } from '../../src/shared/reference/channel-errors.ts';
import type { Envelope } from '../../src/shared/transport.ts';
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
  /** Changes the file behind the application's back, which then takes it over; nothing checks the references. */
  readonly changeAsAnotherProgram: (script: string) => Promise<void>;
  /** Every commit so far, as the redo log would hold it. */
  readonly commits: readonly NumberedTransaction[];
  /** Every push so far. */
  readonly pushes: { readonly event: PushEventName; readonly payload: unknown }[];
};

/** Opens a real database in memory with every migration applied. */
export async function openTestDatabase(clock = new ManualClock()): Promise<Database> {
  const database = await openTestImage(null, clock);
  await migrate(database, builtInMigrations, clock, () => undefined);
  return database;
}

/** Opens the bytes of a database file, or a new and empty database, as a start does. */
export async function openTestImage(
  image: Uint8Array | null,
  clock = new ManualClock(),
): Promise<Database> {
  return (await createEngine(readSqlWasm(), clock, newestSchemaVersion)).open(image);
}

/** Builds the application over a real database in memory; only disk, clock and machine are doubles. */
export async function openTestApp(): Promise<TestApp> {
  const clock = new ManualClock();
  const machine = new StandInMachine();
  const database = await openTestDatabase(clock);
  const commits: NumberedTransaction[] = [];
  database.onCommit((transaction) => commits.push(transaction));
  const app = createApp({
    database,
    storage: new MemoryStorage(),
    clock,
    machine,
    info: { host: 'browser', version: '0.0.0' },
  });
  const changeAsAnotherProgram = async (script: string) => {
    const { Database: SqliteDatabase } = await initSqlJs();
    const handle = new SqliteDatabase(database.snapshot());
    handle.exec(script);
    const image = handle.export();
    handle.close();
    database.adopt(await openTestImage(image, clock));
  };
  const pushes: TestApp['pushes'] = [];
  app.onPush((event, payload) => pushes.push({ event, payload }));
  const api = createApi({
    invoke: async (channel, args) => {
      const answer = await app.call(channel, args);
      assertDocumented(channel, answer);
      return answer;
    },
    on: (wanted, listener) =>
      app.onPush((event, payload) => {
        if (event === wanted) listener(payload);
      }),
  });
  onTestFinished(() => {
    app.close();
  });
  return { app, database, clock, machine, api, changeAsAnotherProgram, commits, pushes };
}

/** Every error that a test meets has to stand in the reference. */
function assertDocumented(name: string, answer: Envelope): void {
  const channel = channels.get(name);
  if (answer.ok || channel === undefined) return;
  const { code } = answer.error;
  if (errorsOf(channel).includes(code) || COMMON_ERRORS.includes(code)) return;
  throw new Error(`${name} answers ${code}, of which its contract says nothing.`);
}
