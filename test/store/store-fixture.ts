import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import type { ImageInspector } from '../../src/store/backups/image-inspector.ts';
import { inspectImage } from '../../src/store/backups/inspect-image.ts';
import type { StoreClock } from '../../src/store/clock.ts';
import type { FileSystem } from '../../src/store/file-system.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { DbStatus } from '../../src/shared/types.ts';
import { FaultyFileSystem } from '../support/faulty-file-system.ts';
import { HastyClock, ManualClock } from '../support/manual-clock.ts';
import { migrateNotes, noteEngine, notesOf, type Notes } from '../support/note-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type OpenHome = Notes & {
  readonly store: Store<Database>;
  readonly disk: FaultyFileSystem;
  /** The path of sweatshop.db. */
  readonly file: string;
};

/** The inspection that the application runs in a thread, without the thread. */
export async function directInspector(fileSystem: FileSystem): Promise<ImageInspector> {
  const engine = await noteEngine();
  return {
    inspect: (file) => Promise.resolve().then(() => inspectImage(fileSystem, engine, file)),
    close: () => Promise.resolve(),
  };
}

/** Opens the files of a home over any disk. */
export async function openStoreOn(
  fileSystem: FileSystem,
  home: string,
  clock: StoreClock,
): Promise<Store<Database>> {
  return openStore({
    ...{ home, fileSystem, clock, migrate: migrateNotes },
    engine: await noteEngine(),
    inspector: await directInspector(fileSystem),
  });
}

/** Opens a home as the application does, on a disk that can be made to fail. */
export async function open(home: string, clock: StoreClock = new ManualClock()): Promise<OpenHome> {
  const disk = new FaultyFileSystem(nodeFileSystem);
  const store = await openStoreOn(disk, home, clock);
  onTestFinished(() => store.close().catch(() => undefined));
  const { database } = store;
  if (!database)
    throw new Error(`The home waits for a person: ${JSON.stringify(store.recovery())}`);
  disk.reset();
  return { store, disk, file: path.join(home, 'sweatshop.db'), ...notesOf(database) };
}

/** Makes a home that was closed with these notes in it. */
export async function homeWithNotes(...notes: string[]): Promise<string> {
  const home = path.join(temporaryFolder(), 'home');
  const { store, add } = await open(home);
  for (const note of notes) add(note);
  await store.close();
  return home;
}

export function tryToOpen(home: string): Promise<Store<Database>> {
  return openStoreOn(nodeFileSystem, home, new HastyClock());
}

/** Works in a file as another program does. */
export function withSqlite(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Resolves when the store reaches a state. */
export function nextState(store: Store<Database>, state: DbStatus['state']): Promise<DbStatus> {
  return new Promise((resolve) => {
    const stop = store.onStatusChanged((status) => {
      if (status.state !== state) return;
      stop();
      resolve(status);
    });
  });
}
