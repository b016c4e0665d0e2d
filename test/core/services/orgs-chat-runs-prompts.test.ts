import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let agent: Agent;

beforeEach(async () => {
  test = await openTestApp();
  agent = await test.api.agents.create();
});

describe('orgs', () => {
  it('are leased to one agent at a time', async () => {
    const org = await test.api.orgs.create({ alias: 'one' });
    const other = await test.api.agents.create();
    const claims = await Promise.allSettled([
      test.api.orgs.claim(agent.id, org.id),
      test.api.orgs.claim(other.id, org.id),
    ]);
    expect(claims.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(claims[1]).toMatchObject({
      reason: { code: 'Conflict', details: { agentId: agent.id } },
    });
    expect(await test.api.agents.get(agent.id)).toMatchObject({ assignedOrgAlias: 'one' });
  });

  it('are claimed in the order of how long they live', async () => {
    await test.api.orgs.create({ alias: 'soon', expiresAt: '2026-01-02T00:00:00.000Z' });
    await test.api.orgs.create({ alias: 'later', expiresAt: '2026-02-02T00:00:00.000Z' });
    await test.api.orgs.create({ alias: 'gone', expiresAt: '2025-01-02T00:00:00.000Z' });
    await test.api.orgs.create({ alias: 'broken', status: 'error' });
    const aliases: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const { id } = await test.api.agents.create();
      aliases.push((await test.api.orgs.claim(id)).alias);
    }
    expect(aliases).toEqual(['later', 'soon']);
    await expect(test.api.orgs.claim(agent.id)).rejects.toMatchObject({ code: 'LimitReached' });
  });

  it('cannot be claimed by an agent that holds one', async () => {
    await test.api.orgs.create({ alias: 'one' });
    await test.api.orgs.create({ alias: 'two' });
    await test.api.orgs.claim(agent.id);
    await expect(test.api.orgs.claim(agent.id)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('are expired when they come back too late', async () => {
    const org = await test.api.orgs.create({ alias: 'one', expiresAt: '2026-01-01T00:00:01.000Z' });
    await test.api.orgs.claim(agent.id);
    await test.clock.advance(2_000);
    expect(await test.api.orgs.release(org.id)).toMatchObject({ status: 'expired' });
    await expect(test.api.orgs.claim(agent.id, org.id)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('can be released twice', async () => {
    const org = await test.api.orgs.create({ alias: 'one' });
    await test.api.orgs.claim(agent.id);
    const released = await test.api.orgs.release(org.id);
    expect(await test.api.orgs.release(org.id)).toEqual(released);
    expect(await test.api.agents.get(agent.id)).not.toHaveProperty('assignedOrgAlias');
  });

  it('cannot be deleted, renamed or marked while an agent holds them', async () => {
    const org = await test.api.orgs.create({ alias: 'one' });
    await test.api.orgs.claim(agent.id);
    const refused = { code: 'Conflict', message: 'Agent 1 holds the org one. Release it first.' };
    await expect(test.api.orgs.delete(org.id)).rejects.toMatchObject(refused);
    await expect(test.api.orgs.update(org.id, { alias: 'two' })).rejects.toMatchObject(refused);
    await expect(test.api.orgs.update(org.id, { status: 'error' })).rejects.toMatchObject(refused);
    const loginUrl = 'https://example.test/login';
    expect(await test.api.orgs.update(org.id, { loginUrl })).toMatchObject({ loginUrl });
  });

  it('come back from an agent that another program deleted', async () => {
    const org = await test.api.orgs.create({ alias: 'one' });
    await test.api.orgs.claim(agent.id);
    await test.changeAsAnotherProgram('DELETE FROM agents');
    await expect(test.api.orgs.delete(org.id)).rejects.toMatchObject({ code: 'Conflict' });
    expect(await test.api.orgs.release(org.id)).toMatchObject({ status: 'available' });
  });

  it('have one alias each', async () => {
    await test.api.orgs.create({ alias: 'one' });
    const two = await test.api.orgs.create({ alias: 'two' });
    const refused = { code: 'Conflict', details: { field: 'alias' } };
    await expect(test.api.orgs.create({ alias: 'one' })).rejects.toMatchObject(refused);
    await expect(test.api.orgs.update(two.id, { alias: 'one' })).rejects.toMatchObject(refused);
  });

  it('do not take a day that does not exist', async () => {
    await expect(
      test.api.orgs.create({ alias: 'x', expiresAt: '2026-02-30T00:00:00.000Z' }),
    ).rejects.toMatchObject({ code: 'InvalidInput', details: { issues: [{ path: 'expiresAt' }] } });
  });

  it('do not take a login address that could run a script', async () => {
    await expect(
      test.api.orgs.create({ alias: 'x', loginUrl: 'javascript:alert(1)' }),
    ).rejects.toMatchObject({ code: 'InvalidInput', details: { issues: [{ path: 'loginUrl' }] } });
  });
});

describe('chat', () => {
  it('gives the last messages, and those before them', async () => {
    for (let n = 1; n <= 5; n += 1) {
      await test.api.chat.post(agent.id, { role: 'agent', content: String(n) });
    }
    const contents = (list: readonly { content: string }[]) => list.map(({ content }) => content);
    const last = await test.api.chat.history(agent.id, { limit: 2 });
    expect(contents(last)).toEqual(['4', '5']);
    const beforeId = last[0]?.id ?? '';
    expect(contents(await test.api.chat.history(agent.id, { limit: 2, beforeId }))).toEqual([
      '2',
      '3',
    ]);
    expect(await test.api.chat.history(agent.id)).toHaveLength(5);
  });

  it('refuses an empty message and an unknown agent', async () => {
    await expect(test.api.chat.send(agent.id, ' \n')).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { issues: [{ path: 'content' }] },
    });
    await expect(test.api.chat.send('agt_no', 'x')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(test.api.chat.history('agt_no')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('leaves an idle agent idle', async () => {
    await test.api.chat.send(agent.id, 'Hello');
    expect(await test.api.agents.get(agent.id)).toMatchObject({ status: 'IDLE' });
  });
});

describe('runs', () => {
  it('can be started, measured and ended by hand', async () => {
    const ticket = await test.api.tickets.create({ title: 'Work' });
    const { id } = await test.api.runs.create({ ticketId: ticket.id, agentId: agent.id });
    await expect(
      test.api.runs.create({ ticketId: ticket.id, agentId: agent.id }),
    ).rejects.toMatchObject({ code: 'Conflict', details: { runId: id } });
    await test.api.runs.addTokens(id, { promptTokens: 10 });
    await test.api.runs.addTokens(id, { promptTokens: 5, completionTokens: 7 });
    await test.api.runs.incrementIntervention(id, { type: 'question', agentMessage: '?' });
    expect(await test.api.runs.current(agent.id)).toMatchObject({
      promptTokensUsed: 15,
      completionTokensUsed: 7,
      humanInterventionCount: 1,
    });
    await expect(
      test.api.runs.addTokens(id, { promptTokens: Number.MAX_SAFE_INTEGER }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(await test.api.runs.complete(id, 'failed')).toMatchObject({ status: 'failed' });
    await expect(test.api.runs.complete(id)).rejects.toMatchObject({ code: 'InvalidTransition' });
    expect(await test.api.runs.current(agent.id)).toBeNull();
  });

  it('are listed by ticket, agent and status, the newest first', async () => {
    const [a, b] = [
      await test.api.tickets.create({ title: 'a' }),
      await test.api.tickets.create({ title: 'b' }),
    ];
    const first = await test.api.runs.create({ ticketId: a.id, agentId: agent.id });
    await test.api.runs.complete(first.id);
    await test.clock.advance(1);
    const second = await test.api.runs.create({ ticketId: b.id, agentId: agent.id });
    const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
    expect(ids(await test.api.runs.list())).toEqual([second.id, first.id]);
    expect(ids(await test.api.runs.list(a.id))).toEqual([first.id]);
    expect(ids(await test.api.runs.list({ agentId: agent.id, status: 'running' }))).toEqual([
      second.id,
    ]);
  });
});

describe('prompts', () => {
  it('belong to a run of the same ticket', async () => {
    const [a, b] = [
      await test.api.tickets.create({ title: 'a' }),
      await test.api.tickets.create({ title: 'b' }),
    ];
    const run = await test.api.runs.create({ ticketId: a.id, agentId: agent.id });
    const prompt = await test.api.prompts.create({
      ticketId: a.id,
      runId: run.id,
      promptText: 'p',
    });
    await expect(
      test.api.prompts.create({ ticketId: b.id, runId: run.id, promptText: 'p' }),
    ).rejects.toMatchObject({ code: 'InvalidInput', details: { issues: [{ path: 'runId' }] } });
    expect(await test.api.prompts.list({ runId: run.id })).toEqual([prompt]);
    await test.api.prompts.delete(prompt.id);
    expect(await test.api.prompts.get(prompt.id)).toBeNull();
  });
});
