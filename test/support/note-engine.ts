import type { Database } from '../../src/core/database/database.ts';
import { createEngine, type Engine } from '../../src/core/database/engine.ts';
import { migrate, type Migration, newestSchemaVersion } from '../../src/core/migrations.ts';
import { ManualClock } from './manual-clock.ts';
import { readSqlWasm } from './sql-wasm.ts';

/** The migration that the store relies on, behind a table for notes. */
const NOTE_MIGRATIONS: readonly Migration[] = [
  { name: '0001_notes.sql', sql: 'CREATE TABLE notes (text TEXT NOT NULL)' },
  ...Object.entries(
    import.meta.glob<string>('/migrations/0017_*.sql', {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).map(([path, sql]) => ({ name: path.slice(path.lastIndexOf('/') + 1), sql })),
];

/** A real database with a table for notes, and what tests do with it. */
export type Notes = {
  readonly database: Database;
  readonly add: (text: string) => void;
  readonly notes: () => string[];
};

let started: Promise<Engine> | undefined;

/** Gives the engine of the application, started once for each test file. */
export function noteEngine(): Promise<Engine> {
  started ??= createEngine(readSqlWasm(), new ManualClock(), newestSchemaVersion);
  return started;
}

/**
 * Opens notes.
 *
 * @param image Null for a new database, which gets its table and its identity.
 */
export async function openNotes(image: Uint8Array | null): Promise<Notes> {
  const database = (await noteEngine()).open(image);
  if (image === null) {
    await migrate(database, NOTE_MIGRATIONS, new ManualClock(), () => undefined);
  }
  return notesOf(database);
}

/** Brings a database of notes up to date, as the application does with its own. */
export async function migrateNotes(
  database: Database,
  beforeFirst: (migration: string) => Promise<void>,
): Promise<boolean> {
  return (await migrate(database, NOTE_MIGRATIONS, new ManualClock(), beforeFirst)).length > 0;
}

/** Works with the notes of a database that is already open, such as one that a recovery gave. */
export function notesOf(database: Database): Notes {
  return {
    database,
    add(text) {
      database.run('INSERT INTO notes VALUES (?)', [text], { table: 'notes', id: text });
    },
    notes: () =>
      database.all('SELECT text FROM notes ORDER BY rowid').map(([text]) => String(text)),
  };
}

/** Gives the notes in an image; throws when it is not a whole and sound database. */
export async function notesIn(image: Uint8Array): Promise<string[]> {
  const { database, notes } = await openNotes(image);
  try {
    return notes();
  } finally {
    database.close();
  }
}
