import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openHome } from '../../src/host/open-home.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function open(home: string) {
  return openHome({ host: 'cli', path: home, wasm: readSqlWasm(), version: '0.0.0' });
}

function backupsOf(home: string, kind: string): string[] {
  return readdirSync(path.join(home, 'backups')).filter((name) => name.includes(`-${kind}-`));
}

it('keeps a copy of a file before its first migration, even where none was applied before', async () => {
  const home = temporaryFolder();
  const file = path.join(home, 'sweatshop.db');
  const made = new DatabaseSync(file);
  made.exec(
    'CREATE TABLE schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL);' +
      'CREATE TABLE theirs (text)',
  );
  made.close();
  await (await open(home)).close();
  const [copy = ''] = backupsOf(home, 'migration');
  const kept = new DatabaseSync(path.join(home, 'backups', copy), { readOnly: true });
  const tables = kept.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  kept.close();
  expect(tables.map(({ name }) => name)).toEqual(['schema_migrations', 'theirs']);
});

it('makes a new database without looking for one to copy', async () => {
  const home = temporaryFolder();
  await (await open(home)).close();
  expect(existsSync(path.join(home, 'sweatshop.db'))).toBe(true);
  expect(backupsOf(home, 'migration')).toEqual([]);
});
