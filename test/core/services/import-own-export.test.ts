import { beforeEach, describe, expect, it } from 'vitest';
import { createRepositories } from '../../../src/core/repositories/repositories.ts';
import { importTables } from '../../../src/core/services/import-tables.ts';
import { IMPORT_TARGETS, type ImportRow, type ImportTarget } from '../../../src/shared/types.ts';
import { importRows, sourceRow, ticketRow } from '../../support/import-source.ts';
import { useGovernanceChannels, useProjectChannels } from '../../support/project-day.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';
import { useJourneyChannels, useTerminalChannels } from '../../support/workshop-day.ts';

const OWN = { system: 'sweatshop' };

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

/** Every row with its id and all its fields, in the order in which they were added. */
function exported({ database }: TestApp): ImportRow[] {
  const tables = importTables(createRepositories(database));
  return IMPORT_TARGETS.flatMap((table) => {
    const key = table === 'config_store' ? 'key' : 'id';
    const ids = database
      .all(`SELECT ${key} FROM ${table} ORDER BY rowid`)
      .map(([id]) => String(id));
    const entities = tables[table].getMany(ids);
    return ids.map((id) => toRow(table, id, { ...entities.get(id) }));
  });
}

function toRow(table: ImportTarget, key: string, entity: Record<string, unknown>): ImportRow {
  const { id, ...fields } = entity;
  const place = `${table} ${key}`;
  return { table, key, place, raw: entity, target: { table, id: String(id), fields } };
}

/** Everything in the tables, but for the numbers that only say in which order rows were added. */
function content({ database }: TestApp): Record<string, unknown[]> {
  return Object.fromEntries(
    IMPORT_TARGETS.map((table) => {
      const columns = database
        .all(`SELECT name FROM pragma_table_info('${table}') WHERE name <> 'seq'`)
        .map(([name]) => String(name));
      const hasSeq = database.all(`SELECT 1 FROM pragma_table_info('${table}') WHERE name = 'seq'`);
      const order = hasSeq.length > 0 ? 'seq' : columns[0];
      return [
        table,
        database.all(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order ?? ''}`),
      ];
    }),
  );
}

async function fill(): Promise<void> {
  await useProjectChannels(test.api);
  await useGovernanceChannels(test.api);
  await useJourneyChannels(test.api);
  await useTerminalChannels(test.api);
  const first = await test.api.tickets.create({ title: 'First', labels: ['ä', '"'] });
  const second = await test.api.tickets.create({ title: 'Second', dependsOn: [first.id] });
  await test.api.tickets.move(second.id, { status: 'ready' });
  await test.api.tickets.setLimits({ in_progress: 1 });
  await test.api.orgs.create({ alias: 'one' });
  const agent = await test.api.agents.create({ metrics: { turns: 3 } });
  await test.api.agents.assign(agent.id, { ticketId: first.id, org: true });
  await test.api.tickets.update(first.id, { title: 'Changed' });
  await test.api.history.undo();
  await importRows(test.api, [
    ticketRow('A-1', { labels: ['x'] }, ['A-2']),
    ticketRow('A-2'),
    sourceRow('config', 'k', 'config_store', { key: 'k', value: 'v' }),
  ]);
}

describe('an export of SweatShop', () => {
  it('gives the same rows in an empty database: ids, times, places, everything', async () => {
    await fill();
    const rows = exported(test);
    const [here, before] = [test, content(test)];
    for (const table of ['tickets', 'agents', 'events', 'votes', 'import_records']) {
      expect(before[table], table).not.toEqual([]);
    }
    test = await openTestApp();
    await test.clock.advance(86_400_000);
    const report = await importRows(test.api, rows, OWN);
    expect(report.notices).toEqual([]);
    expect(report.counts.every(({ changed, skipped }) => changed + skipped === 0)).toBe(true);
    expect(content(test)).toEqual(before);
    expect(exported(test)).toEqual(exported(here));
  });

  it('leaves the rows of its own database as they are, and tells where they differ', async () => {
    await fill();
    const rows = exported(test);
    const [ticket] = await test.api.tickets.list({ limit: 1 });
    const before = test.database.snapshot();
    const report = await importRows(test.api, rows, OWN);
    expect(report).toMatchObject({ conflicts: [], notices: [] });
    expect(report.counts.every(({ created, changed }) => created + changed === 0)).toBe(true);
    expect(test.database.snapshot()).toEqual(before);

    await test.api.tickets.update(ticket?.id ?? '', { title: 'Later' });
    const { conflicts } = await importRows(test.api, rows, OWN);
    expect(conflicts.find(({ field }) => field === 'title')).toMatchObject({
      ...{ table: 'tickets', id: ticket?.id, here: 'Later', there: ticket?.title },
    });
  });

  it('brings back what was deleted, and takes what has the same name for the same', async () => {
    const project = await test.api.projects.create({ repositoryName: 'o/r', path: '/a' });
    const ticket = await test.api.tickets.create({ title: 'T', projectId: project.id });
    const rows = exported(test).filter(({ table }) => ['projects', 'tickets'].includes(table));
    await test.api.projects.delete(project.id, { withHistory: true });
    const other = await test.api.projects.create({ repositoryName: 'o/r', path: '/b' });
    const report = await importRows(test.api, rows, OWN);
    expect(report.notices).toEqual([]);
    expect(await test.api.tickets.list()).toEqual([{ ...ticket, projectId: other.id }]);
    expect(test.database.all('SELECT * FROM import_records')).toEqual([]);
  });
});
