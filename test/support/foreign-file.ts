import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { temporaryFolder } from './temporary-folder.ts';

export type ForeignRow = Readonly<Record<string, SQLInputValue>>;

/** Adds rows to tables of another system, with the SQLite that its driver has. */
export function insertRows(
  database: DatabaseSync,
  tables: Readonly<Record<string, readonly ForeignRow[]>>,
): void {
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const columns = Object.keys(row).map((column) => `"${column}"`);
      const marks = columns.map(() => '?');
      database
        .prepare(`INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${marks.join(', ')})`)
        .run(...Object.values(row));
    }
  }
}

/**
 * Makes a database of another system, with the SQLite that its driver has.
 *
 * @returns The path of the file.
 */
export function makeForeignFile(
  schema: string,
  tables: Readonly<Record<string, readonly ForeignRow[]>>,
  name = 'source.db',
): string {
  const file = path.join(temporaryFolder(), name);
  const database = new DatabaseSync(file);
  // Nothing there turns foreign keys on, and rows refer to one another in circles.
  database.exec(`PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; ${schema}`);
  database.exec('BEGIN');
  insertRows(database, tables);
  database.exec('COMMIT');
  database.close();
  return file;
}

/** Reads a table of a home as SQLite sees it, in the order of a column. */
export function rowsOf(home: string, table: string, order = 'id'): unknown[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    return database
      .prepare(`SELECT * FROM ${table} ORDER BY ${order}`)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Everything of a folder that somebody could change: names, sizes, times and contents. */
export function stateOf(folder: string): unknown[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const file = path.join(folder, name);
      const stats = fs.statSync(file, { bigint: true });
      const bytes = stats.isFile() ? fs.readFileSync(file).toString('base64') : null;
      return { name, mtimeNs: stats.mtimeNs, size: stats.size, bytes };
    });
}
