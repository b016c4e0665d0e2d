import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiOf } from '../../src/cli/api-of-home.ts';
import { TICKET_STATUSES, type ImportReport } from '../../src/shared/types.ts';
import { writeEveryTable } from '../support/every-table.ts';
import { useGovernanceChannels, useProjectChannels } from '../support/project-day.ts';
import { startWork, WORK } from '../support/random-work.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runJson } from './run-command.ts';

type Rows = Record<string, readonly Readonly<Record<string, unknown>>[]>;

let home: string;
let file: string;

beforeEach(() => {
  const folder = temporaryFolder();
  home = path.join(folder, 'home');
  file = path.join(folder, 'everything.json');
  mkdirSync(home);
});

/** Makes a home with rows in every table, and what a day of work leaves. */
async function fillHome(): Promise<void> {
  await writeEveryTable(path.join(home, 'sweatshop.db'));
  const opened = await openTestHome(home);
  const api = apiOf(opened);
  await useGovernanceChannels(api);
  await useProjectChannels(api);
  await api.tickets.create({ title: 'Größe 日本 😀', description: 'a\r\n\t"b"\\', labels: ['é'] });
  await api.tickets.move('tkt_old', { status: 'ready' });
  await api.config.set('wip.limits', '{"in_progress":1}');
  await api.logs.add('agt_a', { message: 'Hello', level: 'warn', context: { b: 1, 7: [null] } });
  await opened.close();
}

/** Every row as SQLite has it, without the number that tells only the order of rows. */
async function dump(): Promise<Rows> {
  const tables = (await runJson(home, 'db', 'dump')) as Rows;
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows
        .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'seq')))
        .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
    ]),
  );
}

function keyOf(row: Readonly<Record<string, unknown>>): string {
  return String(row['id'] ?? row['key']);
}

/** The ids of the tables that keep an order, in it. */
async function order(): Promise<Record<string, unknown[]>> {
  const tables = (await runJson(home, 'db', 'dump')) as Rows;
  return Object.fromEntries(
    Object.entries(tables)
      .filter(([, [first]]) => first !== undefined && 'seq' in first)
      .map(([table, rows]) => [table, rows.map(({ id }) => id)]),
  );
}

async function exportAll(): Promise<void> {
  const { exitCode, stderr } = await runCommand(home, 'export', '--out', file, '--force');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
}

async function importAll(): Promise<ImportReport> {
  const { exitCode, stdout, stderr } = await runCommand(home, 'import', file, '--json');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringContaining('an export of SweatShop') as string,
  });
  return JSON.parse(stdout) as ImportReport;
}

/** Choices that are the same for the same seed. */
function* choices(seed: number, count: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let index = 0; index < count; index += 1) {
    const kind = WORK[below(WORK.length)] ?? WORK[0];
    const status = TICKET_STATUSES[below(TICKET_STATUSES.length)] ?? 'backlog';
    const text = ['a', '=1', 'Größe\n"x"', "it's", '😀', '\\u0000'][below(6)] ?? '';
    yield { kind, choice: { one: below(20), other: below(20), text, status } };
  }
}

describe('an export that is imported', () => {
  it('gives the same rows after a reset', async () => {
    await fillHome();
    const [before, orderBefore] = [await dump(), await order()];
    const empty = Object.entries(before).filter(([, rows]) => rows.length === 0);
    expect(empty).toEqual([]);
    await exportAll();
    expect(await runCommand(home, 'db', 'reset', '--yes')).toMatchObject({ exitCode: 0 });
    expect((await dump())['tickets']).toEqual([]);
    const report = await importAll();
    expect(report).toMatchObject({ conflicts: [], notices: [], keptOnly: 0 });
    expect(await dump()).toEqual(before);
    expect(await order()).toEqual(orderBefore);
  });

  it.each([1, 2, 3])('gives the same rows after random work, %i', async (seed) => {
    const opened = await openTestHome(home);
    const work = await startWork(apiOf(opened));
    let done = 0;
    for (const { kind, choice } of choices(seed, 200)) {
      await work[kind](choice).then(
        () => (done += 1),
        () => undefined,
      );
    }
    expect(done).toBeGreaterThan(60);
    await opened.close();
    const before = await dump();
    await exportAll();
    await runCommand(home, 'db', 'reset', '--yes');
    expect(await importAll()).toMatchObject({ conflicts: [], notices: [] });
    expect(await dump()).toEqual(before);
  });

  it('changes nothing where everything is there already', async () => {
    await fillHome();
    const before = await dump();
    await exportAll();
    const report = await importAll();
    expect(report.counts.every(({ created, changed }) => created + changed === 0)).toBe(true);
    expect(await dump()).toEqual(before);
  });

  it('comes beside what is there, which stays', async () => {
    await fillHome();
    const before = await dump();
    await exportAll();
    await runCommand(home, 'db', 'reset', '--yes');
    const opened = await openTestHome(home);
    const api = apiOf(opened);
    const mine = await api.tickets.create({ title: 'Mine' });
    await api.config.set('mine', 'yes');
    await opened.close();
    await importAll();
    const after = await dump();
    expect(after['tickets']?.map(keyOf)).toContain(mine.id);
    for (const [table, rows] of Object.entries(before)) {
      expect(after[table]).toEqual(expect.arrayContaining([...rows]));
    }
  });

  it('is refused as a whole where it is no export, or that of a newer SweatShop', async () => {
    await fillHome();
    await exportAll();
    const text = readFileSync(file, 'utf8');
    const before = await dump();
    for (const [spoiled, message] of [
      [text.replace('"version":1', '"version":2'), 'a newer SweatShop wrote this export'],
      [text.replace('"tables":{', '"tables":[{').replace(/\n\}/, '\n}]'), 'tables'],
      [text.slice(0, text.length / 2), `${file}:`],
    ] as const) {
      writeFileSync(file, spoiled);
      const { exitCode, stderr } = await runCommand(home, 'import', file);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(message);
    }
    expect(await dump()).toEqual(before);
  });
});
