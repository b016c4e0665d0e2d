import os from 'node:os';
import path from 'node:path';
import { createApp, type App } from '../core/app.ts';
import { openDatabase } from '../core/database/open-database.ts';
import { builtInMigrations, migrate } from '../core/migrations.ts';
import type { AppInfo } from '../shared/contract/app.ts';
import { systemClock } from '../store/clock.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { openStore } from '../store/store.ts';
import { nodeMachine } from './node-machine.ts';
import { startRounds } from './rounds.ts';

/** An open home: this process holds its lock, and the application works on its database. */
export type Home = {
  /** The absolute path of the folder. */
  readonly path: string;
  readonly app: App;
  /** Saves what is not saved, frees the database and the lock; a second call waits for the first. */
  close(): Promise<void>;
};

export type HomeOptions = {
  readonly host: AppInfo['host'];
  /** The folder; by default the environment's SWEATSHOP_HOME, else `.sweatshop` in the user's own. */
  readonly path?: string | undefined;
  /** The bytes of sql-wasm.wasm. */
  readonly wasm: Uint8Array;
  readonly version: string;
  /** Never saves: what happens to the database, its migrations included, stays in memory and ends with it. */
  readonly readOnly?: boolean;
};

/**
 * Opens a home: takes its lock, reads the database, brings it up to date and builds the application.
 *
 * @throws SweatShopError Busy when another process holds it; DatabaseCorrupt, DatabaseTooNew or Conflict when
 *   the database cannot be used, with the file untouched; ReadOnly, StorageFull.
 */
export async function openHome(options: HomeOptions): Promise<Home> {
  const { host, version, readOnly = false } = options;
  const homePath = path.resolve(options.path ?? defaultHomePath());
  const store = await openStore({ home: homePath, fileSystem: nodeFileSystem, clock: systemClock });
  try {
    const database = await openDatabase(options.wasm, store.image);
    const applied = await migrate(database, builtInMigrations, systemClock, () => {
      if (!readOnly && store.image !== null) store.keepCopy('before-migration');
    });
    if (!readOnly) store.attach(database, applied.length > 0);
    const app = createApp({
      database,
      storage: store,
      clock: systemClock,
      machine: nodeMachine,
      info: { host, version },
    });
    const stopRounds = readOnly || host === 'cli' ? () => undefined : startRounds(app);
    const close = async () => {
      stopRounds();
      app.refuseCalls();
      try {
        await store.close();
      } finally {
        app.close();
      }
    };
    let closing: Promise<void> | undefined;
    return { path: homePath, app, close: () => (closing ??= close()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Gives the folder that is used when none is named: SWEATSHOP_HOME, else `.sweatshop` in the user's own. */
export function defaultHomePath(): string {
  const given = process.env['SWEATSHOP_HOME'];
  return given === undefined || given === '' ? path.join(os.homedir(), '.sweatshop') : given;
}
