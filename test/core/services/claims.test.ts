import { beforeEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

function addReady(title: string, more: object = {}) {
  return test.api.tickets.create({ title, status: 'ready', ...more });
}

describe('taking the next ticket', () => {
  it('gives the first that is ready, with agent and run', async () => {
    await addReady('Later', { priority: 'low' });
    const first = await addReady('First', { priority: 'high' });
    const waiting = await addReady('Waiting', { priority: 'critical', dependsOn: [first.id] });

    const claim = await test.api.tickets.claimNext('a-1');

    expect(claim).toMatchObject({
      ticket: { id: first.id, status: 'in_progress', assignedAgentId: 'a-1' },
      agent: { id: 'a-1', name: 'a-1', status: 'ASSIGNED', assignedTicketId: first.id },
      run: { ticketId: first.id, agentId: 'a-1', status: 'running' },
    });
    expect(await test.api.tickets.get(waiting.id)).toMatchObject({ status: 'ready' });
  });

  it('gives each ticket to one agent only', async () => {
    for (const title of ['One', 'Two', 'Three']) await addReady(title);
    const claims = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        test.api.tickets.claimNext(`a-${String(index)}`, undefined),
      ),
    );
    const taken = claims.flatMap((claim) => (claim ? [claim.ticket.id] : []));
    expect(taken).toHaveLength(3);
    expect(new Set(taken).size).toBe(3);
    expect(await test.api.agents.list()).toHaveLength(3);
  });

  it('takes only what fits', async () => {
    const project = await test.api.projects.create({ repositoryName: 'a/b', path: '/a' });
    await addReady('Any', { priority: 'critical' });
    const bug = await addReady('Bug', { kind: 'bug', labels: ['ui'] });
    const review = await addReady('Review', { agentType: 'reviewer' });
    const ours = await addReady('Ours', { projectId: project.id });

    const claims = [
      await test.api.tickets.claimNext('a-1', { kind: 'bug', label: 'ui' }),
      await test.api.tickets.claimNext('a-2', { agentType: 'reviewer' }),
      await test.api.tickets.claimNext('a-3', { projectId: project.id }),
      await test.api.tickets.claimNext('a-4', { label: 'none' }),
    ];

    expect(claims.map((claim) => claim?.ticket.id)).toEqual([
      ...[bug.id, review.id, ours.id, undefined],
    ]);
    expect(claims[1]?.agent.agentType).toBe('reviewer');
  });

  it('is what the agent did, so that a person does not take it back', async () => {
    const ticket = await addReady('One');
    await test.api.tickets.claimNext('a-1');
    const [event] = await test.api.events.list({ ticketId: ticket.id, limit: 1 });
    expect(event).toMatchObject({ actor: 'agent:a-1' });
  });

  it('is refused to an agent at work, and changes nothing', async () => {
    await addReady('One');
    await addReady('Two');
    await test.api.tickets.claimNext('a-1');
    await expect(test.api.tickets.claimNext('a-1')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    expect(await test.api.tickets.ready()).toHaveLength(1);
  });

  it('leaves the agent unknown when the column of work is full', async () => {
    await addReady('One');
    await addReady('Two');
    await test.api.tickets.setLimits({ in_progress: 1 });
    await test.api.tickets.claimNext('a-1');
    await expect(test.api.tickets.claimNext('a-2')).rejects.toMatchObject({
      code: 'LimitReached',
    });
    expect(await test.api.agents.get('a-2')).toBeNull();
  });
});

describe('what a program says of its agent', () => {
  it('makes the agent appear under its id, and changes it afterwards', async () => {
    expect(await test.api.agents.report('a-1', { port: 4300, pid: 7 })).toMatchObject({
      ...{ id: 'a-1', name: 'a-1', agentType: 'coder', status: 'IDLE', port: 4300 },
    });
    expect(await test.api.agents.report('a-1', { name: 'One', pid: null })).toEqual(
      expect.not.objectContaining({ pid: 7 }),
    );
    await expect(test.api.agents.report('a-2', { port: 4300 })).rejects.toMatchObject({
      code: 'Conflict',
    });
    expect(await test.api.agents.get('a-2')).toBeNull();
  });

  it('takes the steps on the way to a status', async () => {
    await addReady('One');
    await test.api.tickets.claimNext('a-1');
    const statuses = () =>
      test.pushes.flatMap(({ event, payload }) =>
        event === 'agent:status-changed' ? [(payload as { to: string }).to] : [],
      );
    await test.api.agents.report('a-1', { status: 'DEVELOPING', branchName: 'one' });
    await test.api.agents.report('a-1', { status: 'DEVELOPING' });
    await test.api.agents.report('a-1', { status: 'QA_READY' });
    await test.api.agents.reject('a-1', 'Tests are missing.');
    await test.api.agents.report('a-1', { status: 'QA_READY' });
    expect(statuses()).toEqual([
      ...['ASSIGNED', 'BRANCHING', 'DEVELOPING', 'PROVISIONING', 'QA_READY'],
      ...['REWORK', 'DEVELOPING', 'PROVISIONING', 'QA_READY'],
    ]);
  });

  it('passes over no person', async () => {
    await addReady('One');
    await test.api.tickets.claimNext('a-1');
    await test.api.agents.report('a-1', { status: 'DEVELOPING' });
    await test.api.agents.ask('a-1', 'Which colour?');
    await expect(
      test.api.agents.report('a-1', { status: 'QA_READY', pid: 9 }),
    ).rejects.toMatchObject({ code: 'InvalidTransition' });
    expect(await test.api.agents.get('a-1')).toEqual(expect.not.objectContaining({ pid: 9 }));
    await expect(test.api.agents.report('new', { status: 'QA_READY' })).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    expect(await test.api.agents.get('new')).toBeNull();
  });
});

describe('finding tickets', () => {
  it('takes those whose id starts with a text', async () => {
    const one = await addReady('One');
    const two = await addReady('Two');
    const list = (idPrefix: string) => test.api.tickets.list({ idPrefix });
    expect(await list(one.id.slice(0, 12))).toEqual([one]);
    expect(await list('tkt_')).toHaveLength(2);
    expect(await list(two.id.toUpperCase())).toEqual([]);
    expect(await list('%')).toEqual([]);
  });

  it('links and unlinks what tickets wait for', async () => {
    const [one, two, three] = [await addReady('1'), await addReady('2'), await addReady('3')];
    await test.api.tickets.updateMany([one.id], { addDependsOn: [two.id] });
    await test.api.tickets.updateMany([one.id], { addDependsOn: [three.id] });
    expect(await test.api.tickets.get(one.id)).toMatchObject({ dependsOn: [two.id, three.id] });
    await expect(
      test.api.tickets.updateMany([two.id], { addDependsOn: [one.id] }),
    ).rejects.toMatchObject({ code: 'DependencyCycle' });
    await test.api.tickets.updateMany([one.id], { removeDependsOn: [two.id] });
    expect(await test.api.tickets.get(one.id)).toMatchObject({ dependsOn: [three.id] });
  });
});
