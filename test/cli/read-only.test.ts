import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import { systemClock } from '../../src/store/clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand } from './run-command.ts';

const shop = path.join(import.meta.dirname, '../fixtures/backlog-md/shop');
const READING_COMMANDS = [
  ['import', 'backlog-md', shop, '--dry-run'],
  ['db', 'status'],
];

/** Makes a home as the first SweatShop left it: with one migration applied. */
async function oldHome(): Promise<string> {
  const home = temporaryFolder();
  const database = (await createEngine(readSqlWasm(), systemClock, newestSchemaVersion)).open(null);
  await migrate(database, builtInMigrations.slice(0, 1), systemClock, () => undefined);
  writeFileSync(path.join(home, 'sweatshop.db'), database.snapshot());
  database.close();
  return home;
}

it.each(READING_COMMANDS)(
  '%s %s works on an old database and leaves it old',
  async (...command) => {
    const home = await oldHome();
    const file = path.join(home, 'sweatshop.db');
    const before = { bytes: readFileSync(file), ino: statSync(file).ino };
    expect(await runCommand(home, ...command)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(home)).toEqual(['sweatshop.db']);
    expect(statSync(file).ino).toBe(before.ino);
    expect(readFileSync(file).equals(before.bytes)).toBe(true);
  },
);

it('a real import brings an old database up to date and keeps a copy of it', async () => {
  const home = await oldHome();
  const before = readFileSync(path.join(home, 'sweatshop.db'));
  expect(await runCommand(home, 'import', 'backlog-md', shop)).toMatchObject({ exitCode: 0 });
  const [copy = ''] = readdirSync(path.join(home, 'backups'));
  expect(readFileSync(path.join(home, 'backups', copy)).equals(before)).toBe(true);
});

it('a preview names the process that uses the database', async () => {
  const home = temporaryFolder();
  const holder = await openTestHome(home);
  try {
    const { exitCode, stderr } = await runCommand(
      home,
      ...['import', 'backlog-md', shop, '--dry-run', '--busy-timeout', '0'],
    );
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`process ${String(process.pid)}`);
  } finally {
    await holder.close();
  }
});

it('finds no database where a crash left only its lock, and makes none', async () => {
  const home = path.join(temporaryFolder(), 'home');
  mkdirSync(home, 0o700);
  writeFileSync(path.join(home, 'lock'), '');
  const { exitCode, stderr } = await runCommand(home, 'db', 'status');
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`There is no database in ${home} yet`);
  expect(readdirSync(home)).not.toContain('sweatshop.db');
});
