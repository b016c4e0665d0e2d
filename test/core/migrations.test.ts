import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import { createEngine } from '../../src/core/database/engine.ts';
import { unrepeatableIn } from '../../src/core/database/replayable.ts';
import {
  builtInMigrations,
  migrate,
  type Migration,
  newestSchemaVersion,
} from '../../src/core/migrations.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';

const FIRST = { name: '0010_first.sql', sql: 'CREATE TABLE first (id TEXT PRIMARY KEY);' };
const SECOND = { name: '0020_second.sql', sql: 'ALTER TABLE first ADD COLUMN size INTEGER;' };

let database: Database;

beforeEach(async () => {
  database = (await createEngine(readSqlWasm(), new ManualClock(), newestSchemaVersion)).open(null);
});

function run(
  migrations: readonly Migration[],
  beforeFirst: (target: string) => void | Promise<void> = () => undefined,
) {
  return migrate(database, migrations, new ManualClock(), beforeFirst);
}

function tableNames(): unknown[] {
  return database
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .map(([name]) => name);
}

describe('migrate', () => {
  it('applies what is pending, in order, and nothing the second time', async () => {
    expect(await run([FIRST])).toEqual([FIRST.name]);
    expect(await run([FIRST, SECOND])).toEqual([SECOND.name]);
    expect(await run([FIRST, SECOND])).toEqual([]);
  });

  it('asks for a copy before the first change, once', async () => {
    await run([FIRST]);
    const keepCopy = vi.fn();
    await run([FIRST], keepCopy);
    expect(keepCopy).not.toHaveBeenCalled();
    await run([FIRST, SECOND, { name: '0030_third.sql', sql: 'SELECT 1' }], keepCopy);
    expect(keepCopy.mock.calls).toEqual([['0030_third.sql']]);
  });

  it('changes nothing before the copy is kept, nor when it cannot be', async () => {
    await run([FIRST]);
    const before = database.snapshot();
    const images: Uint8Array[] = [];
    await expect(
      run([FIRST, SECOND], async () => {
        await Promise.resolve();
        images.push(database.snapshot());
        throw new Error('no room');
      }),
    ).rejects.toThrow('no room');
    expect(images).toEqual([before]);
    expect(database.snapshot()).toEqual(before);
  });

  it('refuses a database that a newer SweatShop made, and leaves it as it is', async () => {
    await run([FIRST, SECOND]);
    const before = database.snapshot();
    await expect(run([FIRST])).rejects.toThrow(
      expect.objectContaining({
        code: 'DatabaseTooNew',
        message: expect.stringContaining(SECOND.name) as string,
      }),
    );
    expect(database.snapshot()).toEqual(before);
  });

  it('refuses an edited migration by name, with both checksums', async () => {
    await run([FIRST]);
    await expect(run([{ ...FIRST, sql: `${FIRST.sql} -- edited` }])).rejects.toThrow(
      /0010_first\.sql was edited.* [0-9a-f]{64}, now it has [0-9a-f]{64}/,
    );
  });

  it('does not take other line endings for an edit', async () => {
    await run([{ ...FIRST, sql: 'SELECT 1;\nSELECT 2;\n' }]);
    expect(await run([{ ...FIRST, sql: 'SELECT 1;\r\nSELECT 2;\r\n' }])).toEqual([]);
  });

  it('refuses a missing migration by name', async () => {
    await run([FIRST, SECOND]);
    await expect(run([SECOND])).rejects.toThrow(/0010_first\.sql was applied .* does not have it/);
  });

  it('refuses a migration that comes in before applied ones', async () => {
    await run([FIRST, SECOND]);
    const late = { name: '0015_late.sql', sql: 'SELECT 1' };
    await expect(run([FIRST, late, SECOND])).rejects.toThrow(
      '0015_late.sql would have to run before 0020_second.sql',
    );
  });

  it('undoes a migration that fails and names it', async () => {
    await run([FIRST]);
    const broken = {
      name: '0020_broken.sql',
      sql: 'CREATE TABLE half (id TEXT); SELECT nonsense;',
    };
    await expect(run([FIRST, broken])).rejects.toThrow(/^0020_broken\.sql: /);
    expect(tableNames()).not.toContain('half');
    expect(database.get('PRAGMA foreign_keys')).toEqual([1]);
  });

  it('undoes a migration that leaves a reference to nothing', async () => {
    const dangling = {
      name: '0020_dangling.sql',
      sql: "CREATE TABLE child (parent TEXT REFERENCES first (id)); INSERT INTO child VALUES ('nobody');",
    };
    await expect(run([FIRST, dangling])).rejects.toThrow(
      /0020_dangling\.sql leaves a row of child/,
    );
    expect(tableNames()).not.toContain('child');
  });

  it('refuses a database that says it belongs to another program', async () => {
    database.exec('PRAGMA application_id = 77');
    await expect(run([FIRST])).rejects.toThrow(/belongs to another program \(application_id 77\)/);
  });

  it('refuses a database with tables of somebody else', async () => {
    database.exec('CREATE TABLE tickets (id TEXT)');
    await expect(run([FIRST])).rejects.toThrow(
      /tables that this SweatShop did not make \(tickets\)/,
    );
    expect(tableNames()).toEqual(['tickets']);
  });

  it.each([
    ['a name without a number', [{ name: 'core.sql', sql: '' }]],
    ['the same number twice', [FIRST, { name: '0010_again.sql', sql: '' }]],
  ])('refuses %s', async (_what, migrations) => {
    await expect(run(migrations)).rejects.toThrow(/must be named like 0010_core\.sql/);
  });
});

describe('the built-in migrations', () => {
  it('give the six tables of the first seed their columns to the letter', async () => {
    await run(builtInMigrations.slice(0, 1));
    const columns = (table: string) =>
      database.all(`PRAGMA table_info(${table})`).map((row) => row.slice(1, 6).join(' '));
    expect(
      Object.fromEntries(
        [
          'tickets',
          'agents',
          'scratch_orgs',
          'chat_messages',
          'ticket_runs',
          'refined_prompts',
        ].map((table) => [table, columns(table)]),
      ),
    ).toMatchSnapshot();
  });

  it('lead to the committed schema', async () => {
    await run(builtInMigrations);
    const schema = database
      .all('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name')
      .map(([sql]) => sql);
    expect(schema.join(';\n\n')).toMatchSnapshot();
  });

  it('keep the rows of a database from before it had an identity, and give it one for good', async () => {
    const before = builtInMigrations.filter(({ name }) => name < '0017');
    await run(before);
    database.run("INSERT INTO tickets (id, title, created_at, updated_at) VALUES (?, ?, '', '')", [
      'tkt_old',
      'Old',
    ]);
    const rows = database.all('SELECT * FROM tickets');
    expect(database).toMatchObject({ uuid: null, seq: 0, schemaVersion: 15 });
    expect(await run(builtInMigrations)).toContain('0017_store_meta.sql');
    expect(database.all('SELECT * FROM tickets')).toEqual(rows);
    expect(database).toMatchObject({ seq: 0, schemaVersion: newestSchemaVersion });
    const { uuid } = database;
    expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
    await run(builtInMigrations);
    expect(database.uuid).toBe(uuid);
    expect(database.facts()).toEqual({ seq: 0, tickets: 1, changedAt: null });
  });

  it('do not give a database that lost its identity another one', async () => {
    await run(builtInMigrations);
    database.exec('DELETE FROM _sw_meta');
    await run(builtInMigrations);
    expect(database.uuid).toBeNull();
  });

  it('leave nothing to time or chance that a replay would meet again', async () => {
    await run(builtInMigrations);
    const schema = database
      .all('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL')
      .map(([type, name, sql]) => ({ type, name, found: unrepeatableIn(String(sql)) }));
    expect(schema.length).toBeGreaterThan(20);
    expect(schema.filter(({ type, found }) => found !== null || type === 'trigger')).toEqual([]);
  });
});

describe('the search for time and chance in a schema', () => {
  it.each([
    ['CREATE TABLE t (at TEXT DEFAULT CURRENT_TIMESTAMP)', 'CURRENT_TIMESTAMP'],
    ['CREATE TABLE t (n INTEGER DEFAULT (random()))', 'RANDOM'],
    ["CREATE TABLE t (at TEXT CHECK (at < datetime('now')))", 'DATETIME'],
    ['CREATE TABLE t (a TEXT, b TEXT AS (unixepoch(a)))', 'UNIXEPOCH'],
  ])('finds it: %s', (sql, found) => {
    expect(unrepeatableIn(sql)).toBe(found);
  });
});
