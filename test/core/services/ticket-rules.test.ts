import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  LIMITED_STATUSES,
  TICKET_STATUSES,
  type Ticket,
  type TicketBulkPatch,
  type TicketInput,
  type TicketStatus,
} from '../../../src/shared/types.ts';
import { importRows, ticketRow } from '../../support/import-source.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

function create(data: Partial<TicketInput> = {}): Promise<Ticket> {
  return test.api.tickets.create({ title: 'Ticket', ...data });
}

async function statusOf(id: string): Promise<TicketStatus | undefined> {
  return (await test.api.tickets.get(id))?.status;
}

function trail(subjectId: string): Record<string, unknown>[] {
  return test.database
    .all(
      'SELECT event_type, actor, reason, before, after, processed FROM events WHERE subject_id = ? ORDER BY seq',
      [subjectId],
    )
    .map(([type, actor, reason, before, after, processed]) => ({
      type,
      actor,
      reason,
      before: JSON.parse(String(before)) as unknown,
      after: JSON.parse(String(after)) as unknown,
      processed,
    }));
}

describe('the audit trail', () => {
  it('has each change of status with actor, reason, before and after', async () => {
    const ticket = await create();
    await test.api.tickets.move(ticket.id, { status: 'ready', reason: 'It is clear now' });
    expect(trail(ticket.id)).toEqual([
      expect.objectContaining({ type: 'row_changed', before: null, actor: 'human' }),
      {
        type: 'status_changed',
        actor: 'human',
        reason: 'It is clear now',
        before: expect.objectContaining({ status: 'backlog' }) as object,
        after: expect.objectContaining({ status: 'ready' }) as object,
        processed: 1,
      },
    ]);
  });

  it('tells what an agent did from what a person did, for ticket, agent, org and run', async () => {
    const ticket = await create();
    const org = await test.api.orgs.create({ alias: 'one' });
    const agent = await test.api.agents.create();
    const { run } = await test.api.agents.assign(agent.id, { ticketId: ticket.id, org: true });
    for (const status of ['BRANCHING', 'DEVELOPING', 'PROVISIONING', 'QA_READY'] as const) {
      await test.api.agents.update(agent.id, { status });
    }
    await test.api.agents.approve(agent.id);
    await test.api.agents.merge(agent.id);

    const steps = (id: string) =>
      trail(id).map(({ actor, after }) => [actor, (after as Record<string, unknown>)['status']]);
    const byAgent = `agent:${agent.id}`;
    expect(steps(agent.id)).toEqual([
      ['human', 'ASSIGNED'],
      [byAgent, 'BRANCHING'],
      [byAgent, 'DEVELOPING'],
      [byAgent, 'PROVISIONING'],
      [byAgent, 'QA_READY'],
      ['human', 'MERGING'],
      ['human', 'IDLE'],
    ]);
    expect(steps(ticket.id)).toEqual([
      ['human', 'backlog'],
      ['human', 'in_progress'],
      [byAgent, 'qa_review'],
      ['human', 'approved'],
      ['human', 'merged'],
    ]);
    expect(steps(org.id)).toEqual([
      ['human', 'leased'],
      ['human', 'available'],
    ]);
    expect(steps(run.id)).toEqual([['human', 'completed']]);
  });

  it('has nothing of a change that was undone by an error', async () => {
    const ticket = await create();
    const blocked = await create({ dependsOn: [ticket.id] });
    await expect(
      test.api.tickets.updateMany([ticket.id, blocked.id], { status: 'in_progress' }),
    ).rejects.toMatchObject({ code: 'DependencyUnmet', details: { id: blocked.id } });
    expect(trail(ticket.id)).toHaveLength(1);
    expect(await statusOf(ticket.id)).toBe('backlog');
  });
});

describe('limits of columns', () => {
  const full = { code: 'LimitReached', details: { status: 'in_progress', limit: 1, count: 1 } };

  beforeEach(async () => {
    await test.api.tickets.setLimits({ in_progress: 1 });
    await create({ status: 'in_progress' });
  });

  it('hold on every way in', async () => {
    const other = await create();
    const archived = await create({ status: 'ready' });
    const agent = await test.api.agents.create();
    const { tickets, agents } = test.api;
    await expect(create({ status: 'in_progress' })).rejects.toMatchObject(full);
    await expect(tickets.move(other.id, { status: 'in_progress' })).rejects.toMatchObject(full);
    await expect(tickets.update(other.id, { status: 'in_progress' })).rejects.toMatchObject(full);
    await expect(
      tickets.updateMany([other.id, archived.id], { status: 'in_progress' }),
    ).rejects.toMatchObject(full);
    await expect(agents.assign(agent.id, { ticketId: other.id })).rejects.toMatchObject(full);
    await expect(
      importRows(test.api, [ticketRow('X', { status: 'in_progress' })]),
    ).rejects.toMatchObject({ code: 'LimitReached', details: full.details });
    expect(await tickets.count({ status: 'in_progress' })).toBe(1);
    expect(await tickets.count()).toBe(3);
    expect((await agents.get(agent.id))?.status).toBe('IDLE');
  });

  it('do not count archived tickets, which find no room when they come back', async () => {
    const [first] = await test.api.tickets.list();
    await test.api.tickets.archive(first?.id ?? '');
    await create({ status: 'in_progress' });
    await expect(test.api.tickets.unarchive(first?.id ?? '')).rejects.toMatchObject(full);
  });

  it('let a ticket move within its column', async () => {
    const [only] = await test.api.tickets.list();
    await test.api.tickets.move(only?.id ?? '', { status: 'in_progress' });
  });

  it('do not keep an agent from giving its ticket back', async () => {
    await test.api.tickets.setLimits({ ready: 1, in_progress: 2 });
    const ticket = await create({ status: 'ready' });
    const agent = await test.api.agents.create();
    await test.api.agents.assign(agent.id, { ticketId: ticket.id });
    await create({ status: 'ready' });
    await test.api.agents.stop(agent.id);
    expect(await statusOf(ticket.id)).toBe('backlog');
  });

  it('are not set by a value that cannot be read', async () => {
    test.database.run('UPDATE config_store SET value = \'{"in_progress":"one"}\'');
    expect(await test.api.tickets.limits()).toEqual({});
    await create({ status: 'in_progress' });
  });

  it('are never passed, whoever calls what in whichever order', async () => {
    const action = fc.record({
      kind: fc.constantFrom(
        'create',
        'move',
        'update',
        'many',
        'archive',
        'unarchive',
        'assign',
        'stop',
        'undo',
      ),
      index: fc.nat(5),
      other: fc.nat(5),
      status: fc.constantFrom(...TICKET_STATUSES),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          Object.fromEntries(
            LIMITED_STATUSES.map((status) => [status, fc.integer({ min: 1, max: 3 })]),
          ),
          { requiredKeys: [] },
        ),
        fc.array(action, { maxLength: 25 }),
        async (limits, actions) => {
          const app = await openTestApp();
          const { tickets, agents, history } = app.api;
          await tickets.setLimits(limits);
          const agent = await agents.create();
          const ids = (
            await Promise.all([1, 2, 3].map((n) => tickets.create({ title: String(n) })))
          ).map(({ id }) => id);
          // Callers do not wait for each other.
          await Promise.allSettled(
            actions.map(({ kind, index, other, status }) => {
              const id = ids[index % ids.length] ?? '';
              switch (kind) {
                case 'create':
                  return tickets.create({ title: 'new', status });
                case 'move':
                  return tickets.move(id, { status });
                case 'update':
                  return tickets.update(id, { status });
                case 'many':
                  return tickets.updateMany([id, ids[other % ids.length] ?? ''], { status });
                case 'archive':
                  return tickets.archive(id);
                case 'unarchive':
                  return tickets.unarchive(id);
                case 'assign':
                  return agents.assign(agent.id, { ticketId: id });
                case 'stop':
                  return agents.stop(agent.id);
                case 'undo':
                  return history.undo();
              }
            }),
          );
          for (const [status, limit] of Object.entries(limits)) {
            expect(await tickets.count({ status: status as TicketStatus })).toBeLessThanOrEqual(
              limit ?? 0,
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a ticket that waits for others', () => {
  it('becomes ready when the last of them is merged, one link of a chain after the other', async () => {
    const a = await create({ title: 'a' });
    const b = await create({ title: 'b' });
    const c = await create({ title: 'c', dependsOn: [a.id, b.id] });
    const d = await create({ title: 'd', dependsOn: [c.id] });
    await test.api.tickets.move(a.id, { status: 'merged' });
    expect(await statusOf(c.id)).toBe('backlog');
    await test.api.tickets.move(b.id, { status: 'merged' });
    expect([await statusOf(c.id), await statusOf(d.id)]).toEqual(['ready', 'backlog']);
    expect(trail(c.id).at(-1)).toMatchObject({
      actor: 'system',
      reason: '"b" was merged, the last ticket it waited for.',
    });
    await test.api.tickets.move(c.id, { status: 'merged' });
    expect(await statusOf(d.id)).toBe('ready');
  });

  it('stays in the backlog while ready is full', async () => {
    await test.api.tickets.setLimits({ ready: 1 });
    const blocker = await create();
    const [one, two] = [
      await create({ dependsOn: [blocker.id] }),
      await create({ dependsOn: [blocker.id] }),
    ];
    await test.api.tickets.move(blocker.id, { status: 'merged' });
    const statuses = [await statusOf(one.id), await statusOf(two.id)];
    expect(statuses.toSorted()).toEqual(['backlog', 'ready']);
  });

  it('is not started without an override and a reason', async () => {
    const blocker = await create();
    const waiting = await create({ dependsOn: [blocker.id] });
    const agent = await test.api.agents.create();
    const unmet = { code: 'DependencyUnmet', details: { blockedBy: [blocker.id] } };
    const { tickets, agents } = test.api;
    for (const status of ['in_progress', 'qa_review', 'approved'] as const) {
      await expect(tickets.move(waiting.id, { status })).rejects.toMatchObject(unmet);
      await expect(tickets.update(waiting.id, { status })).rejects.toMatchObject(unmet);
      await expect(create({ status, dependsOn: [blocker.id] })).rejects.toMatchObject(unmet);
    }
    const assignment = { ticketId: waiting.id, override: true };
    await expect(agents.assign(agent.id, { ticketId: waiting.id })).rejects.toMatchObject(unmet);
    await expect(agents.assign(agent.id, assignment)).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    await agents.assign(agent.id, { ...assignment, reason: 'The blocker is a formality' });
    expect(trail(waiting.id).at(-1)).toMatchObject({ reason: 'The blocker is a formality' });
  });

  it('can be started by hand with an override and a reason', async () => {
    const blocker = await create();
    const { id } = await create({ dependsOn: [blocker.id] });
    const place = { status: 'in_progress', override: true } as const;
    await expect(test.api.tickets.move(id, place)).rejects.toMatchObject({ code: 'InvalidInput' });
    await test.api.tickets.move(id, { ...place, reason: 'Now' });
    expect(await statusOf(id)).toBe('in_progress');
  });

  it('may start once an edit leaves only merged ones, in the same call', async () => {
    const blocker = await create();
    const { id } = await create({ dependsOn: [blocker.id] });
    await test.api.tickets.update(id, { dependsOn: [], status: 'in_progress' });
    expect(await statusOf(id)).toBe('in_progress');
  });

  it('never waits for itself, however edges are drawn', async () => {
    const edges = fc.array(fc.tuple(fc.nat(6), fc.array(fc.nat(6), { maxLength: 3 })), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(edges, async (drawn) => {
        const { tickets } = (await openTestApp()).api;
        const ids: string[] = [];
        for (let n = 0; n < 7; n += 1) ids.push((await tickets.create({ title: String(n) })).id);
        const model = new Map<string, string[]>();
        for (const [from, to] of drawn) {
          const id = ids[from] ?? '';
          const dependsOn = [...new Set(to.map((index) => ids[index] ?? ''))];
          const closes = dependsOn.some((start) => reaches(model, start, id));
          const answer = await tickets.update(id, { dependsOn }).catch((error: unknown) => error);
          if (closes) {
            expect(answer).toMatchObject({ code: 'DependencyCycle' });
            const path = (answer as { details: { path: string[] } }).details.path;
            expect([path[0], path.at(-1)]).toEqual([id, id]);
            for (const [step, next] of path.slice(1, -1).entries()) {
              expect(model.get(next)).toContain(path[step + 2]);
            }
            expect(dependsOn).toContain(path[1]);
          } else {
            expect(answer).toMatchObject({ dependsOn });
            model.set(id, dependsOn);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

function reaches(graph: ReadonlyMap<string, string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const next of graph.get(id) ?? []) seen.add(next);
  return seen.has(to);
}

describe('reopen and archive', () => {
  it('takes a merged ticket up again, with a reason', async () => {
    const { id } = await create();
    const merged = await test.api.tickets.move(id, { status: 'merged' });
    expect(merged).toMatchObject({ completedAt: merged.updatedAt, closedAt: merged.updatedAt });
    await expect(test.api.tickets.reopen(id, ' ')).rejects.toMatchObject({ code: 'InvalidInput' });
    const reopened = await test.api.tickets.reopen(id, 'It broke', 'ready');
    expect(reopened.status).toBe('ready');
    expect(reopened).not.toHaveProperty('completedAt');
    expect(reopened).not.toHaveProperty('closedAt');
    expect(trail(id).at(-1)).toMatchObject({ reason: 'It broke', actor: 'human' });
  });

  it('leaves archived tickets out of lists unless asked', async () => {
    const shown = await create({ title: 'shown' });
    const hidden = await create({ title: 'hidden', status: 'ready' });
    await test.api.tickets.archive(hidden.id);
    const { tickets } = test.api;
    const titles = (list: readonly { title: string }[]) => list.map(({ title }) => title);
    expect(titles(await tickets.list())).toEqual(['shown']);
    expect(titles(await tickets.cards())).toEqual(['shown']);
    expect(await tickets.count()).toBe(1);
    expect(await tickets.ready()).toEqual([]);
    expect(titles(await tickets.list({ archived: 'only' }))).toEqual(['hidden']);
    expect(await tickets.count({ archived: 'include' })).toBe(2);
    expect(await tickets.get(hidden.id)).toHaveProperty('archivedAt');
    await tickets.unarchive(hidden.id);
    expect(await tickets.count()).toBe(2);
    expect(shown).not.toHaveProperty('archivedAt');
  });

  it('does not archive what an agent works on, nor give it to one', async () => {
    const { id } = await create();
    const agent = await test.api.agents.create();
    await test.api.agents.assign(agent.id, { ticketId: id });
    await expect(test.api.tickets.archive(id)).rejects.toMatchObject({ code: 'Conflict' });
    await test.api.agents.stop(agent.id);
    await test.api.tickets.archive(id);
    await expect(test.api.agents.assign(agent.id, { ticketId: id })).rejects.toMatchObject({
      code: 'Conflict',
    });
  });
});

describe('many at once', () => {
  it('changes all in the given order, or none', async () => {
    const ids = [];
    for (const title of ['a', 'b', 'c'])
      ids.push((await create({ title, labels: ['x', title] })).id);
    const patch: TicketBulkPatch = {
      status: 'ready',
      addLabels: ['y'],
      removeLabels: ['x'],
      priority: 'high',
    };
    expect(await test.api.tickets.updateMany(ids, patch)).toBe(3);
    const list = await test.api.tickets.list({ status: 'ready', orderBy: 'position' });
    expect(list.map(({ title, labels, priority }) => [title, labels, priority])).toEqual([
      ['a', ['a', 'y'], 'high'],
      ['b', ['b', 'y'], 'high'],
      ['c', ['c', 'y'], 'high'],
    ]);
    await expect(
      test.api.tickets.updateMany([...ids, 'tkt_no'], { status: 'merged' }),
    ).rejects.toMatchObject({ code: 'NotFound', details: { id: 'tkt_no' } });
    expect(await test.api.tickets.count({ status: 'ready' })).toBe(3);
    await test.api.tickets.updateMany(ids, { archived: true });
    expect(await test.api.tickets.count()).toBe(0);
  });
});

describe('undo', () => {
  it('takes the last change of a person back, then the one before', async () => {
    const { id } = await create({ title: 'one' });
    await test.clock.advance(1_000);
    await test.api.tickets.update(id, { title: 'two', labels: ['l'], externalId: 'X' });
    await test.clock.advance(1_000);
    await test.api.tickets.update(id, { title: 'three' });
    await test.clock.advance(1_000);
    await test.api.history.undo();
    expect(await test.api.tickets.get(id)).toMatchObject({ title: 'two', externalId: 'X' });
    await test.api.history.undo();
    const first = await test.api.tickets.get(id);
    expect(first).toMatchObject({ title: 'one', labels: [] });
    expect(first).not.toHaveProperty('externalId');
    await test.api.history.undo();
    expect(await test.api.tickets.get(id)).toBeNull();
    await expect(test.api.history.undo()).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('takes back what followed from a change, and a change of many as one', async () => {
    const [a, b] = [await create(), await create()];
    const waiting = await create({ dependsOn: [a.id, b.id] });
    await test.api.tickets.updateMany([a.id, b.id], { status: 'merged' });
    expect(await statusOf(waiting.id)).toBe('ready');
    await test.api.history.undo();
    expect([await statusOf(a.id), await statusOf(b.id), await statusOf(waiting.id)]).toEqual([
      'backlog',
      'backlog',
      'backlog',
    ]);
    expect(await test.api.tickets.get(a.id)).toEqual({
      ...a,
      updatedAt: expect.any(String) as string,
    });
  });

  it('brings a deleted ticket back, with those that waited for it', async () => {
    const blocker = await create({ title: 'blocker', labels: ['l'] });
    const waiting = await create({ dependsOn: [blocker.id] });
    await test.api.tickets.delete(blocker.id);
    await test.api.history.undo();
    expect(await test.api.tickets.get(blocker.id)).toEqual(blocker);
    expect(await test.api.tickets.get(waiting.id)).toMatchObject({ dependsOn: [blocker.id] });
  });

  it('refuses to bring a ticket back without the comments that went with it', async () => {
    const { id } = await create();
    test.database.run(
      "INSERT INTO comments (id, ticket_id, content, created_at) VALUES ('c', ?, 'x', '2026')",
      [id],
    );
    await expect(test.api.history.undo()).rejects.toMatchObject({ code: 'Conflict' });
    await test.api.tickets.delete(id);
    expect(trail(id).at(-1)).toMatchObject({ reason: 'With its 1 comment(s).', after: null });
    await expect(test.api.history.undo()).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('cannot come back') as string,
    });
  });

  it('refuses when what it changed was changed since, and says what', async () => {
    const { id } = await create();
    await test.api.tickets.update(id, { title: 'by a person' });
    test.database.run("UPDATE tickets SET title = 'by another' WHERE id = ?", [id]);
    await expect(test.api.history.undo()).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('was changed since: title') as string,
      details: { id, fields: ['title'] },
    });
    expect(await test.api.tickets.get(id)).toMatchObject({ title: 'by another' });
  });

  it('refuses to take a ticket from an agent, a full column or work that has begun', async () => {
    const { id } = await create({ status: 'ready' });
    await test.api.tickets.setLimits({ ready: 1 });
    await test.api.tickets.move(id, { status: 'in_progress' });
    const other = await create({ status: 'ready' });
    test.database.run("UPDATE events SET actor = 'system' WHERE subject_id = ?", [other.id]);
    await expect(test.api.history.undo()).rejects.toMatchObject({ code: 'LimitReached' });
    const agent = await test.api.agents.create();
    await test.api.agents.assign(agent.id, { ticketId: id });
    await expect(test.api.history.undo()).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('told an agent') as string,
    });
  });

  it('says before what it would take back', async () => {
    const { id } = await create();
    await test.api.tickets.move(id, { status: 'ready' });
    expect(await test.api.history.last()).toMatchObject([
      { subjectId: id, before: { status: 'backlog' }, after: { status: 'ready' } },
    ]);
  });
});

describe('heartbeats', () => {
  it('marks an agent that fell silent once, and moves nothing', async () => {
    const ticket = await create();
    const agent = await test.api.agents.create();
    await test.api.agents.assign(agent.id, { ticketId: ticket.id });
    await test.clock.advance(3_600_000);
    expect(await test.api.agents.markStale()).toEqual([]);

    const alive = await test.api.agents.heartbeat(agent.id, { pid: 42, metrics: { cpu: 1 } });
    expect(alive).toMatchObject({
      pid: 42,
      metrics: { cpu: 1 },
      lastHeartbeatAt: '2026-01-01T01:00:00.000Z',
    });
    await test.clock.advance(120_000);
    expect(await test.api.agents.stale()).toEqual([]);
    await test.clock.advance(1);
    expect(await test.api.agents.markStale()).toEqual([alive]);
    expect(await test.api.agents.markStale()).toEqual([alive]);
    expect(queue()).toEqual([['worker_stale', agent.id, ticket.id, 0, null]]);
    expect(await statusOf(ticket.id)).toBe('in_progress');
    expect(await test.api.agents.get(agent.id)).toEqual(alive);

    await test.api.agents.heartbeat(agent.id);
    expect(await test.api.agents.stale()).toEqual([]);
    expect(queue()).toEqual([['worker_stale', agent.id, ticket.id, 1, 'It showed that it lives.']]);
  });

  it('takes the patience from the settings', async () => {
    const ticket = await create();
    const agent = await test.api.agents.create();
    await test.api.agents.assign(agent.id, { ticketId: ticket.id });
    await test.api.agents.heartbeat(agent.id);
    test.database.run("INSERT INTO config_store VALUES ('agents.stale_after_ms', '10', '2026')");
    await test.clock.advance(11);
    expect(await test.api.agents.stale()).toHaveLength(1);
  });

  function queue() {
    return test.database.all(
      "SELECT event_type, worker_id, ticket_id, processed, resolution FROM events WHERE event_type = 'worker_stale'",
    );
  }
});
