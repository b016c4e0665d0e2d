import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Reads the published file of a home with another SQLite than ours. */
export function queryHome(home: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
