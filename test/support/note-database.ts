import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import { SweatShopError } from '../../src/shared/errors.ts';
import type { SnapshotSource } from '../../src/store/store.ts';

let sqlite: Promise<SqlJsStatic> | undefined;

/** A database of one table, in memory, that the store can save: real SQLite, without the application around it. */
export class NoteDatabase implements SnapshotSource {
  readonly #handle: Database;
  readonly #listeners = new Set<() => void>();
  isInTransaction = false;

  private constructor(handle: Database) {
    this.#handle = handle;
    handle.run('CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL)');
  }

  /** @param image null for a new database. */
  static async open(image: Uint8Array | null): Promise<NoteDatabase> {
    sqlite ??= initSqlJs();
    const { Database } = await sqlite;
    return new NoteDatabase(new Database(image));
  }

  add(text: string): void {
    this.#handle.run('INSERT INTO notes VALUES (?)', [text]);
    for (const listener of this.#listeners) listener();
  }

  notes(): string[] {
    const problems = this.#handle.exec('PRAGMA integrity_check')[0]?.values;
    if (String(problems) !== 'ok') throw new Error(`The database is damaged: ${String(problems)}`);
    const rows = this.#handle.exec('SELECT text FROM notes ORDER BY rowid')[0]?.values ?? [];
    return rows.map(([text]) => String(text));
  }

  snapshot(): Uint8Array {
    if (this.isInTransaction) throw new SweatShopError('Busy', 'A transaction is open.');
    return this.#handle.export();
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Gives the notes in an image; fails when it is not a whole database. */
export async function notesIn(image: Uint8Array): Promise<string[]> {
  return (await NoteDatabase.open(image)).notes();
}
