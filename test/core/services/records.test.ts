import { beforeEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

describe('logs', () => {
  it('are about the ticket that the agent works on, unless they say otherwise', async () => {
    const agent = await test.api.agents.create();
    const [mine, other] = [
      await test.api.tickets.create({ title: 'Mine' }),
      await test.api.tickets.create({ title: 'Other' }),
    ];
    const idle = await test.api.logs.add(agent.id, { message: 'Idle' });
    await test.api.agents.assign(agent.id, { ticketId: mine.id });
    const own = await test.api.logs.add(agent.id, {
      message: 'Own',
      level: 'error',
      context: { a: 1 },
    });
    const foreign = await test.api.logs.add(agent.id, { message: 'Foreign', ticketId: other.id });
    expect(idle).not.toHaveProperty('ticketId');
    expect(own).toEqual({
      id: expect.stringMatching(/^log_/) as string,
      ...{
        agentId: agent.id,
        ticketId: mine.id,
        level: 'error',
        message: 'Own',
        context: { a: 1 },
      },
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    expect(await test.api.logs.list({ agentId: agent.id })).toEqual([foreign, own, idle]);
    expect(await test.api.logs.list({ beforeId: foreign.id, limit: 1 })).toEqual([own]);
    expect(await test.api.logs.list({ level: ['error'] })).toEqual([own]);
    expect(await test.api.logs.count({ ticketId: mine.id })).toBe(1);
    await test.api.tickets.delete(other.id);
    expect(await test.api.logs.list({ limit: 1 })).toEqual([{ ...foreign, ticketId: undefined }]);
    await expect(test.api.logs.add('agt_nobody', { message: 'x' })).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  it('come in pages of 200, and old ones can be deleted', async () => {
    const agent = await test.api.agents.create();
    for (let n = 0; n < 201; n += 1) await test.api.logs.add(agent.id, { message: String(n) });
    expect(await test.api.logs.list()).toHaveLength(200);
    expect(await test.api.logs.list({ limit: 500 })).toHaveLength(201);
    expect(await test.api.logs.prune('2026-01-01T00:00:00.000Z')).toBe(0);
    expect(await test.api.logs.prune('2026-01-01T00:00:00.001Z')).toBe(201);
    expect(await test.api.logs.count()).toBe(0);
  });
});

describe('settings', () => {
  it('are kept by key', async () => {
    expect(await test.api.config.get('a')).toBeNull();
    const entry = await test.api.config.set('a', 'one');
    expect(entry).toEqual({ key: 'a', value: 'one', updatedAt: '2026-01-01T00:00:00.000Z' });
    await test.api.config.set('a', 'two');
    expect(await test.api.config.list()).toEqual([{ ...entry, value: 'two' }]);
    await test.api.config.delete('a');
    await expect(test.api.config.delete('a')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(test.api.config.set('a b', 'x')).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  it('that SweatShop knows must have a value it understands', async () => {
    for (const [key, value] of [
      ['wip.limits', 'three'],
      ['wip.limits', '{"in_progress":-1}'],
      ['agents.stale_after_ms', '0'],
    ] as const) {
      await expect(test.api.config.set(key, value)).rejects.toMatchObject({ code: 'InvalidInput' });
    }
    await test.api.config.set('wip.limits', '{"in_progress":3}');
    expect(await test.api.tickets.limits()).toEqual({ in_progress: 3 });
  });
});

describe('exchange states', () => {
  it('keep what an exchange does not tell', async () => {
    expect(await test.api.sync.get('github')).toBeNull();
    await test.api.sync.record('github', { lastIssueId: 5, etag: 'x', syncErrors: ['slow'] });
    await test.clock.advance(1);
    const state = await test.api.sync.record('github', { lastPrId: 6, etag: null });
    expect(state).toEqual({
      ...{ id: 'github', lastIssueId: 5, lastPrId: 6, syncErrors: ['slow'] },
      lastSyncAt: '2026-01-01T00:00:00.001Z',
    });
    expect(await test.api.sync.get('github')).toEqual(state);
    expect(await test.api.sync.list()).toEqual([state]);
  });
});
