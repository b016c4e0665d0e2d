import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent, Project, Ticket } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let project: Project;
let ticket: Ticket;
let coder: Agent;

beforeEach(async () => {
  test = await openTestApp();
  project = await test.api.projects.create({ repositoryName: 'owner/one', path: '/one' });
  ticket = await test.api.tickets.create({
    ...{ title: 'Planned', projectId: project.id, executionPlan: ['coder', 'reviewer', 'docs'] },
  });
  coder = await test.api.agents.create({ projectId: project.id, agentType: 'coder' });
});

function complete(stage: string, workerId?: string) {
  const report = { stage, content: `${stage} is done` };
  return test.api.plans.completeStage(
    ticket.id,
    workerId === undefined ? report : { ...report, workerId },
  );
}

describe('an execution plan', () => {
  it('starts as Planned and waits for its first worker type', () => {
    expect(ticket).toMatchObject({ lastCompletedStage: 'Planned', agentType: 'coder' });
  });

  it('moves on with comment, event and hand-over, all at once', async () => {
    const done = await complete('coder', coder.id);
    expect(done.nextStage).toBe('reviewer');
    expect(done.ticket).toMatchObject({
      ...{ lastCompletedStage: 'coder', agentType: 'reviewer', status: 'ready' },
    });
    expect(done.ticket).not.toHaveProperty('closedAt');
    expect(done.comment).toMatchObject({
      ...{ ticketId: ticket.id, workerType: 'coder', workerId: coder.id, stageNumber: 1 },
      content: 'coder is done',
    });
    expect(done.event).toMatchObject({
      ...{ eventType: 'ticket_stage_completed', ticketId: ticket.id, workerId: coder.id },
      ...{ stage: 'coder', processed: false, actor: `agent:${coder.id}` },
    });
    expect(await test.api.events.list({ processed: false })).toEqual([done.event]);
    expect(await test.api.comments.list({ ticketId: ticket.id })).toEqual([done.comment]);
    expect(await test.api.tickets.list({ agentType: 'reviewer', status: 'ready' })).toEqual([
      done.ticket,
    ]);
  });

  it('closes the ticket after its last stage and so frees what waited for it', async () => {
    const waiting = await test.api.tickets.create({ title: 'W', dependsOn: [ticket.id] });
    await complete('coder');
    await complete('reviewer');
    await test.clock.advance(60_000);
    const { ticket: closed, nextStage, comment } = await complete('docs');
    expect(nextStage).toBeNull();
    expect(comment.stageNumber).toBe(3);
    expect(closed).toMatchObject({
      ...{ status: 'merged', lastCompletedStage: 'docs' },
      ...{ closedAt: '2026-01-01T00:01:00.000Z', completedAt: '2026-01-01T00:01:00.000Z' },
    });
    expect(closed).not.toHaveProperty('agentType');
    expect(await test.api.tickets.get(waiting.id)).toMatchObject({ status: 'ready' });
    await expect(complete('docs')).rejects.toMatchObject({ code: 'InvalidTransition' });
  });

  it.each(['reviewer', 'Planned', 'painter', 'docs'])(
    'refuses %s out of order and changes nothing',
    async (stage) => {
      await expect(complete(stage)).rejects.toMatchObject({
        ...{
          code: 'InvalidTransition',
          details: { from: 'Planned', to: stage, allowed: ['coder'] },
        },
      });
      expect(await test.api.tickets.get(ticket.id)).toEqual(ticket);
      expect(await test.api.comments.list()).toEqual([]);
      expect(await test.api.events.list({ processed: false })).toEqual([]);
    },
  );

  it('has nothing to complete where there is no plan', async () => {
    const plain = await test.api.tickets.create({ title: 'Plain' });
    await expect(
      test.api.plans.completeStage(plain.id, { stage: 'coder', content: 'x' }),
    ).rejects.toMatchObject({ code: 'InvalidTransition', details: { allowed: [] } });
  });

  it('frees the agent that held the ticket; its run is complete', async () => {
    await test.api.orgs.create({ alias: 'one' });
    const { run } = await test.api.agents.assign(coder.id, { ticketId: ticket.id, org: true });
    await test.api.agents.update(coder.id, { status: 'BRANCHING' });
    const reviewer = await test.api.agents.create({ agentType: 'reviewer' });
    await expect(complete('coder', reviewer.id)).rejects.toMatchObject({
      ...{ code: 'Conflict', details: { agentId: coder.id } },
    });
    const { ticket: handed } = await complete('coder', coder.id);
    expect(handed).not.toHaveProperty('assignedAgentId');
    expect(handed).toMatchObject({ status: 'ready', agentType: 'reviewer' });
    expect(await test.api.agents.get(coder.id)).toMatchObject({ status: 'IDLE' });
    expect(await test.api.runs.get(run.id)).toMatchObject({ status: 'completed' });
    expect(await test.api.orgs.list()).toMatchObject([{ status: 'available' }]);
    await test.api.agents.assign(reviewer.id, { ticketId: ticket.id });
  });

  it('leaves all as it was when its worker does not exist', async () => {
    await expect(complete('coder', 'agt_nobody')).rejects.toMatchObject({ code: 'NotFound' });
    expect(await test.api.tickets.get(ticket.id)).toEqual(ticket);
  });

  it('may only name worker types of the project, and keeps what was completed', async () => {
    await expect(
      test.api.tickets.update(ticket.id, { executionPlan: ['coder', 'painter'] }),
    ).rejects.toMatchObject({
      ...{ code: 'InvalidInput' },
      details: { issues: [{ path: 'executionPlan.1' }] },
    });
    await expect(
      test.api.tickets.create({ title: 'x', projectId: project.id, executionPlan: ['painter'] }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(
      test.api.tickets.create({ title: 'x', executionPlan: ['coder', 'coder'] }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    await complete('coder');
    await expect(
      test.api.tickets.update(ticket.id, { executionPlan: ['docs'] }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(
      await test.api.tickets.update(ticket.id, { executionPlan: ['coder', 'security'] }),
    ).toMatchObject({ agentType: 'security', lastCompletedStage: 'coder' });
    expect(
      await test.api.tickets.create({ title: 'Free', executionPlan: ['anyone'] }),
    ).toMatchObject({ agentType: 'anyone' });
  });

  it('leaves a line in the audit trail with actor and reason', async () => {
    await complete('coder', coder.id);
    const trail = await test.api.events.list({ ticketId: ticket.id, eventType: 'status_changed' });
    expect(trail).toMatchObject([
      {
        ...{ actor: `agent:${coder.id}`, reason: 'The stage coder was completed.' },
        ...{ before: { status: 'backlog' }, after: { status: 'ready' } },
      },
    ]);
  });
});

describe('close', () => {
  it('ends a ticket as merged or rejected, with a reason', async () => {
    const other = await test.api.tickets.create({ title: 'Other' });
    await test.clock.advance(1);
    const closedAt = '2026-01-01T00:00:00.001Z';
    expect(await test.api.plans.close(ticket.id, { reason: 'By hand' })).toMatchObject({
      ...{ status: 'merged', closedAt, completedAt: closedAt, lastCompletedStage: 'Planned' },
    });
    const rejected = await test.api.plans.close(other.id, {
      ...{ outcome: 'rejected', reason: 'Nobody wants it' },
    });
    expect(rejected).toMatchObject({ status: 'rejected', closedAt });
    expect(rejected).not.toHaveProperty('completedAt');
    expect(
      await test.api.events.list({ ticketId: other.id, eventType: 'status_changed' }),
    ).toMatchObject([{ reason: 'Nobody wants it', actor: 'human' }]);
    await expect(test.api.plans.close(other.id, { reason: 'x' })).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await test.api.tickets.reopen(other.id, 'After all');
    await test.api.plans.close(other.id, { reason: 'x' });
  });

  it('is refused while an agent works on it', async () => {
    await test.api.agents.assign(coder.id, { ticketId: ticket.id });
    await expect(test.api.plans.close(ticket.id, { reason: 'x' })).rejects.toMatchObject({
      ...{ code: 'Conflict', details: { agentId: coder.id } },
    });
  });
});
