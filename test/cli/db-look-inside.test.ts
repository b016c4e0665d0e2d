import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import initSqlJs from 'sql.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { openImage, PageUsage } from '../../src/host/open-image.ts';
import { apiOf } from '../../src/cli/api-of-home.ts';
import { writeTexts } from '../../src/cli/write-texts.ts';
import { useGovernanceChannels, useProjectChannels } from '../support/project-day.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runJson } from './run-command.ts';

type Stats = {
  readonly bytes: number;
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  readonly schemaVersion: number;
  readonly seq: number;
  readonly redoLog: { readonly segments: number };
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number | null;
    readonly bytes: number;
    readonly indexBytes: number;
  }[];
};

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

async function makeHome(): Promise<void> {
  const opened = await openTestHome(home);
  const api = apiOf(opened);
  await useGovernanceChannels(api);
  await useProjectChannels(api);
  await api.tickets.create({ title: 'Long', description: 'word '.repeat(30_000) });
  await api.tickets.create({ title: 'Odd "title"', description: 'line\n\u001b[2J\u2028' });
  await opened.close();
}

it.each(['dump', 'stats', 'schema'])(
  'db %s makes no database where there is none',
  async (name) => {
    expect(await runCommand(home, 'db', name)).toMatchObject({ exitCode: 1, stdout: '' });
    expect(existsSync(home)).toBe(false);
  },
);

describe('sweatshop db dump', () => {
  it('prints every row of every table as the database has it', async () => {
    await makeHome();
    const { exitCode, stdout } = await runCommand(home, 'db', 'dump');
    expect(exitCode).toBe(0);
    const dump = JSON.parse(stdout) as Record<string, Record<string, unknown>[]>;
    const opened = await openTestHome(home, { readOnly: true });
    const { Database } = await initSqlJs();
    const database = new Database(opened.snapshot());
    await opened.close();
    expect(Object.keys(dump)).toEqual(expect.arrayContaining(['tickets', 'votes', 'events']));
    expect(Object.keys(dump).filter((name) => /^_|fts|sqlite|migrations/.test(name))).toEqual([]);
    for (const [name, rows] of Object.entries(dump)) {
      const [found] = database.exec(`SELECT * FROM ${name}`);
      const expected = (found?.values ?? []).map((row) =>
        Object.fromEntries(row.map((cell, index) => [found?.columns[index] ?? '', cell] as const)),
      );
      expect(rows).toEqual(expected);
    }
    database.close();
    expect(dump['votes']?.length).toBeGreaterThan(0);
  });

  it('prints only the tables that are named, also those it leaves out otherwise', async () => {
    await makeHome();
    const dump = await runJson(home, 'db', 'dump', 'schema_migrations', 'agents', 'agents');
    expect(Object.keys(dump as object)).toEqual(['schema_migrations', 'agents']);
    const unknown = await runCommand(home, 'db', 'dump', 'agents', 'nobody"; DROP');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('There is no table nobody"; DROP');
  });

  it('writes no faster than the reader takes, in small pieces', async () => {
    let most = 0;
    let open = 0;
    let listener: () => void = () => undefined;
    const output = {
      write(text: string) {
        most = Math.max(most, text.length);
        open += 1;
        expect(open).toBe(1);
        void sleep(1).then(() => {
          open -= 1;
          listener();
        });
        return false;
      },
      once(_event: 'drain', heard: () => void) {
        listener = heard;
      },
    };
    await writeTexts(output, Array<string>(1_000).fill('x'.repeat(999)));
    expect(most).toBeLessThan(70_000);
  });
});

describe('sweatshop db stats', () => {
  it('accounts for every page of the file', async () => {
    await makeHome();
    const opened = await openTestHome(home);
    const api = apiOf(opened);
    const agent = await api.agents.create({ agentType: 'coder' });
    for (let index = 0; index < 30; index += 1) {
      await api.logs.add(agent.id, { message: 'word '.repeat(1_000), level: 'info' });
    }
    await api.logs.prune('2100-01-01T00:00:00.000Z');
    opened.app.services.tickets.create({ title: 'Longer', description: 'x'.repeat(12_345) });
    await opened.close();
    const stats = (await runJson(home, 'db', 'stats')) as Stats;
    const reading = await openTestHome(home, { readOnly: true });
    const image = reading.snapshot();
    await reading.close();
    const own = new PageUsage(image).countPages(1);
    const used = stats.tables.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0);
    expect(stats.freePages).toBeGreaterThan(10);
    expect(used / stats.pageBytes + own + stats.freePages).toBe(stats.pages);
    expect(stats.bytes).toBe(image.length);
  });

  it('counts rows, and tells of the log and the schema', async () => {
    await makeHome();
    const stats = (await runJson(home, 'db', 'stats')) as Stats;
    const rowsOf = (name: string) => stats.tables.find((table) => table.name === name)?.rows;
    expect(rowsOf('tickets')).toBe(2);
    expect(rowsOf('tickets_fts')).toBeNull();
    expect(stats.schemaVersion).toBeGreaterThanOrEqual(140);
    expect(stats.seq).toBeGreaterThan(20);
    const { stdout } = await runCommand(home, 'db', 'stats');
    expect(stdout).toMatch(/redo log +\S+ \S?B in \d+ files/);
    expect(stdout).toMatch(/\ntickets +2 +\S+ kB/);
  });
});

describe('sweatshop db schema', () => {
  it('prints SQL from which the same tables come', async () => {
    await makeHome();
    const { stdout } = await runCommand(home, 'db', 'schema');
    const { Database } = await initSqlJs();
    const copy = new Database();
    copy.exec(stdout);
    const sql =
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%_fts_%' ORDER BY type, name";
    const found = copy.exec(sql)[0]?.values;
    copy.close();
    const opened = await openTestHome(home, { readOnly: true });
    const reader = await openImage(readSqlWasm(), opened.snapshot());
    await opened.close();
    expect(found).toEqual([...reader.rows(sql)]);
    reader.close();
  });

  it('prints one table, as SQL or as JSON', async () => {
    await makeHome();
    const { stdout } = await runCommand(home, 'db', 'schema', 'votes');
    expect(stdout).toMatch(/^CREATE TABLE votes \(/);
    expect(stdout).not.toContain('CREATE TABLE proposals');
    const [votes] = (await runJson(home, 'db', 'schema', 'votes')) as {
      columns: { name: string }[];
    }[];
    expect(votes?.columns.find(({ name }) => name === 'id')).toEqual({
      ...{ name: 'id', type: 'TEXT', isRequired: false, defaultValue: null, isPrimaryKey: true },
    });
    expect(await runCommand(home, 'db', 'schema', 'nobody')).toMatchObject({ exitCode: 2 });
  });
});
