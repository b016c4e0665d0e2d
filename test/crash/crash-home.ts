import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import { createEngine } from '../../src/core/database/engine.ts';
import { migrate, type Migration } from '../../src/core/migrations.ts';
import type { RecoveryReport } from '../../src/shared/types.ts';
import { inspectImage } from '../../src/store/backups/inspect-image.ts';
import type { FileSystem } from '../../src/store/file-system.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { CrashFileSystem } from '../support/crash-file-system.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';

const NOTES = { name: '0001_notes.sql', sql: 'CREATE TABLE notes (text TEXT NOT NULL)' };
const STORE_META = {
  name: '0017_store_meta.sql',
  sql: readFileSync(path.join(import.meta.dirname, '../../migrations/0017_store_meta.sql'), 'utf8'),
};
const LATER = { name: '0018_later.sql', sql: 'CREATE TABLE later (text TEXT)' };

/** As SweatShop was before it had a redo log; as it is; as it will be. */
export const SCHEMAS = {
  old: [NOTES],
  present: [NOTES, STORE_META],
  later: [NOTES, STORE_META, LATER],
} satisfies Record<string, readonly Migration[]>;

const engine = await createEngine(readSqlWasm(), new ManualClock(), 18);

/** What those who wrote into a home were told. */
export class Account {
  /** The notes after each commit, those that nobody was told of included. */
  readonly states: (readonly string[])[];
  /** The last of them that was answered; no crash may lose it. */
  answered = 0;

  constructor(notes: readonly string[] = []) {
    this.states = [notes];
  }

  /** Gives another that goes on from here on its own. */
  copy(): Account {
    const copy = new Account();
    copy.states.splice(0, 1, ...this.states);
    copy.answered = this.answered;
    return copy;
  }

  get last(): readonly string[] {
    return this.states.at(-1) ?? [];
  }

  /** Notes a state that memory has and the disk may have; gives its number. */
  offer(notes: readonly string[]): number {
    return this.states.push(notes) - 1;
  }

  answer(number: number): void {
    this.answered = Math.max(this.answered, number);
  }

  /** Fails unless the notes are a state that was committed, and not one before the last answered. */
  expectKept(notes: readonly string[]): void {
    const isKept = this.states
      .slice(this.answered)
      .some((state) => isDeepStrictEqual(state, notes));
    if (!isKept) expect(notes).toEqual(this.states[this.answered]);
  }
}

export type OpenedHome = {
  readonly store: Store<Database>;
  readonly clock: ManualClock;
};

/** The path of a home that no other test of this machine has: its lock is the operating system's. */
export function freshHomePath(): string {
  return `/${randomUUID()}`;
}

/**
 * Opens a home with the real store, engine and migrations; only the disk and the clock are models.
 *
 * @throws As openStore.
 */
export async function openHomeOn(
  fileSystem: FileSystem,
  home: string,
  migrations: readonly Migration[] = SCHEMAS.present,
): Promise<OpenedHome> {
  const clock = new ManualClock();
  const opening = openStore({
    ...{ home, fileSystem, clock, engine },
    inspector: {
      inspect: async (file) => {
        await Promise.resolve();
        return inspectImage(fileSystem, engine, file);
      },
      close: () => Promise.resolve(),
    },
    migrate: async (database, beforeFirst) =>
      (await migrate(database, migrations, clock, beforeFirst)).length > 0,
  });
  return { store: await inTime(clock, opening), clock };
}

/** Lets the time go on until a promise is settled. */
export async function inTime<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const progress = { isSettled: false };
  const settle = () => {
    progress.isSettled = true;
  };
  promise.then(settle, settle);
  await passTime(clock, () => progress.isSettled);
  return promise;
}

/** Lets the time go on until something is so; fails when it is never so. */
export async function passTime(clock: ManualClock, isOver: () => boolean): Promise<void> {
  for (let turn = 1; !isOver(); turn++) {
    if (turn > 1_500) throw new Error('This never ends.');
    // Slowly first, so that disk operations do not race the timers; then fast enough for long back-offs, but not so
    // fast that what other threads do takes years.
    if (turn > 200) await sleep(1);
    await clock.advance(turn > 200 ? 100 : 1);
  }
}

/** Ends a home in peace; its last save may fail. */
export async function closeHome({ store, clock }: OpenedHome): Promise<void> {
  await inTime(clock, store.close()).catch(() => undefined);
  store.database?.close();
}

/** The notes of an open database. */
export function notesOf(database: Database): string[] {
  return database.all('SELECT text FROM notes ORDER BY rowid').map(([text]) => String(text));
}

/** The notes in an image; throws when it is not sound. */
export function notesIn(image: Uint8Array): string[] {
  const database = engine.open(image);
  try {
    return notesOf(database);
  } finally {
    database.close();
  }
}

/** What a write does: rows that belong together, in one transaction. */
export type Write = { readonly kind: 'add' | 'edit' | 'remove'; readonly text: string };

/**
 * Commits a write and waits for the answer to it; each note is two rows, so that half a transaction shows.
 *
 * Between the two a nested transaction fails and is undone.
 */
export async function write(
  { store, clock }: OpenedHome,
  account: Account,
  { kind, text }: Write,
): Promise<void> {
  const { database } = store;
  if (!database) return;
  const first = account.last[0] ?? '';
  try {
    database.transaction(() => {
      if (kind === 'add') insert(database, `${text}, one`);
      if (kind === 'edit') database.run('UPDATE notes SET text = ? WHERE text = ?', [text, first]);
      if (kind === 'remove') database.run('DELETE FROM notes WHERE text = ?', [first]);
      failInside(database);
      if (kind === 'add') insert(database, `${text}, two`);
    });
  } catch {
    // Refused at once: memory is as it was.
    return;
  }
  const state = notesOf(database);
  if (isDeepStrictEqual(state, account.last)) return;
  const number = account.offer(state);
  await inTime(clock, store.whenDurable()).then(
    () => {
      account.answer(number);
    },
    () => undefined,
  );
}

function insert(database: Database, text: string): void {
  database.run('INSERT INTO notes VALUES (?)', [text], { table: 'notes', id: text });
}

function failInside(database: Database): void {
  try {
    database.transaction(() => {
      insert(database, 'never');
      throw new Error('Changed my mind.');
    });
  } catch {
    // As planned.
  }
}

/** Makes what SweatShop saved before it had a redo log. */
export async function imageFromBeforeTheLog(notes: readonly string[]): Promise<Uint8Array> {
  const database = engine.open(null);
  await migrate(database, SCHEMAS.old, new ManualClock(), () => undefined);
  for (const note of notes) insert(database, note);
  const image = database.snapshot();
  database.close();
  return image;
}

/** Makes the names in a folder durable, as its sync does. */
export function syncFolder(disk: CrashFileSystem, folder: string): void {
  const descriptor = disk.open(folder, 'read');
  disk.fsyncSync(descriptor);
  disk.close(descriptor);
}

/** Gives the image as another program leaves it that adds a note. */
export function editedElsewhere(image: Uint8Array, text: string): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-edit-'));
  const file = path.join(folder, 'sweatshop.db');
  try {
    writeFileSync(file, image);
    const other = new DatabaseSync(file);
    other.prepare('INSERT INTO notes VALUES (?)').run(text);
    other.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a home holds after whatever happened to it: its notes, or what a person has to decide. */
export type Found =
  | { readonly notes: readonly string[]; readonly report: null }
  | { readonly notes: null; readonly report: RecoveryReport };

/** Opens a home as the next start does, writes on, closes it, and compares the file with what it must hold then. */
export async function reopen(
  disk: CrashFileSystem,
  home: string,
  migrations: readonly Migration[] = SCHEMAS.present,
): Promise<Found> {
  const opened = await openHomeOn(disk, home, migrations);
  const { store, clock } = opened;
  const report = store.recovery();
  const { database } = store;
  if (!database) {
    await closeHome(opened);
    if (!report) throw new Error('There is neither a database nor a report.');
    return { notes: null, report };
  }
  const notes = notesOf(database);
  await write(opened, new Account(notes), { kind: 'add', text: 'afterwards' });
  await inTime(clock, store.close());
  database.close();
  const file = disk.readFile(path.join(home, 'sweatshop.db'));
  expect(notesIn(file)).toEqual([...notes, 'afterwards, one', 'afterwards, two']);
  return { notes, report: null };
}
