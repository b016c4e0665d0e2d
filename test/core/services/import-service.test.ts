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
