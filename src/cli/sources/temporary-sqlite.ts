import fs from 'node:fs/promises';
import initSqlJs from 'sql.js';

export type SqliteTable = {
  readonly name: string;
  readonly rows: readonly Record<string, unknown>[];
};

export async function readSqliteTables(
  file: string,
  readWasm: () => Promise<Uint8Array>,
): Promise<SqliteTable[]> {
  const SQL = await initSqlJs({ wasmBinary: (await readWasm()).slice().buffer });
  const db = new SQL.Database(await fs.readFile(file));
  try {
    const names =
      db.exec(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
      )[0]?.values ?? [];
    return names.map(([name]) => {
      const statement = db.prepare(`SELECT * FROM "${String(name)}"`);
      const rows: Record<string, unknown>[] = [];
      while (statement.step()) rows.push(statement.getAsObject());
      statement.free();
      return { name: String(name), rows };
    });
  } finally {
    db.close();
  }
}
