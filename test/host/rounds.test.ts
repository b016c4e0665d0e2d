import { expect, it, onTestFinished, vi } from 'vitest';
import { startRounds } from '../../src/host/rounds.ts';
import { SweatShopError } from '../../src/shared/errors.ts';
import { openTestApp } from '../support/test-app.ts';

it('votes end at their deadline and silent agents are noticed without anybody asking', async () => {
  const test = await openTestApp();
  const agent = await test.api.agents.create();
  const ticket = await test.api.tickets.create({ title: 'T' });
  await test.api.agents.assign(agent.id, { ticketId: ticket.id });
  await test.api.agents.heartbeat(agent.id);
  const { id } = await test.api.proposals.create({
    ...{ proposalType: 'workflow_change', proposerId: agent.id, title: 'P', description: '' },
    ...{ rationale: '', threshold: 'unanimous', votingDeadline: '2026-01-01T01:00:00.000Z' },
  });
  await test.api.proposals.startVote(id);

  const stop = startRounds(test.app, 5);
  const waiting = () => test.api.events.list({ processed: false });
  expect(await waiting()).toEqual([]);
  await test.clock.advance(3_600_000);
  await vi.waitFor(async () => {
    expect(await waiting()).toMatchObject([{ eventType: 'worker_stale', workerId: agent.id }]);
  });
  expect(await test.api.proposals.get(id)).toMatchObject({ status: 'rejected' });

  stop();
  await test.api.agents.heartbeat(agent.id);
  await test.clock.advance(3_600_000);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await waiting()).toEqual([]);
});

it('a round that the disk refuses is made up for when it takes writes again', async () => {
  const test = await openTestApp();
  const agent = await test.api.agents.create();
  const ticket = await test.api.tickets.create({ title: 'T' });
  await test.api.agents.assign(agent.id, { ticketId: ticket.id });
  await test.api.agents.heartbeat(agent.id);
  await test.clock.advance(3_600_000);
  const refusal = vi.fn(() => new SweatShopError('ReadOnly', 'The disk takes no writes.'));
  test.database.guardWrites(refusal);

  onTestFinished(startRounds(test.app, 5));
  await vi.waitFor(() => {
    expect(refusal.mock.calls.length).toBeGreaterThan(2);
  });
  const waiting = () => test.api.events.list({ processed: false });
  expect(await waiting()).toEqual([]);
  test.database.guardWrites(() => null);
  await vi.waitFor(async () => {
    expect(await waiting()).toMatchObject([{ eventType: 'worker_stale', workerId: agent.id }]);
  });
});
