import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_WORKER_TYPES } from '../../../src/core/services/default-worker-types.ts';
import { AGENT_TYPES, type Project } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let project: Project;

beforeEach(async () => {
  test = await openTestApp();
  project = await test.api.projects.create({
    ...{ repositoryName: 'owner/one', path: '/one', shortDescription: 'One' },
  });
});

function typesOf(projectId: string): Promise<string[]> {
  return test.api.workerTypes
    .list({ projectId })
    .then((types) => types.map(({ workerType }) => workerType));
}

describe('projects', () => {
  it('are created, found by id and name, listed from the newest, changed and deleted', async () => {
    expect(project).toEqual({
      id: expect.stringMatching(/^prj_[\w-]{21}$/) as string,
      ...{ repositoryName: 'owner/one', path: '/one', shortDescription: 'One' },
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    });
    await test.clock.advance(1000);
    const second = await test.api.projects.create({ repositoryName: 'owner/two', path: '/two' });
    expect(await test.api.projects.list()).toEqual([second, project]);
    expect(await test.api.projects.list({ limit: 1, offset: 1 })).toEqual([project]);
    expect(await test.api.projects.get(project.id)).toEqual(project);
    expect(await test.api.projects.getByName('owner/one')).toEqual(project);
    expect(await test.api.projects.getByName('owner/none')).toBeNull();
    const changed = await test.api.projects.update(project.id, {
      ...{ path: '/elsewhere', shortDescription: null },
    });
    expect(changed).toMatchObject({ path: '/elsewhere', updatedAt: '2026-01-01T00:00:01.000Z' });
    expect(changed).not.toHaveProperty('shortDescription');
    await test.api.projects.delete(project.id);
    expect(await test.api.projects.get(project.id)).toBeNull();
    expect(await typesOf(project.id)).toEqual([]);
    await expect(test.api.projects.delete(project.id)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('have names of their own', async () => {
    await expect(
      test.api.projects.create({ repositoryName: 'owner/one', path: '/' }),
    ).rejects.toMatchObject({ code: 'Conflict', details: { field: 'repositoryName' } });
    const other = await test.api.projects.create({ repositoryName: 'owner/two', path: '/' });
    await expect(
      test.api.projects.update(other.id, { repositoryName: 'owner/one' }),
    ).rejects.toMatchObject({ code: 'Conflict' });
    await expect(
      test.api.projects.create({ repositoryName: ' ', path: '/' }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  it('go with their tickets and agents only if a person agrees, and not while an agent works', async () => {
    const agent = await test.api.agents.create({ projectId: project.id });
    const ticket = await test.api.tickets.create({ title: 'T', projectId: project.id });
    const outside = await test.api.tickets.create({ title: 'O', dependsOn: [ticket.id] });
    await test.api.agents.assign(agent.id, { ticketId: ticket.id });
    await expect(test.api.projects.delete(project.id)).rejects.toMatchObject({
      ...{ code: 'Conflict', details: { tickets: 1, agents: 1 } },
    });
    await expect(test.api.projects.delete(project.id, { withHistory: true })).rejects.toMatchObject(
      { code: 'Conflict' },
    );
    expect(await test.api.tickets.get(ticket.id)).not.toBeNull();
    await test.api.agents.stop(agent.id);
    await test.api.projects.delete(project.id, { withHistory: true });
    expect(await test.api.tickets.list()).toMatchObject([{ id: outside.id, dependsOn: [] }]);
    expect(await test.api.agents.list()).toEqual([]);
  });

  it('take agents that voted, and what they proposed, along', async () => {
    const [one, two] = [
      await test.api.agents.create({ projectId: project.id }),
      await test.api.agents.create(),
    ];
    const propose = (proposerId: string) =>
      test.api.proposals.create({
        ...{ proposalType: 'workflow_change', proposerId, title: 'P', description: '' },
        ...{ rationale: '', threshold: 'unanimous' },
      });
    const [mine, yours] = [await propose(one.id), await propose(two.id)];
    await test.api.proposals.startVote(yours.id);
    await test.api.proposals.vote(yours.id, {
      ...{ voterId: one.id, decision: 'abstain', reasoning: 'Hm' },
    });
    await test.api.logs.add(one.id, { message: 'Hello' });
    await expect(test.api.agents.delete(one.id)).rejects.toMatchObject({
      details: { proposals: 1, votes: 1, logs: 1, runs: 0 },
      message: expect.stringContaining('1 logs, 1 proposals, 1 votes') as string,
    });
    await test.api.projects.delete(project.id, { withHistory: true });
    expect(await test.api.proposals.get(mine.id)).toBeNull();
    expect(await test.api.proposals.votes(yours.id)).toEqual([]);
  });
});

describe('worker types', () => {
  it('are seeded with each project, one for each type of agent', async () => {
    expect(await typesOf(project.id)).toEqual([...AGENT_TYPES].sort());
    expect(DEFAULT_WORKER_TYPES.map(({ workerType }) => workerType).sort()).toEqual(
      [...AGENT_TYPES].sort(),
    );
  });

  it('are seeded again without touching what is there', async () => {
    const [first, second] = await test.api.workerTypes.list({ projectId: project.id });
    await test.api.workerTypes.update(first?.id ?? '', { systemPrompt: 'Mine' });
    await test.api.workerTypes.delete(second?.id ?? '');
    const seeded = await test.api.projects.seedWorkerTypes(project.id);
    expect(seeded.map(({ workerType }) => workerType)).toEqual([...AGENT_TYPES].sort());
    expect(seeded[0]).toMatchObject({ id: first?.id, systemPrompt: 'Mine' });
    expect(await test.api.projects.seedWorkerTypes(project.id)).toEqual(seeded);
    await expect(test.api.projects.seedWorkerTypes('prj_nobody')).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  it('have a name that is unique in their project', async () => {
    const data = { projectId: project.id, workerType: 'painter', systemPrompt: 'Paint' };
    const painter = await test.api.workerTypes.create(data);
    expect(await test.api.workerTypes.get(painter.id)).toEqual(painter);
    await expect(test.api.workerTypes.create(data)).rejects.toMatchObject({
      ...{ code: 'Conflict', details: { field: 'workerType' } },
    });
    await expect(
      test.api.workerTypes.update(painter.id, { workerType: 'coder' }),
    ).rejects.toMatchObject({ code: 'Conflict' });
    const other = await test.api.projects.create({ repositoryName: 'owner/two', path: '/' });
    await test.api.workerTypes.create({ ...data, projectId: other.id });
    await expect(
      test.api.workerTypes.create({ ...data, projectId: 'prj_nobody' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('are neither deleted nor renamed while the plan of an open ticket names them', async () => {
    const ticket = await test.api.tickets.create({
      ...{ title: 'T', projectId: project.id, executionPlan: ['coder'] },
    });
    const [coder] = await test.api.workerTypes.list({ workerType: 'coder' });
    const id = coder?.id ?? '';
    const refusal = { code: 'Conflict', details: { tickets: [ticket.id] } };
    await expect(test.api.workerTypes.delete(id)).rejects.toMatchObject(refusal);
    await expect(test.api.workerTypes.update(id, { workerType: 'hacker' })).rejects.toMatchObject(
      refusal,
    );
    await test.api.workerTypes.update(id, { workerType: 'coder', shortDescription: 'Codes' });
    await test.api.plans.close(ticket.id, { reason: 'Done by hand' });
    await test.api.workerTypes.delete(id);
  });
});

describe('comments', () => {
  it('belong to a ticket, keep their order and say who wrote them', async () => {
    const ticket = await test.api.tickets.create({ title: 'T' });
    const agent = await test.api.agents.create({ agentType: 'reviewer' });
    const mine = await test.api.comments.create({ ticketId: ticket.id, content: 'Mine' });
    const its = await test.api.comments.create({
      ...{ ticketId: ticket.id, content: 'Its', workerId: agent.id, stageNumber: 2 },
    });
    expect(mine).toEqual({
      id: expect.stringMatching(/^cmt_/) as string,
      ...{ ticketId: ticket.id, content: 'Mine', createdAt: '2026-01-01T00:00:00.000Z' },
    });
    expect(its).toMatchObject({ workerType: 'reviewer', workerId: agent.id, stageNumber: 2 });
    expect(await test.api.comments.list({ ticketId: ticket.id })).toEqual([mine, its]);
    expect(await test.api.comments.list({ workerId: agent.id })).toEqual([its]);
    await test.api.agents.delete(agent.id);
    expect(await test.api.comments.get(its.id)).toEqual({
      ...{ id: its.id, ticketId: ticket.id, content: 'Its', workerType: 'reviewer' },
      ...{ stageNumber: 2, createdAt: its.createdAt },
    });
    await test.api.comments.update(mine.id, { content: 'Better' });
    await test.api.tickets.delete(ticket.id);
    expect(await test.api.comments.list()).toEqual([]);
  });

  it('refuse tickets and workers that do not exist, and empty text', async () => {
    const ticket = await test.api.tickets.create({ title: 'T' });
    for (const data of [
      { ticketId: 'tkt_nobody', content: 'x' },
      { ticketId: ticket.id, content: 'x', workerId: 'agt_nobody' },
    ]) {
      await expect(test.api.comments.create(data)).rejects.toMatchObject({ code: 'NotFound' });
    }
    await expect(
      test.api.comments.create({ ticketId: ticket.id, content: ' \n' }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});

describe('the queue of events', () => {
  it('gives what waits, the oldest first, until it is resolved', async () => {
    const agent = await test.api.agents.create();
    const first = await test.api.events.create({
      ...{ eventType: 'worker_stopped', workerId: agent.id, reason: 'Killed' },
    });
    const second = await test.api.events.create({ eventType: 'worker_stopped' });
    expect(first).toMatchObject({ processed: false, actor: `agent:${agent.id}`, reason: 'Killed' });
    expect(second.actor).toBe('system');
    expect(await test.api.events.list({ processed: false })).toEqual([first, second]);
    await test.clock.advance(5);
    const resolved = await test.api.events.resolve(first.id, 'Started again');
    expect(resolved).toEqual({
      ...{ ...first, processed: true, resolution: 'Started again' },
      processedAt: '2026-01-01T00:00:00.005Z',
    });
    expect(await test.api.events.get(first.id)).toEqual(resolved);
    expect(await test.api.events.list({ processed: false })).toEqual([second]);
    expect(await test.api.events.count({ processed: true, eventType: 'worker_stopped' })).toBe(1);
    await expect(test.api.events.resolve(first.id, 'Twice')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await expect(
      test.api.events.create({ eventType: 'worker_stopped', ticketId: 'tkt_nobody' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
  });
});
