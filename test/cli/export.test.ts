import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import initSqlJs from 'sql.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiOf } from '../../src/cli/api-of-home.ts';
import { useGovernanceChannels, useProjectChannels } from '../support/project-day.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useJourneyChannels } from '../support/workshop-day.ts';
import { openTestHome, runCommand } from './run-command.ts';

type Document = {
  readonly format: string;
  readonly version: number;
  readonly schemaVersion: number;
  readonly exportedAt: string;
  readonly tables: Record<string, Record<string, unknown>[]>;
  readonly unreadable: { table: string; why: string; row: Record<string, unknown> }[];
};

let home: string;
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = path.join(folder, 'home');
});

async function makeHome(): Promise<void> {
  const opened = await openTestHome(home);
  const api = apiOf(opened);
  await useGovernanceChannels(api);
  await useProjectChannels(api);
  await useJourneyChannels(api);
  await api.tickets.create({ title: '=1+1', description: 'a\r\n"b", ü', labels: ['x', 'y z'] });
  await opened.close();
}

async function exportJson(...args: string[]): Promise<Document> {
  const { stdout, exitCode } = await runCommand(home, 'export', ...args);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Document;
}

/** Leaves a value in the database that no field can have. */
async function spoil(sql: string): Promise<void> {
  const { Database } = await initSqlJs();
  const file = path.join(home, 'sweatshop.db');
  const database = new Database(readFileSync(file));
  database.exec(sql);
  writeFileSync(file, database.export());
  database.close();
  // Without them nobody can tell the file from the one that was saved.
  rmSync(path.join(home, 'journal'), { recursive: true });
  rmSync(path.join(home, 'backups'), { recursive: true });
}

describe('sweatshop export as JSON', () => {
  it('has every row of every table as the contract has it', async () => {
    await makeHome();
    const document = await exportJson();
    expect(document).toMatchObject({ format: 'sweatshop-export', version: 1, unreadable: [] });
    expect(document.exportedAt).toMatch(/^\d{4}-.*Z$/);
    const opened = await openTestHome(home, { readOnly: true });
    const api = apiOf(opened);
    const { Database } = await initSqlJs();
    const database = new Database(opened.snapshot());
    const byId = (rows: readonly object[]) => new Set(rows.map((row) => JSON.stringify(row)));
    expect(byId(document.tables['tickets'] ?? [])).toEqual(byId(await api.tickets.list()));
    expect(byId(document.tables['events'] ?? [])).toEqual(byId(await api.events.list()));
    expect(byId(document.tables['votes'] ?? []).size).toBeGreaterThan(0);
    await opened.close();
    const counts = Object.entries(document.tables).map(([name, rows]) => [name, rows.length]);
    const found = counts.map(([name]) => [
      name,
      database.exec(`SELECT count(*) FROM ${String(name)}`)[0]?.values[0]?.[0],
    ]);
    database.close();
    expect(counts).toEqual(found);
  });

  it('writes one kind of row, where only that is asked for', async () => {
    await makeHome();
    expect(Object.keys((await exportJson('--what', 'tickets')).tables)).toEqual(['tickets']);
    expect(Object.keys((await exportJson('--what', 'runs')).tables)).toEqual(['ticket_runs']);
  });

  it('exports a row that cannot be read as it is, says so, and ends with 3', async () => {
    await makeHome();
    await spoil("UPDATE tickets SET description = x'00ff' WHERE title = '=1+1'");
    const { stdout, stderr, exitCode } = await runCommand(home, 'export');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/The row \S+ of tickets cannot be read/);
    const { tables, unreadable } = JSON.parse(stdout) as Document;
    expect(tables['tickets']?.map(({ title }) => title)).not.toContain('=1+1');
    expect(unreadable).toEqual([
      {
        table: 'tickets',
        why: expect.stringContaining('cannot be read') as string,
        row: expect.objectContaining({ title: '=1+1', description: { blob: 'AP8=' } }) as object,
      },
    ]);
  });

  it('makes no database where there is none', async () => {
    expect(await runCommand(home, 'export')).toMatchObject({ exitCode: 1, stdout: '' });
    expect(existsSync(home)).toBe(false);
  });
});

describe('sweatshop export as CSV', () => {
  it('has every field of a ticket, exactly', async () => {
    await makeHome();
    const { stdout } = await runCommand(home, 'export', '--what', 'tickets', '--format', 'csv');
    const rows = parse<Record<string, string>>(stdout, { columns: true });
    const { tables } = await exportJson('--what', 'tickets');
    expect(rows).toHaveLength(tables['tickets']?.length ?? -1);
    for (const [index, row] of rows.entries()) {
      const fields = Object.entries(tables['tickets']?.[index] ?? {});
      for (const [name, value] of fields) {
        expect(row[name]).toBe(typeof value === 'string' ? value : JSON.stringify(value));
      }
    }
    expect(rows.map(({ title }) => title)).toContain('=1+1');
  });

  it('keeps a spreadsheet from taking text for a formula, where that is asked for', async () => {
    await makeHome();
    const args = ['export', '--what', 'tickets', '--format', 'csv', '--spreadsheet'];
    const { stdout } = await runCommand(home, ...args);
    expect(stdout.startsWith('\ufeffid,')).toBe(true);
    expect(stdout).toContain(",'=1+1,");
  });

  it('has runs and analytics, and no file of everything', async () => {
    await makeHome();
    const runs = await runCommand(home, 'export', '--what', 'runs', '--format', 'csv');
    expect(runs.stdout).toMatch(/^id,ticketId,/);
    const args = ['export', '--what', 'analytics', '--by', 'total'];
    const figures = await runCommand(home, ...args, '--format', 'csv');
    const [total] = parse<Record<string, string>>(figures.stdout, { columns: true });
    const json = JSON.parse((await runCommand(home, ...args)).stdout) as {
      groups: { figures: { runs: { all: number }; velocityPerDay: number } }[];
    };
    expect(total?.['runs']).toBe(String(json.groups[0]?.figures.runs.all));
    expect(total?.['velocityPerDay']).toBe(String(json.groups[0]?.figures.velocityPerDay));
    const all = await runCommand(home, 'export', '--format', 'csv');
    expect(all).toMatchObject({ exitCode: 2, stdout: '' });
    expect(all.stderr).toContain('Add --what tickets');
  });
});

describe('sweatshop export --out', () => {
  it('writes the whole file, and nothing beside it', async () => {
    await makeHome();
    const file = path.join(folder, 'out', 'all.json');
    const missing = await runCommand(home, 'export', '--out', file);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('There is no folder');
    mkdirSync(path.dirname(file));
    expect(await runCommand(home, 'export', '--out', file)).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    const { exportedAt, ...written } = JSON.parse(readFileSync(file, 'utf8')) as Document;
    expect(exportedAt).not.toBe('');
    expect(await exportJson()).toMatchObject(written);
    expect(readdirSync(path.dirname(file))).toEqual(['all.json']);
  });

  it('replaces a file only with --force, and follows a link', async () => {
    await makeHome();
    const file = path.join(folder, 'all.json');
    writeFileSync(file, 'mine');
    const link = path.join(folder, 'link.json');
    symlinkSync('all.json', link);
    const refused = await runCommand(home, 'export', '--out', link);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await runCommand(home, 'export', '--out', link, '--force')).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"format":"sweatshop-export"/);
    expect(readlinkSync(link)).toBe('all.json');
    const ofFolder = await runCommand(home, 'export', '--out', folder, '--force');
    expect(ofFolder.exitCode).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(['all.json', 'home', 'link.json']);
  });
});
