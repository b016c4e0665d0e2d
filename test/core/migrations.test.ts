import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import { unrepeatableIn } from '../../src/core/database/replayable.ts';
import {
  builtInMigrations,
  migrate,
  type Migration,
  newestSchemaVersion,
} from '../../src/core/migrations.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { insertOldRows, oldRows, readOldRows } from '../support/old-rows.ts';
import { openTestDatabase, openTestImage } from '../support/test-app.ts';

const FIRST = { name: '0010_first.sql', sql: 'CREATE TABLE first (id TEXT PRIMARY KEY);' };
const SECOND = { name: '0020_second.sql', sql: 'ALTER TABLE first ADD COLUMN size INTEGER;' };

let database: Database;

beforeEach(async () => {
  database = await openTestImage(null);
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
    expect(readSchema()).toMatchSnapshot();
  });

  const names = builtInMigrations.map(({ name }) => name);

  it.each(names)('keep every row and lead to the same schema from %s on', async (name) => {
    const fresh = await openTestDatabase();
    const past = names.slice(0, names.indexOf(name) + 1);
    await run(builtInMigrations.slice(0, past.length));
    for (const step of past) insertOldRows(database, step);

    await run(builtInMigrations);
    for (const step of past) expect(readOldRows(database, step)).toEqual(oldRows(step));
    for (const step of names.slice(past.length)) insertOldRows(database, step);
    expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(database.all('PRAGMA integrity_check')).toEqual([['ok']]);
    expect(readSchema()).toBe(readSchema(fresh));
    fresh.close();
  });

  it('know old rows of every table', async () => {
    await run(builtInMigrations);
    for (const name of names) insertOldRows(database, name);
    const empty = tableNames().filter(
      (table) =>
        !String(table).includes('_fts') &&
        database.get(`SELECT count(*) FROM ${String(table)}`)?.[0] === 0,
    );
    expect(empty).toEqual([]);
  });

  it('give old tickets and agents what they did not have', async () => {
    await run(builtInMigrations.slice(0, names.indexOf('0040_tickets_and_agents.sql')));
    insertOldRows(database, '0010_core.sql');
    database.run(
      "INSERT INTO tickets (id, title, status, created_at, updated_at) VALUES ('tkt_runless', 'R', 'merged', 'c', 'u')",
    );
    await run(builtInMigrations);
    const columns = 'id, kind, execution_plan, last_completed_stage, completed_at, closed_at';
    expect(database.all(`SELECT ${columns} FROM tickets ORDER BY seq`)).toEqual([
      ['tkt_old', 'feature', '[]', 'Planned', null, null],
      [
        ...['tkt_merged', 'feature', '[]', 'Planned'],
        ...['2025-01-20T00:00:00.000Z', '2025-01-20T00:00:00.000Z'],
      ],
      ['tkt_work', 'feature', '[]', 'Planned', null, null],
      ['tkt_runless', 'feature', '[]', 'Planned', 'u', 'u'],
    ]);
    expect(database.all('SELECT DISTINCT agent_type FROM agents')).toEqual([['coder']]);
  });

  it('keep messages of one millisecond in order, whatever VACUUM does', async () => {
    await run(builtInMigrations.slice(0, names.indexOf('0100_search.sql')));
    insertOldRows(database, '0010_core.sql');
    await run(builtInMigrations);
    database.run("DELETE FROM chat_messages WHERE id = 'msg_2'");
    database.run(
      "INSERT INTO chat_messages (id, agent_id, role, content, timestamp) VALUES ('msg_3', 'agt_a', 'user', 'later', '2025')",
    );
    const before = database.all('SELECT id, seq FROM chat_messages ORDER BY seq');
    database.exec('VACUUM');
    expect(database.all('SELECT id, seq FROM chat_messages ORDER BY seq')).toEqual(before);
    expect(before.map(([id]) => id)).toEqual(['msg_1', 'msg_3']);
  });

  it('find the texts of old rows', async () => {
    await run(builtInMigrations.slice(0, names.indexOf('0100_search.sql')));
    for (const name of names.slice(0, names.indexOf('0100_search.sql')))
      insertOldRows(database, name);
    await run(builtInMigrations);
    const find = (table: string, word: string) =>
      database.all(
        `SELECT id FROM ${table} WHERE seq IN (SELECT docid FROM ${table}_fts WHERE ${table}_fts MATCH ?)`,
        [word],
      );
    expect(find('tickets', 'grosse OR grösse OR größe')).toEqual([['tkt_old']]);
    expect(find('tickets', 'ancient')).toEqual([['tkt_old']]);
    expect(find('chat_messages', 'second')).toEqual([['msg_2']]);
    expect(find('comments', 'remarkable')).toEqual([['cmt_a']]);
    expect(find('agent_logs', 'loggable')).toEqual([['log_a']]);
    expect(find('artifacts', 'artful')).toEqual([['art_a']]);
  });

  it('keep the rows of a database from before it had an identity, and give it one for good', async () => {
    const before = builtInMigrations.filter(({ name }) => name < '0017');
    await run(before);
    database.run("INSERT INTO tickets (id, title, created_at, updated_at) VALUES (?, ?, '', '')", [
      'tkt_old',
      'Old',
    ]);
    const rows = database.all('SELECT id, title FROM tickets');
    expect(database).toMatchObject({ uuid: null, seq: 0, schemaVersion: 15 });
    expect(await run(builtInMigrations)).toContain('0017_store_meta.sql');
    expect(database.all('SELECT id, title FROM tickets')).toEqual(rows);
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
    expect(schema.filter(({ found }) => found !== null)).toEqual([]);
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

function readSchema(from: Database = database): string {
  return from
    .all('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name')
    .map(([sql]) => sql)
    .join(';\n\n');
}
