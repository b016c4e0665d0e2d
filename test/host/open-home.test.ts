import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openHome } from '../../src/host/open-home.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function open(home: string) {
  return openHome({ host: 'cli', path: home, wasm: readSqlWasm(), version: '0.0.0' });
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
  const before = readFileSync(file);
  await (await open(home)).close();
  const [copy = ''] = readdirSync(path.join(home, 'backups'));
  expect(readFileSync(path.join(home, 'backups', copy)).equals(before)).toBe(true);
  expect(readFileSync(file).equals(before)).toBe(false);
});

it('makes a new database without looking for one to copy', async () => {
  const home = temporaryFolder();
  await (await open(home)).close();
  expect(existsSync(path.join(home, 'sweatshop.db'))).toBe(true);
  expect(existsSync(path.join(home, 'backups'))).toBe(false);
});
