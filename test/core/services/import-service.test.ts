import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportedTicket } from '../../../src/core/importers/imported-ticket.ts';
import type { ImportReport } from '../../../src/core/services/import-service.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';
import type { Ticket } from '../../../src/shared/types.ts';
import { makeImportedTicket } from '../../support/imported-ticket.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

function run(tickets: readonly ImportedTicket[]): ImportReport {
  return test.app.services.imports.importTickets('backlog-md', tickets);
}

async function byExternalId(): Promise<Record<string, Ticket>> {
  const tickets = await test.api.tickets.list();
  return Object.fromEntries(tickets.map((ticket) => [ticket.externalId ?? ticket.title, ticket]));
}

async function column(status: Ticket['status']): Promise<string[]> {
  const tickets = await test.api.tickets.list({ status, orderBy: 'position' });
  return tickets.map(({ externalId, title }) => externalId ?? title);
}

function waiting(externalId: string, ...dependsOn: string[]): ImportedTicket {
  return makeImportedTicket({ externalId, dependsOn });
}

describe('ImportService', () => {
  it('stores every field, and dependencies under ids of its own', async () => {
    const imported = makeImportedTicket({
      externalId: 'A-1',
      title: 'One',
      description: 'What',
      acceptanceCriteria: '- [ ] #1',
      labels: ['web'],
      priority: 'high',
      status: 'in_progress',
      dependsOn: ['a-2'],
      createdAt: '2025-01-01T00:00:00.000Z',
      updatedAt: '2025-02-01T00:00:00.000Z',
    });
    expect(run([imported, waiting('A-2')])).toEqual({
      ...{ created: 2, unchanged: 0, linked: 0, warnings: [] },
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
  });

  it('takes the present for a date that the source does not give', async () => {
    run([waiting('A-1')]);
    const now = new Date(test.clock.nowMs()).toISOString();
    expect((await byExternalId())['A-1']).toMatchObject({ createdAt: now, updatedAt: now });
  });

  it('puts each column into the order of the source, above what is there', async () => {
    await test.api.tickets.create({ title: 'mine' });
    run([
      makeImportedTicket({ externalId: 'A-3' }),
      makeImportedTicket({ externalId: 'A-2', ordinal: 2000 }),
      makeImportedTicket({ externalId: 'A-1', ordinal: 1000 }),
      makeImportedTicket({ externalId: 'B-1', status: 'merged' }),
    ]);
    expect(await column('backlog')).toEqual(['A-1', 'A-2', 'A-3', 'mine']);
    expect(await column('merged')).toEqual(['B-1']);
  });

  it('changes nothing the second time, not even what a person changed meanwhile', async () => {
    const tickets = [waiting('A-1', 'A-2'), waiting('A-2')];
    run(tickets);
    const { id } = (await byExternalId())['A-1'] ?? { id: '' };
    await test.api.tickets.update(id, { title: 'Mine', dependsOn: [], externalId: 'a-1' });
    const before = test.database.all('SELECT * FROM tickets ORDER BY id');
    const pushes = test.pushes.length;

    expect(run(tickets)).toMatchObject({ created: 0, unchanged: 2, linked: 0 });
    expect(test.database.all('SELECT * FROM tickets ORDER BY id')).toEqual(before);
    expect(test.pushes).toHaveLength(pushes);
  });

  it('does not take a ticket of another source for its own', async () => {
    await test.api.tickets.create({ title: 'x', externalId: 'A-1', source: 'deathmark' });
    expect(run([waiting('A-1')])).toMatchObject({ created: 1, unchanged: 0 });
  });

  it('links tickets on the board to those that came in later, and keeps their other links', async () => {
    run([waiting('A-1', 'A-3')]);
    const mine = await test.api.tickets.create({ title: 'mine' });
    const { id } = (await byExternalId())['A-1'] ?? { id: '' };
    await test.api.tickets.update(id, { dependsOn: [mine.id] });

    expect(run([waiting('A-1', 'A-3'), waiting('A-3')])).toMatchObject({ created: 1, linked: 1 });
    const tickets = await byExternalId();
    expect(tickets['A-1']?.dependsOn).toEqual([mine.id, tickets['A-3']?.id]);
  });

  it('does not link in a circle through what people linked', async () => {
    run([waiting('A-1'), waiting('A-2')]);
    const { 'A-1': one, 'A-2': two } = await byExternalId();
    await test.api.tickets.update(two?.id ?? '', { dependsOn: [one?.id ?? ''] });

    const report = run([waiting('A-1', 'A-3'), waiting('A-2'), waiting('A-3', 'A-2')]);
    expect(report).toMatchObject({ created: 1, linked: 0 });
    expect(report.warnings[0]?.message).toContain('A-1 cannot wait for A-3');
    expect((await byExternalId())['A-1']?.dependsOn).toEqual([]);
  });

  it('imports nothing when one ticket cannot be stored', async () => {
    const unfit = makeImportedTicket({ externalId: 'A-2', title: '' });
    expect(() => run([waiting('A-1'), unfit])).toThrow(SweatShopError);
    expect(await test.api.tickets.count()).toBe(0);
  });

  it('imports nothing when whoever watches the progress gives up', async () => {
    const stop = () => {
      throw new Error('stop');
    };
    expect(() =>
      test.app.services.imports.importTickets('backlog-md', [waiting('A-1')], stop),
    ).toThrow('stop');
    expect(await test.api.tickets.count()).toBe(0);
  });

  it('tells its progress, from nothing to all', () => {
    const tickets = Array.from({ length: 120 }, (_, index) => waiting(`A-${String(index)}`));
    const steps: [number, number][] = [];
    test.app.services.imports.importTickets('backlog-md', tickets, (...step) => steps.push(step));
    expect(steps).toEqual([...[0, 50, 100, 120].map((done) => [done, 120])]);
  });

  it('previews without doing', async () => {
    run([waiting('A-1')]);
    const preview = test.app.services.imports.preview('backlog-md', [
      waiting('A-1', 'A-2'),
      waiting('A-2', 'A-9'),
    ]);
    expect(preview).toMatchObject({ created: 1, unchanged: 1, linked: 1 });
    expect(preview.warnings).toHaveLength(1);
    expect(await test.api.tickets.count()).toBe(1);
  });

  it('tells every client at once, in one push', () => {
    const before = test.pushes.length;
    run([waiting('A-1'), waiting('A-2')]);
    expect(test.pushes.slice(before)).toMatchObject([{ event: 'db:changed' }]);
  });
});
