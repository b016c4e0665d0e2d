import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportReport, ImportRow, Ticket } from '../../../src/shared/types.ts';
import { importRows, sourceRow, ticketRow } from '../../support/import-source.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

function run(rows: readonly ImportRow[], system = 'backlog-md'): Promise<ImportReport> {
  return importRows(test.api, rows, { system });
}

async function byExternalId(): Promise<Record<string, Ticket>> {
  const tickets = await test.api.tickets.list();
  return Object.fromEntries(tickets.map((ticket) => [ticket.externalId ?? ticket.title, ticket]));
}

async function idOf(externalId: string): Promise<string> {
  return (await byExternalId())[externalId]?.id ?? '';
}

async function column(status: Ticket['status']): Promise<string[]> {
  const tickets = await test.api.tickets.list({ status, orderBy: 'position' });
  return tickets.map(({ externalId, title }) => externalId ?? title);
}

function messages({ notices }: ImportReport): string[] {
  return notices.map(({ severity, place, message }) => `${severity} ${place}: ${message}`);
}

function records(): unknown[] {
  return test.database.all(
    'SELECT source_table, source_key, target_table, target_id FROM import_records ORDER BY 1, 2',
  );
}

describe('a first import', () => {
  it('keeps columns that are named like what every object has', async () => {
    const raw = '{"id":"A-1","__proto__":{"x":1},"constructor":"c","prototype":"p","toString":"t"}';
    const row = { ...ticketRow('A-1'), raw: JSON.parse(raw) as Record<string, unknown> };
    await run([row]);
    expect(test.database.all('SELECT raw FROM import_records')).toEqual([[raw]]);
    expect((await run([row])).counts).toEqual([
      { table: 'tickets', created: 0, changed: 0, skipped: 1 },
    ]);
  });

  it('stores every field, keeps the raw row, and puts ids of its own in the place of references', async () => {
    const report = await run([
      ticketRow(
        'A-1',
        {
          ...{ title: 'One', description: 'What', acceptanceCriteria: '- [ ] #1', labels: ['web'] },
          ...{ priority: 'high', status: 'in_progress' },
          ...{ createdAt: '2025-01-01T00:00:00.000Z', updatedAt: '2025-02-01T00:00:00.000Z' },
        },
        ['A-2'],
      ),
      ticketRow('A-2'),
    ]);
    expect(report).toEqual({
      source: { system: 'backlog-md', name: '/source' },
      dryRun: false,
      counts: [{ table: 'tickets', created: 2, changed: 0, skipped: 0 }],
      ...{ keptOnly: 0, conflicts: [], notices: [] },
    });
    const tickets = await byExternalId();
    expect(tickets['A-1']).toEqual({
      id: expect.stringMatching(/^tkt_/) as string,
      externalId: 'A-1',
      source: 'backlog-md',
      title: 'One',
      description: 'What',
      acceptanceCriteria: '- [ ] #1',
      labels: ['web'],
      priority: 'high',
      status: 'in_progress',
      dependsOn: [tickets['A-2']?.id],
      position: expect.any(String) as string,
      kind: 'feature',
      executionPlan: [],
      lastCompletedStage: 'Planned',
      createdAt: '2025-01-01T00:00:00.000Z',
      updatedAt: '2025-02-01T00:00:00.000Z',
    });
    const now = new Date(test.clock.nowMs()).toISOString();
    expect(tickets['A-2']).toMatchObject({ createdAt: now, updatedAt: now });
    const [raw, fields] = test.database.get(
      "SELECT raw, fields FROM import_records WHERE source_key = 'A-2'",
    ) ?? [null];
    expect(JSON.parse(String(raw))).toEqual(ticketRow('A-2').raw);
    expect(JSON.parse(String(fields))).toEqual({
      ...{ externalId: 'A-2', source: 'backlog-md', title: 'Ticket A-2' },
    });
  });

  it('puts each column into the order of the source, above what is there', async () => {
    await test.api.tickets.create({ title: 'mine' });
    await run([ticketRow('A-1'), ticketRow('B-1', { status: 'merged' }), ticketRow('A-2')]);
    expect(await column('backlog')).toEqual(['A-1', 'A-2', 'mine']);
    expect(await column('merged')).toEqual(['B-1']);
  });

  it('ties rows of all tables together, also those that refer to each other', async () => {
    const at = (table: string, key: string) => ({ ref: { table, key } });
    const report = await run(
      [
        sourceRow('issue', '1', 'tickets', {
          ...{
            title: 'Work',
            source: 'dispatch',
            externalId: '1',
            assignedAgentId: at('who', 'a'),
          },
          ...{ epicId: at('epic', 'e'), stageId: at('stage', 's') },
        }),
        sourceRow('gate', 'g', 'gates', {
          ...{ stageId: at('stage', 's'), gateType: 'review', description: 'Look' },
        }),
        sourceRow('stage', 's', 'stages', { epicId: at('epic', 'e'), name: 'First' }),
        sourceRow('epic', 'e', 'epics', {
          ...{ title: 'All', currentStageId: at('stage', 's'), blockedAtGateId: at('gate', 'g') },
        }),
        sourceRow(
          'who',
          'a',
          'agents',
          {
            ...{ name: 'Ann', status: 'DEVELOPING', assignedTicketId: at('issue', '1') },
            assignedOrgAlias: at('org', 'o'),
          },
          'their-id',
        ),
        sourceRow('org', 'o', 'scratch_orgs', {
          ...{ alias: 'one', status: 'leased', assignedAgentId: at('who', 'a') },
        }),
      ],
      'dispatch',
    );
    expect(report.notices).toEqual([]);
    const [agent] = await test.api.agents.list();
    const [ticket] = await test.api.tickets.list();
    const [epic] = await test.api.epics.list();
    expect(agent).toMatchObject({
      id: 'their-id',
      assignedTicketId: ticket?.id,
      assignedOrgAlias: 'one',
    });
    expect(ticket).toMatchObject({ assignedAgentId: 'their-id', epicId: epic?.id });
    expect(epic).toMatchObject({
      currentStageId: ticket?.stageId,
      blockedAtGateId: expect.stringMatching(/^gat_/) as string,
    });
    expect(records()).toHaveLength(6);
  });

  it('keeps a row that has no place here, and one that cannot have one, and says so', async () => {
    const report = await run([
      { ...ticketRow('x'), table: 'notes', key: '1', place: 'notes 1', target: null },
      ticketRow('A-1', { title: '' }),
      ticketRow('A-2', { status: 'done' as 'ready' }),
      ticketRow('A-3', { description: 'a\u0000b' }),
      ticketRow('A-4', { colour: 'red' } as object),
      ticketRow('A-5', {}, ['A-1', 'A-9']),
      ticketRow('A-5'),
      sourceRow('says', '1', 'comments', {
        content: 'x',
        ticketId: { ref: { table: 'tasks', key: 'A-9' } },
      }),
    ]);
    expect(report).toMatchObject({
      counts: [
        { table: 'tickets', created: 1, changed: 0, skipped: 0 },
        { table: 'comments', created: 0 },
      ],
      keptOnly: 1,
    });
    expect(messages(report)).toEqual([
      'error tasks A-5: tasks A-5 is there twice; this one is left out, the one at tasks A-5 counts',
      'error tasks A-4: tickets has no field colour',
      'error tasks A-1: title must not be empty; what the source says is only kept',
      expect.stringMatching(/^error tasks A-2: status expected .*"done"/),
      expect.stringContaining('error tasks A-3: description must not contain the NUL character'),
      'warning tasks A-5: A-5 depends on A-1, which could not be imported; that dependency is left out',
      'warning tasks A-5: A-5 depends on A-9, which does not exist; that dependency is left out',
      'error says 1: ticketId names A-9, which does not exist; the row is only kept as it is',
    ]);
    expect(records()).toHaveLength(7);
    expect((await run([ticketRow('A-1')])).counts).toMatchObject([{ created: 1 }]);
  });
});

describe('a later import', () => {
  it('changes nothing when the source is the same, and makes no commit', async () => {
    const rows = [
      ticketRow('A-1', { labels: ['x'], priority: 'high' }, ['A-2', 'A-9']),
      ticketRow('A-2'),
    ];
    await run(rows);
    const before = test.database.snapshot();
    const commits = test.commits.length;
    const report = await run(rows);
    expect(report.counts).toEqual([{ table: 'tickets', created: 0, changed: 0, skipped: 2 }]);
    expect(test.commits).toHaveLength(commits);
    expect(test.database.snapshot()).toEqual(before);
  });

  it('takes over what the source changed, keeps what was changed here, and tells what both did', async () => {
    await run([
      ticketRow('A-1', { title: 'T0', description: 'D0', priority: 'low', labels: ['l'] }),
    ]);
    const id = await idOf('A-1');
    await test.api.tickets.update(id, { description: 'mine', priority: 'high', labels: ['same'] });
    const second = [
      ticketRow('A-1', { title: 'T1', description: 'D0', priority: 'critical', labels: ['same'] }),
    ];
    const report = await run(second);
    expect(await test.api.tickets.get(id)).toMatchObject({
      ...{ title: 'T1', description: 'mine', priority: 'high', labels: ['same'] },
    });
    const conflict = { field: 'priority', here: 'high', there: 'critical' };
    expect(report.counts).toMatchObject([{ created: 0, changed: 1, skipped: 0 }]);
    expect(report.conflicts).toEqual([{ place: 'tasks A-1', table: 'tickets', id, ...conflict }]);

    expect(await run(second)).toMatchObject({ counts: [{ changed: 0 }], conflicts: [conflict] });
    await test.api.tickets.update(id, { priority: 'critical' });
    expect(await run(second)).toMatchObject({ conflicts: [] });
  });

  it('takes a field away that the source has no longer, and leaves what every row has', async () => {
    await run([ticketRow('A-1', { branchName: 'b', description: 'D', repoUrl: 'u' })]);
    const id = await idOf('A-1');
    await test.api.tickets.update(id, { repoUrl: 'mine' });
    const report = await run([ticketRow('A-1')]);
    const ticket = await test.api.tickets.get(id);
    expect(ticket).toMatchObject({ description: '', repoUrl: 'mine' });
    expect(ticket).not.toHaveProperty('branchName');
    expect(report.conflicts).toMatchObject([{ field: 'repoUrl', here: 'mine', there: null }]);
  });

  it('leaves deleted what a person deleted, with what belongs to it', async () => {
    const rows = [ticketRow('A-1'), ticketRow('A-2', {}, ['A-1'])];
    await run(rows);
    await test.api.tickets.delete(await idOf('A-1'));
    const comment = sourceRow('says', '1', 'comments', {
      ...{ content: 'x', ticketId: { ref: { table: 'tasks', key: 'A-1' } } },
    });
    const report = await run([...rows, comment]);
    expect(report.counts).toMatchObject([
      { skipped: 2 },
      { table: 'comments', created: 0, skipped: 1 },
    ]);
    expect(messages(report)).toEqual([
      'warning says 1: ticketId names A-1, which was deleted here; the row is only kept as it is',
    ]);
    expect(await test.api.tickets.count()).toBe(1);
  });

  it('finds rows of earlier imports of the same system, and links to those that come in now', async () => {
    await run([ticketRow('A-1', {}, ['A-3']), ticketRow('A-2')]);
    expect((await byExternalId())['A-1']?.dependsOn).toEqual([]);
    const report = await run([ticketRow('A-1', {}, ['A-3']), ticketRow('A-3', {}, ['A-2'])]);
    expect(report).toMatchObject({ counts: [{ created: 1, changed: 1 }], notices: [] });
    const tickets = await byExternalId();
    expect(tickets['A-1']?.dependsOn).toEqual([tickets['A-3']?.id]);
    expect(tickets['A-3']?.dependsOn).toEqual([tickets['A-2']?.id]);
    const other = await run([ticketRow('B-1', { source: 'csv' }, ['A-2'])], 'csv');
    expect(messages(other)).toEqual([expect.stringContaining('A-2, which does not exist')]);
  });

  it('moves a ticket to the top of its new column, with the dates of its end, and into the audit trail', async () => {
    await run([
      ticketRow('A-1'),
      ticketRow('A-2', { status: 'merged' }),
      ticketRow('A-3', {}, ['A-1']),
    ]);
    const id = await idOf('A-1');
    const before = test.pushes.length;
    await run([ticketRow('A-1', { status: 'merged' })]);
    expect(await column('merged')).toEqual(['A-1', 'A-2']);
    const now = new Date(test.clock.nowMs()).toISOString();
    expect(await test.api.tickets.get(id)).toMatchObject({ completedAt: now, closedAt: now });
    const [event] = await test.api.events.list({ subjectId: id });
    expect(event).toMatchObject({
      ...{ eventType: 'status_changed', actor: 'import', processed: true },
      before: { status: 'backlog' },
      after: { status: 'merged' },
    });
    const dependent = await idOf('A-3');
    const changed = test.pushes.slice(before).find((push) => push.event === 'db:changed');
    expect(changed?.payload).toMatchObject({
      tables: { tickets: expect.arrayContaining([dependent]) as unknown },
    });
    await run([ticketRow('A-1', { status: 'ready' })]);
    expect(await test.api.tickets.get(id)).not.toHaveProperty('closedAt');
  });
});

describe('tickets that come in', () => {
  it('leave out the step that closes a cycle, and tell the path', async () => {
    const report = await run([
      ticketRow('A-1', {}, ['A-2']),
      ticketRow('A-2', {}, ['A-3']),
      ticketRow('A-3', {}, ['A-1', 'A-3']),
    ]);
    const tickets = await byExternalId();
    expect(tickets['A-1']?.dependsOn).toEqual([tickets['A-2']?.id]);
    expect(tickets['A-3']?.dependsOn).toEqual([]);
    expect(messages(report)).toEqual([
      'warning tasks A-3: A-1 → A-2 → A-3 → A-1 is a cycle; that A-3 waits for A-1 is left out',
      'warning tasks A-3: A-3 → A-3 is a cycle; that A-3 waits for A-3 is left out',
    ]);
  });

  it('close no cycle with what people linked here', async () => {
    await run([ticketRow('A-1'), ticketRow('A-2')]);
    await test.api.tickets.update(await idOf('A-2'), { dependsOn: [await idOf('A-1')] });
    const rows = [ticketRow('A-1', {}, ['A-3']), ticketRow('A-2'), ticketRow('A-3', {}, ['A-2'])];
    const report = await run(rows);
    const tickets = await byExternalId();
    const edges = Object.values(tickets).reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
    expect(edges).toBe(2);
    expect(tickets['A-2']?.dependsOn).toEqual([tickets['A-1']?.id]);
    expect(messages(report)).toEqual([expect.stringContaining('is a cycle')]);
    const again = await run(rows);
    expect(again.counts).toMatchObject([{ created: 0, changed: 0, skipped: 3 }]);
  });

  it('find no room in a full column, and then nothing is imported', async () => {
    await test.api.tickets.setLimits({ ready: 2 });
    const rows = ['A-1', 'A-2', 'A-3'].map((id) => ticketRow(id, { status: 'ready' }));
    await expect(run(rows)).rejects.toMatchObject({
      code: 'LimitReached',
      message: expect.stringMatching(
        /Nothing was imported: the column ready holds 0 of at most 2/,
      ) as string,
    });
    expect(await test.api.tickets.count()).toBe(0);
    await run(rows.slice(1));
    const swap = [
      ticketRow('A-2'),
      ticketRow('A-3', { status: 'ready' }),
      ticketRow('A-4', { status: 'ready' }),
    ];
    await run(swap);
    expect(await column('ready')).toEqual(['A-4', 'A-3']);
  });

  it('are those of an import before there were records, whatever the case of their id', async () => {
    const old = await test.api.tickets.create({
      title: 'Old',
      source: 'backlog-md',
      externalId: 'a-1',
    });
    const report = await run([ticketRow('A-1', { title: 'New' })]);
    expect(report.counts).toMatchObject([{ created: 0, changed: 0, skipped: 1 }]);
    expect(await test.api.tickets.list()).toEqual([old]);
    await run([ticketRow('A-1', { title: 'New', priority: 'high' })]);
    expect(await test.api.tickets.get(old.id)).toMatchObject({ title: 'Old', priority: 'high' });
  });

  it('get an external id of their own where another ticket has it', async () => {
    await run([ticketRow('A-1')]);
    const other = { ...ticketRow('A-1', { title: 'Other' }), key: 'archive/A-1' };
    const report = await run([other]);
    expect(messages(report)).toEqual([
      'warning tasks A-1: Another ticket has the external id A-1; this one gets A-1 (archive/A-1)',
    ]);
    expect(Object.keys(await byExternalId()).sort()).toEqual(['A-1', 'A-1 (archive/A-1)']);
    expect((await run([other])).counts).toMatchObject([{ changed: 0, skipped: 1 }]);
  });
});

describe('values that only one row may have', () => {
  it('make one of two rows that are the same thing', async () => {
    const mine = await test.api.projects.create({ repositoryName: 'o/r', path: '/mine' });
    const project = sourceRow('projects', 'p', 'projects', {
      repositoryName: 'o/r',
      path: '/theirs',
    });
    const type = sourceRow('types', 't', 'worker_types', {
      ...{ projectId: { ref: { table: 'projects', key: 'p' } }, workerType: 'tester' },
      systemPrompt: 'Test',
    });
    const twin = { ...type, key: 'twin' };
    const report = await run([project, type, twin]);
    expect(report.counts).toEqual([
      { table: 'projects', created: 0, changed: 0, skipped: 1 },
      { table: 'worker_types', created: 1, changed: 0, skipped: 1 },
    ]);
    expect(await test.api.projects.list()).toEqual([mine]);
    const [first] = await test.api.workerTypes.list({ projectId: mine.id, workerType: 'tester' });
    expect(records()).toEqual([
      ['projects', 'p', 'projects', mine.id],
      ['types', 't', 'worker_types', first?.id],
      ['types', 'twin', 'worker_types', first?.id],
    ]);
  });

  it('are settings and exchanges by their name', async () => {
    await test.api.config.set('mine', '1');
    const rows = [
      sourceRow('config', 'mine', 'config_store', { key: 'mine', value: '2' }),
      sourceRow('config', 'theirs', 'config_store', { key: 'theirs', value: '2' }),
      sourceRow(
        'sync',
        'github',
        'sync_state',
        { lastSyncAt: '2026-01-01T00:00:00.000Z' },
        'github',
      ),
    ];
    const report = await run(rows);
    expect(report.counts).toMatchObject([{ created: 1, skipped: 1 }, { created: 1 }]);
    expect((await test.api.config.list()).map(({ key, value }) => [key, value])).toEqual([
      ['mine', '1'],
      ['theirs', '2'],
    ]);
    expect(await test.api.sync.get('github')).toMatchObject({ syncErrors: [] });
    expect((await run(rows)).counts).toMatchObject([{ created: 0, skipped: 2 }, { skipped: 1 }]);
  });

  it('are left out, or keep a row out, where it is another thing', async () => {
    const agent = await test.api.agents.create({ port: 4301 });
    const ticket = await test.api.tickets.create({ title: 'T' });
    await test.api.runs.create({ ticketId: ticket.id, agentId: agent.id });
    const project = sourceRow('p', 'p', 'projects', { repositoryName: 'o/r', path: '/' });
    const architect = { projectId: { ref: { table: 'p', key: 'p' } }, agentType: 'architect' };
    const report = await run([
      project,
      sourceRow('a', '1', 'agents', { name: 'One', port: 4301, ...architect }),
      sourceRow('a', '2', 'agents', { name: 'Two', ...architect }),
      sourceRow('r', '1', 'ticket_runs', { ticketId: ticket.id, agentId: agent.id }),
      sourceRow('x', '1', 'port_allocations', { projectPath: '/x', basePort: 4200 }),
      sourceRow('x', '2', 'port_allocations', { projectPath: '/y', basePort: 4200 }),
      sourceRow('x', '3', 'port_allocations', { projectPath: '/z', basePort: 4250 }),
    ]);
    expect(messages(report)).toEqual([
      'warning a 1: Another row of agents has the port 4301; it is left out',
      expect.stringMatching(/^error a 2: Another row of agents has the same projectId \(prj_/),
      expect.stringMatching(/^error r 1: Another row of ticket_runs has the same ticketId \(tkt_/),
      'error x 3: basePort must be a hundred from 4200 to 65400; what the source says is only kept',
      'error x 2: Another row of port_allocations has the same basePort (4200); this one is only kept',
    ]);
    expect((await test.api.agents.list()).map(({ name }) => name).sort()).toEqual([
      'Agent 1',
      'One',
    ]);
  });

  it('can be swapped by the source', async () => {
    const shells = (one: number, two: number) => [
      sourceRow('u', '1', 'terminals', { name: 'One', port: one }),
      sourceRow('u', '2', 'terminals', { name: 'Two', port: two }),
    ];
    await run(shells(5001, 5002));
    const report = await run(shells(5002, 5001));
    expect(report).toMatchObject({ counts: [{ changed: 2 }], notices: [] });
    const ports = (await test.api.terminals.list()).map(({ name, port }) => [name, port]);
    expect(Object.fromEntries(ports)).toEqual({ One: 5002, Two: 5001 });
  });
});

describe('what is handed over', () => {
  it('is dropped after ten idle minutes, by cancelling and by finishing', async () => {
    const source = { system: 'csv', name: 'x.csv' };
    const gone = { code: 'NotFound' };
    const { uploadId: idle } = await test.api.imports.begin(source);
    await test.clock.advance(10 * 60_000);
    expect(await test.api.imports.add(idle, [ticketRow('A-1')])).toBe(1);
    await test.clock.advance(10 * 60_000 + 1);
    await expect(test.api.imports.add(idle, [])).rejects.toMatchObject(gone);
    const { uploadId } = await test.api.imports.begin(source);
    await test.api.imports.finish(uploadId);
    await expect(test.api.imports.finish(uploadId)).rejects.toMatchObject(gone);
    const { uploadId: cancelled } = await test.api.imports.begin(source);
    await test.api.imports.cancel(cancelled);
    await expect(test.api.imports.cancel(cancelled)).rejects.toMatchObject(gone);
  });

  it('has limits', async () => {
    const begin = () => test.api.imports.begin({ system: 'csv', name: 'x.csv' });
    const { uploadId } = await begin();
    const tooMany = new Array(2_001).fill(ticketRow('A-1')) as ImportRow[];
    await expect(test.api.imports.add(uploadId, tooMany)).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    for (let count = 1; count < 4; count += 1) await begin();
    await expect(begin()).rejects.toMatchObject({ code: 'LimitReached' });
  });

  it('makes room for another import where a command was killed', async () => {
    const begin = () => test.api.imports.begin({ system: 'csv', name: 'x.csv' });
    const { uploadId: killed } = await begin();
    await test.clock.advance(1_000);
    const others = [await begin(), await begin(), await begin()];
    await test.clock.advance(59_001);
    await begin();
    await expect(test.api.imports.add(killed, [])).rejects.toMatchObject({ code: 'NotFound' });
    for (const { uploadId } of others) await test.api.imports.add(uploadId, []);
    await expect(begin()).rejects.toMatchObject({ code: 'LimitReached' });
  });

  it('is imported as a whole or not at all, and a person is told where it went wrong', async () => {
    await test.api.tickets.create({ title: 'mine' });
    const before = test.database.snapshot();
    test.database.guardWrites(() => null);
    let writes = 0;
    const { SweatShopError } = await import('../../../src/shared/errors.ts');
    test.database.guardWrites(() => {
      writes += 1;
      return writes === 3 ? new SweatShopError('StorageFull', 'The disk is full.') : null;
    });
    await expect(
      run(['A-1', 'A-2', 'A-3', 'A-4'].map((id) => ticketRow(id))),
    ).rejects.toMatchObject({
      code: 'StorageFull',
      message: 'Nothing was imported. tasks A-3: The disk is full.',
    });
    expect(test.database.snapshot()).toEqual(before);
  });

  it('is only told of by a dry run, which leaves the database byte for byte the same', async () => {
    await run([ticketRow('A-1')]);
    const before = test.database.snapshot();
    const { seq } = test.database;
    const pushes = test.pushes.length;
    const rows = Array.from({ length: 500 }, (_, index) => ticketRow(`A-${String(index)}`));
    const report = await importRows(test.api, rows, { dryRun: true });
    expect(report).toMatchObject({
      dryRun: true,
      counts: [{ table: 'tickets', created: 499, changed: 0, skipped: 1 }],
    });
    expect(test.database.seq).toBe(seq);
    expect(test.database.snapshot()).toEqual(before);
    expect(test.pushes.slice(pushes).every(({ event }) => event === 'import:progress')).toBe(true);
  });

  it('tells its progress from inside, up to all', async () => {
    const rows = Array.from({ length: 220 }, (_, index) => ticketRow(`A-${String(index)}`));
    const steps: number[][] = [];
    test.app.onPush((event, payload) => {
      if (event !== 'import:progress') return;
      const { done, total } = payload as { done: number; total: number };
      expect(test.database.inTransaction).toBe(true);
      steps.push([done, total]);
    });
    await run([...rows.slice(1), ...rows.slice(-1)]);
    expect(steps).toEqual([50, 100, 150, 200, 220].map((done) => [done, 220]));
  });
});
