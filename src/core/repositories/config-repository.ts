import type { ConfigEntry } from '../../shared/types.ts';
import type { Database, Row } from '../database/database.ts';
import type { ProblemPage } from './repository.ts';

/** Keeps the settings: a text for each key. */
export class ConfigRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Gives the setting of this key, or null. */
  get(key: string): ConfigEntry | null {
    const row = this.#database.get(
      "SELECT key, value, updated_at FROM config_store WHERE key = ? AND typeof(value) = 'text'",
      [key],
    );
    return row ? toEntry(row) : null;
  }

  /** Lists all settings by key. */
  list(): ConfigEntry[] {
    return this.#database
      .all(
        "SELECT key, value, updated_at FROM config_store WHERE typeof(value) = 'text' ORDER BY key",
      )
      .map(toEntry);
  }

  /** Stores a setting, whether there is one of this key or not. */
  upsert(entry: ConfigEntry): ConfigEntry {
    this.#database.run(
      'INSERT INTO config_store (key, value, updated_at) VALUES (?, ?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
      [entry.key, entry.value, entry.updatedAt],
      change(entry.key),
    );
    return entry;
  }

  /** @returns Whether there was such a setting. */
  delete(key: string): boolean {
    const sql = 'DELETE FROM config_store WHERE key = ?';
    return this.#database.run(sql, [key], change(key)) > 0;
  }

  /** Finds settings whose value another program made something else than text; the table is always small. */
  findProblems(): ProblemPage {
    const rows = this.#database.all(
      "SELECT key FROM config_store WHERE typeof(value) <> 'text' ORDER BY key",
    );
    const problems = rows.map(([key]) => ({
      table: 'config_store',
      id: String(key),
      column: 'value',
      why: 'is not a text',
    }));
    return { problems, nextRowid: null };
  }
}

function toEntry([key, value, updatedAt]: Row): ConfigEntry {
  return { key: String(key), value: String(value), updatedAt: String(updatedAt) };
}

function change(key: string) {
  return { table: 'config_store', id: key };
}
