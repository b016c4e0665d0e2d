import type { Database } from './database.ts';

const MAX_PROBLEMS = 3;

/**
 * Looks for damage in a database that was just opened, and leaves it as it is.
 *
 * SQLite would also compare each full-text index with its table, word by word. That takes longer than all the rest, and
 * an index out of step is no damage: its own tables are examined like any other.
 *
 * @returns What SQLite finds wrong; nothing when the database is sound.
 * @throws SweatShopError DatabaseCorrupt when not even the schema can be read.
 */
export function findDamage(database: Database): string[] {
  database.exec('BEGIN');
  try {
    // A row that a foreign hand filled with values no column allows is a problem of that row, not of the file.
    database.exec('PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON');
    // Virtual tables have no page of their own. SQLite passes over those that it does not know of.
    database.exec("DELETE FROM sqlite_schema WHERE type = 'table' AND rootpage = 0");
    const schemaVersion = Number(database.get('PRAGMA schema_version')?.[0]);
    database.exec(`PRAGMA schema_version = ${String(schemaVersion + 1)}`);
    return database
      .all(`PRAGMA integrity_check(${String(MAX_PROBLEMS)})`)
      .map(([problem]) => String(problem))
      .filter((problem) => problem !== 'ok');
  } finally {
    rollBack(database);
    database.exec('PRAGMA writable_schema = RESET; PRAGMA ignore_check_constraints = OFF');
  }
}

/** SQLite ends the transaction by itself on some errors; then there is nothing left to undo. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    return;
  }
}
