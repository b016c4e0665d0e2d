import path from 'node:path';
import type { App } from '../core/app.ts';
import { createEngine, type Engine } from '../core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../core/migrations.ts';
import type { AppInfo } from '../shared/contract/app.ts';
import type { DbStatus } from '../shared/types.ts';
import { systemClock } from '../store/clock.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { openStore } from '../store/store.ts';
import { HomeApp } from './home-app.ts';
import { defaultHomePath } from './home-path.ts';
import { createImageInspector } from './image-inspection.ts';

/** An open home: this process holds its lock, and the application works on its database. */
export type Home = {
  /** The absolute path of the folder. */
  readonly path: string;
  /** While damage waits for a person it answers little more than `db:recovery` and `db:recover`. */
  readonly app: App;
  /** Saves into the file now; never rejects, the status tells how it went. */
  save(): Promise<DbStatus>;
  /** Puts every commit on the disk before it returns, for the end of a session, which waits for nobody. */
  syncNow(): void;
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
  /** As {@link startEngine} gives it, for whoever tries again and again; by default each try starts one. */
  readonly engine?: Engine;
  /** Never saves: what happens to the database, its migrations included, stays in memory and ends with it. */
  readonly readOnly?: boolean;
};

/**
 * Opens a home: takes its lock, opens the database, brings it up to date and builds the application.
 *
 * Damage that needs a person's decision is no error: the application then waits for it.
 *
 * @throws SweatShopError Busy when another process holds it; DatabaseTooNew or Conflict when the database cannot be
 *   used, with the file untouched; ReadOnly, StorageFull.
 */
export async function openHome(options: HomeOptions): Promise<Home> {
  const { host, version, wasm, readOnly = false } = options;
  const homePath = path.resolve(options.path ?? defaultHomePath());
  const engine = options.engine ?? (await startEngine(wasm));
  const store = await openStore({
    home: homePath,
    fileSystem: nodeFileSystem,
    clock: systemClock,
    engine,
    inspector: createImageInspector(wasm),
    migrate: async (database, beforeFirst) => {
      const applied = await migrate(database, builtInMigrations, systemClock, beforeFirst);
      return applied.length > 0;
    },
    readOnly,
  });
  const app = new HomeApp(store, engine, {
    info: { host, version },
    makesRounds: !readOnly && host !== 'cli',
  });
  const close = async () => {
    app.refuseCalls();
    try {
      await store.close();
    } finally {
      app.close();
    }
  };
  let closing: Promise<void> | undefined;
  return {
    path: homePath,
    app,
    save: () => store.flush().catch(() => store.status()),
    syncNow: () => {
      store.syncNow();
    },
    close: () => (closing ??= close()),
  };
}

/**
 * Starts SQLite for {@link openHome}, and has it ready to work before the home is locked.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 */
export async function startEngine(wasm: Uint8Array): Promise<Engine> {
  const engine = await createEngine(wasm, systemClock, newestSchemaVersion);
  engine.rehearse();
  return engine;
}
