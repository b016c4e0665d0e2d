import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Ticket, TicketInput } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

function create(data: Partial<TicketInput> = {}): Promise<Ticket> {
  return test.api.tickets.create({ title: 'Ticket', ...data });
}

async function column(status: Ticket['status'] = 'backlog'): Promise<string[]> {
  const cards = await test.api.tickets.cards({ status, orderBy: 'position' });
  return cards.map(({ title }) => title);
}

describe('create', () => {
  it('needs nothing but a title', async () => {
    const ticket = await create({ title: '  Trim me ' });
    expect(ticket).toEqual({
      id: expect.stringMatching(/^tkt_[\w-]{21}$/) as string,
      source: 'manual',
      title: 'Trim me',
      description: '',
      acceptanceCriteria: '',
      labels: [],
      priority: 'medium',
      status: 'backlog',
      dependsOn: [],
      position: expect.any(String) as string,
      kind: 'feature',
      executionPlan: [],
      lastCompletedStage: 'Planned',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(await test.api.tickets.get(ticket.id)).toEqual(ticket);
  });

  it('puts a new ticket on top of its column', async () => {
    await create({ title: 'first' });
    await create({ title: 'second' });
    expect(await column()).toEqual(['second', 'first']);
  });

  it.each([
    [
      { priority: 'urgent' },
      'priority',
      /must be one of "critical", "high", "medium", "low", not "urgent"/,
    ],
    [{ title: ' ' }, 'title', /must not be empty/],
    [{ title: 'two\nlines' }, 'title', /one line/],
    [{ labels: ['ok', 7] }, 'labels.1', /expected string/],
    [{ assignedAgentId: 'agt_1' }, 'assignedAgentId', /not a known field/],
    [{ description: 'a\u0000b' }, 'description', /NUL/],
    [{ description: '\ud800' }, 'description', /surrogate/],
    [{ dependsOn: ['tkt_nobody'] }, 'dependsOn.0', /no ticket with the id tkt_nobody/],
  ])('names the field that is wrong: %j', async (data, path, message) => {
    await expect(create(data as object)).rejects.toThrow(
      expect.objectContaining({
        code: 'InvalidInput',
        message: expect.stringMatching(message) as string,
        details: expect.objectContaining({
          issues: [expect.objectContaining({ path })],
        }) as object,
      }),
    );
    expect(await test.api.tickets.count()).toBe(0);
  });

  it('refuses a second ticket with the same id of the same source', async () => {
    await create({ source: 'deathmark', externalId: 'D-1' });
    await create({ source: 'manual', externalId: 'D-1' });
    await expect(create({ source: 'deathmark', externalId: 'D-1' })).rejects.toMatchObject({
      code: 'Conflict',
      details: { field: 'externalId' },
    });
  });
});

describe('update', () => {
  it('changes what is given and clears what is null', async () => {
    const { id } = await create({ externalId: 'X-1', labels: ['a'] });
    await test.clock.advance(1_000);
    const updated = await test.api.tickets.update(id, { labels: ['b', 'b'], externalId: null });
    expect(updated).toMatchObject({ labels: ['b'], updatedAt: '2026-01-01T00:00:01.000Z' });
    expect(updated).not.toHaveProperty('externalId');
  });

  it('puts a ticket with a new status on top of that column', async () => {
    const { id } = await create({ title: 'mover' });
    await create({ title: 'there', status: 'ready' });
    await test.api.tickets.update(id, { status: 'ready' });
    expect(await column('ready')).toEqual(['mover', 'there']);
  });

  it('says which ticket it does not find', async () => {
    await expect(test.api.tickets.update('tkt_no', {})).rejects.toThrow(
      expect.objectContaining({ code: 'NotFound', details: { entity: 'ticket', id: 'tkt_no' } }),
    );
  });
});

describe('move', () => {
  it('stands before or after a neighbour, and stays there', async () => {
    const [c, b, a] = [
      await create({ title: 'c' }),
      await create({ title: 'b' }),
      await create({ title: 'a' }),
    ];
    await test.api.tickets.move(a.id, { status: 'backlog', afterId: b.id });
    expect(await column()).toEqual(['b', 'a', 'c']);
    await test.api.tickets.move(c.id, { status: 'backlog', beforeId: b.id });
    expect(await column()).toEqual(['c', 'b', 'a']);
    await test.api.tickets.move(b.id, { status: 'backlog' });
    expect(await column()).toEqual(['b', 'c', 'a']);
  });

  it('refuses a neighbour that left the column', async () => {
    const [a, b] = [await create(), await create()];
    await test.api.tickets.move(b.id, { status: 'ready' });
    await expect(
      test.api.tickets.move(a.id, { status: 'backlog', beforeId: b.id }),
    ).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('finds room between tickets whose positions are equal or malformed', async () => {
    const [b, a] = [await create({ title: 'b' }), await create({ title: 'a' })];
    const mover = await create({ title: 'mover', status: 'ready' });
    for (const position of ['a0', '!?']) {
      test.database.run('UPDATE tickets SET position = ? WHERE id IN (?, ?)', [
        position,
        a.id,
        b.id,
      ]);
      const [first] = await column();
      const anchor = first === 'a' ? a : b;
      await test.api.tickets.move(mover.id, { status: 'backlog', afterId: anchor.id });
      expect((await column())[1]).toBe('mover');
      await test.api.tickets.move(mover.id, { status: 'ready' });
    }
  });

  it('keeps any order that a person makes', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.unshift((await create()).id);
    const model = [...ids];
    const move = fc.record({
      moved: fc.nat(5),
      anchor: fc.nat(5),
      side: fc.constantFrom('beforeId' as const, 'afterId' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 30 }), async (moves) => {
        for (const { moved, anchor, side } of moves) {
          const [movedId = '', anchorId = ''] = [ids[moved], ids[anchor]];
          await test.api.tickets.move(movedId, { status: 'backlog', [side]: anchorId });
          if (movedId !== anchorId) {
            model.splice(model.indexOf(movedId), 1);
            model.splice(model.indexOf(anchorId) + (side === 'afterId' ? 1 : 0), 0, movedId);
          }
        }
        const cards = await test.api.tickets.cards({ orderBy: 'position' });
        expect(cards.map(({ id }) => id)).toEqual(model);
      }),
      { numRuns: 30 },
    );
  });
});

describe('dependencies', () => {
  it('show what a ticket waits for, until it is merged', async () => {
    const blocker = await create({ title: 'blocker' });
    const waiting = await create({ title: 'waiting', status: 'ready', dependsOn: [blocker.id] });
    await test.clock.advance(1);
    const free = await create({ title: 'free', status: 'ready' });
    const titles = (list: readonly { title: string }[]) => list.map(({ title }) => title);

    expect(titles(await test.api.tickets.ready())).toEqual(['free']);
    expect(await test.api.tickets.blocked()).toMatchObject([
      { id: waiting.id, blockedBy: [blocker.id] },
    ]);

    test.pushes.length = 0;
    await test.api.tickets.move(blocker.id, { status: 'merged' });
    expect(titles(await test.api.tickets.ready())).toEqual(['waiting', 'free']);
    expect(await test.api.tickets.blocked()).toEqual([]);
    expect(test.pushes).toMatchObject([
      { event: 'db:changed', payload: { tables: { tickets: [blocker.id, waiting.id] } } },
    ]);
    expect(free.dependsOn).toEqual([]);
  });

  it('cannot close a cycle, and the error tells the path', async () => {
    const a = await create();
    const b = await create({ dependsOn: [a.id] });
    const c = await create({ dependsOn: [b.id] });
    await expect(test.api.tickets.update(a.id, { dependsOn: [c.id] })).rejects.toMatchObject({
      code: 'DependencyCycle',
      details: { path: [a.id, c.id, b.id, a.id] },
    });
    await expect(test.api.tickets.update(a.id, { dependsOn: [a.id] })).rejects.toMatchObject({
      code: 'DependencyCycle',
    });
    expect(await test.api.tickets.get(a.id)).toMatchObject({ dependsOn: [] });
  });

  it('forget a ticket that is deleted', async () => {
    const blocker = await create();
    const waiting = await create({ dependsOn: [blocker.id] });
    await test.api.tickets.delete(blocker.id);
    expect(await test.api.tickets.get(waiting.id)).toMatchObject({ dependsOn: [] });
  });
});

describe('a ticket whose agent another program deleted', () => {
  it('can be moved and deleted', async () => {
    const { id } = await create();
    await test.changeAsAnotherProgram("UPDATE tickets SET assigned_agent_id = 'agt_gone'");
    await test.api.tickets.move(id, { status: 'ready' });
    await test.api.tickets.delete(id);
    expect(await test.api.tickets.count()).toBe(0);
  });
});

describe('cards', () => {
  it('show what they wait for on every page', async () => {
    const blocker = await create({ title: 'blocker' });
    const waiting = await create({ title: 'waiting', dependsOn: [blocker.id], priority: 'high' });
    expect(await test.api.tickets.cards({ limit: 1 })).toMatchObject([
      { id: waiting.id, blockedBy: [blocker.id] },
    ]);
  });
});

describe('delete', () => {
  it('takes runs and prompts along only when that is agreed', async () => {
    const ticket = await create();
    const agent = await test.api.agents.create();
    const run = await test.api.runs.create({ ticketId: ticket.id, agentId: agent.id });
    await test.api.prompts.create({ ticketId: ticket.id, runId: run.id, promptText: 'p' });
    await expect(test.api.tickets.delete(ticket.id)).rejects.toMatchObject({
      code: 'Conflict',
      details: { runs: 1 },
    });
    await test.api.tickets.delete(ticket.id, { withHistory: true });
    expect(await test.api.runs.list()).toEqual([]);
    expect(await test.api.prompts.list()).toEqual([]);
  });
});

describe('labels', () => {
  it('lists each label once, in alphabetical order', async () => {
    await create({ labels: ['ui', 'Backend'] });
    await create({ labels: ['ui', 'api'] });
    expect(await test.api.tickets.labels()).toEqual(['api', 'Backend', 'ui']);
  });
});
