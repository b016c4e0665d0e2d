import { beforeEach, describe, expect, it } from 'vitest';
import type { Epic, Gate, Stage } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let epic: Epic;
let design: Stage;
let build: Stage;

beforeEach(async () => {
  test = await openTestApp();
  epic = await test.api.epics.create({ title: 'Large', repoPath: '/r', githubId: 3 });
  design = await test.api.stages.create({ epicId: epic.id, name: 'Design' });
  build = await test.api.stages.create({ epicId: epic.id, name: 'Build' });
});

function gateOf(stage: Stage, fields: object = {}): Promise<Gate> {
  const data = { stageId: stage.id, gateType: 'approval' as const, description: 'Sound?' };
  return test.api.gates.create({ ...data, ...fields });
}

/** The epic's status and those of its stages, in order. */
async function shape(): Promise<string> {
  const detail = await test.api.epics.detail(epic.id);
  return [detail?.status, ...(detail?.stages.map(({ status }) => status) ?? [])].join(' ');
}

describe('epics', () => {
  it('are drafts at first, with stages in order', async () => {
    expect(epic).toEqual({
      id: expect.stringMatching(/^epc_/) as string,
      ...{ title: 'Large', description: '', acceptanceCriteria: [], repoPath: '/r', githubId: 3 },
      ...{ status: 'draft', createdAt: epic.createdAt, updatedAt: epic.updatedAt },
    });
    expect(design).toMatchObject({ epicId: epic.id, stageOrder: 0, status: 'pending' });
    expect(build.stageOrder).toBe(1);
    expect(await test.api.stages.list(epic.id)).toEqual([design, build]);
    const changed = await test.api.epics.update(epic.id, {
      ...{ acceptanceCriteria: ['Works'], githubId: null },
    });
    expect(changed).toMatchObject({ acceptanceCriteria: ['Works'] });
    expect(changed).not.toHaveProperty('githubId');
    expect(await test.api.epics.list({ status: ['draft'], repoPath: '/r' })).toEqual([changed]);
    await expect(
      test.api.epics.update(epic.id, { status: 'completed' } as object),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  it('go from stage to stage until they are completed', async () => {
    expect(await test.api.epics.markReady(epic.id)).toMatchObject({ status: 'ready' });
    const started = await test.api.epics.start(epic.id);
    expect(started).toMatchObject({ status: 'in_progress', currentStageId: design.id });
    expect(await shape()).toBe('in_progress in_progress pending');
    await test.api.epics.advance(epic.id);
    expect(await shape()).toBe('in_progress approved in_progress');
    const completed = await test.api.epics.advance(epic.id);
    expect(await shape()).toBe('completed approved approved');
    expect(completed).toMatchObject({ completedAt: expect.any(String) as string });
    expect(completed).not.toHaveProperty('currentStageId');
    const [first] = await test.api.stages.list(epic.id);
    expect(first).toMatchObject({ startedAt: design.createdAt, completedAt: design.createdAt });
  });

  it('refuse steps that do not follow', async () => {
    const refusal = { code: 'InvalidTransition', details: { from: 'draft' } };
    await expect(test.api.epics.advance(epic.id)).rejects.toMatchObject(refusal);
    await test.api.epics.start(epic.id);
    await expect(test.api.epics.start(epic.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await expect(test.api.epics.markReady(epic.id)).rejects.toMatchObject({
      ...{ code: 'InvalidTransition', details: { allowed: ['draft'] } },
    });
    await test.api.epics.cancel(epic.id, 'Enough');
    await expect(test.api.epics.cancel(epic.id, 'x')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await expect(test.api.stages.create({ epicId: epic.id, name: 'Late' })).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    const empty = await test.api.epics.create({ title: 'Empty' });
    await expect(test.api.epics.start(empty.id)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('do not leave a stage with unfinished tickets, unless a person says why', async () => {
    const ticket = await test.api.tickets.create({
      ...{ title: 'T', epicId: epic.id, stageId: design.id },
    });
    await test.api.tickets.create({ title: 'R', stageId: design.id, status: 'rejected' });
    await test.api.epics.start(epic.id);
    await expect(test.api.epics.advance(epic.id)).rejects.toMatchObject({
      ...{ code: 'DependencyUnmet', details: { blockedBy: [ticket.id] } },
    });
    await expect(test.api.epics.advance(epic.id, { override: true })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    await test.api.epics.advance(epic.id, { override: true, reason: 'Later' });
    expect(await shape()).toBe('in_progress approved in_progress');
    expect(await test.api.events.list({ subject: 'stages', subjectId: design.id })).toMatchObject([
      { reason: 'Later', before: { status: 'in_progress' }, after: { status: 'approved' } },
      {},
    ]);
  });

  it('cannot be taken back to where they were, as tickets can', async () => {
    await test.api.epics.start(epic.id);
    await expect(test.api.history.undo()).rejects.toMatchObject({
      ...{ code: 'Conflict', details: { subject: expect.any(String) as string } },
      message: 'The last change was not made to tickets; only those can be taken back.',
    });
  });

  it('leave their tickets behind when they are deleted', async () => {
    const ticket = await test.api.tickets.create({
      ...{ title: 'T', epicId: epic.id, stageId: design.id },
    });
    const gate = await gateOf(design);
    await test.api.epics.delete(epic.id);
    expect(await test.api.stages.list(epic.id)).toEqual([]);
    expect(await test.api.gates.get(gate.id)).toBeNull();
    const left = await test.api.tickets.get(ticket.id);
    expect(left).toMatchObject({ title: 'T' });
    expect(left).not.toHaveProperty('epicId');
    expect(left).not.toHaveProperty('stageId');
  });
});

describe('stages', () => {
  it('that have not started can be moved, renamed and deleted', async () => {
    const sing = await test.api.stages.create({ epicId: epic.id, name: 'Sing' });
    await test.api.epics.start(epic.id);
    const moved = await test.api.stages.move(sing.id, 0);
    expect(moved.map(({ name, stageOrder }) => [name, stageOrder])).toEqual([
      ...[
        ['Design', 0],
        ['Sing', 1],
        ['Build', 2],
      ],
    ]);
    const last = await test.api.stages.move(sing.id, 99);
    expect(last.map(({ name }) => name)).toEqual(['Design', 'Build', 'Sing']);
    await expect(test.api.stages.move(design.id, 2)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await expect(test.api.stages.delete(design.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await test.api.stages.update(sing.id, { name: 'Hum', description: 'Softly' });
    await test.api.stages.delete(sing.id);
    expect((await test.api.stages.list(epic.id)).map(({ name }) => name)).toEqual([
      ...['Design', 'Build'],
    ]);
  });

  it('can be skipped; the epic goes on from the current one', async () => {
    const sing = await test.api.stages.create({ epicId: epic.id, name: 'Sing' });
    await test.api.epics.start(epic.id);
    await test.api.stages.skip(build.id, 'Built already');
    expect(await shape()).toBe('in_progress in_progress skipped pending');
    await test.api.stages.skip(design.id, 'Designed already');
    expect(await shape()).toBe('in_progress skipped skipped in_progress');
    await test.api.stages.skip(sing.id, 'Hoarse');
    expect(await shape()).toBe('completed skipped skipped skipped');
    await expect(test.api.stages.skip(sing.id, 'x')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });
});

describe('gates', () => {
  it('stop the epic at the end of their stage until everybody named has approved', async () => {
    const gate = await gateOf(design, { requiredApprovers: ['ann', 'bob'] });
    expect(gate).toMatchObject({ approvalsNeeded: 2, status: 'pending', approvedBy: [] });
    await test.api.epics.start(epic.id);
    expect(await test.api.epics.advance(epic.id)).toMatchObject({
      ...{ status: 'awaiting_gate', blockedAtGateId: gate.id, currentStageId: design.id },
    });
    expect(await shape()).toBe('awaiting_gate awaiting_gate pending');
    await expect(test.api.epics.advance(epic.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    const half = await test.api.gates.approve(gate.id, { by: 'ann', comment: 'Fine' });
    expect(half).toMatchObject({ status: 'pending', approvedBy: ['ann'] });
    expect(await shape()).toBe('awaiting_gate awaiting_gate pending');
    const whole = await test.api.gates.approve(gate.id, { by: 'bob' });
    expect(whole).toMatchObject({
      ...{ status: 'approved', approvedBy: ['ann', 'bob'], approvedAt: epic.createdAt },
    });
    expect(await shape()).toBe('in_progress approved in_progress');
    expect(await test.api.epics.get(epic.id)).not.toHaveProperty('blockedAtGateId');
    expect(await test.api.decisions.list({ epicId: epic.id })).toMatchObject([
      {
        ...{ decisionType: 'gate_approved', decidedBy: 'human:bob' },
        outcome: { gateId: gate.id, approvedBy: ['ann', 'bob'] },
      },
    ]);
    expect(await test.api.gates.comments(gate.id)).toMatchObject([
      { author: 'ann', content: 'Fine' },
    ]);
  });

  it('know who may approve, and count everybody once', async () => {
    const gate = await gateOf(design, { requiredApprovers: ['ann', 'bob'], approvalsNeeded: 2 });
    await expect(test.api.gates.approve(gate.id, { by: 'eve' })).rejects.toMatchObject({
      ...{ code: 'Forbidden', details: { requiredApprovers: ['ann', 'bob'] } },
    });
    await expect(test.api.gates.reject(gate.id, { by: 'eve', reason: 'x' })).rejects.toMatchObject({
      code: 'Forbidden',
    });
    await test.api.gates.approve(gate.id, { by: 'ann' });
    await expect(test.api.gates.approve(gate.id, { by: 'ann' })).rejects.toMatchObject({
      code: 'Conflict',
    });
    expect(await test.api.gates.get(gate.id)).toMatchObject({ approvedBy: ['ann'] });
  });

  it('open to anyone where nobody is named, after as many approvals as they need', async () => {
    const gate = await gateOf(design, { approvalsNeeded: 2 });
    await test.api.gates.approve(gate.id, { by: 'eve' });
    expect(await test.api.gates.approve(gate.id, { by: 'bob' })).toMatchObject({
      status: 'approved',
    });
    expect(await gateOf(design)).toMatchObject({ approvalsNeeded: 1 });
    await expect(
      gateOf(design, { requiredApprovers: ['ann'], approvalsNeeded: 2 }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(gateOf(design, { requiredApprovers: [] })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
  });

  it('that are approved in time do not stop the epic', async () => {
    const gate = await gateOf(design);
    await test.api.gates.approve(gate.id, { by: 'ann' });
    await test.api.epics.start(epic.id);
    await test.api.epics.advance(epic.id);
    expect(await shape()).toBe('in_progress approved in_progress');
  });

  it('send the epic back with a reason, and ask anew when it returns', async () => {
    const gate = await gateOf(design);
    const other = await gateOf(design);
    await test.api.gates.approve(other.id, { by: 'ann' });
    await test.api.epics.start(epic.id);
    await test.api.epics.advance(epic.id);
    await expect(test.api.gates.reject(gate.id, { by: 'ann', reason: ' ' })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    expect(await test.api.gates.reject(gate.id, { by: 'ann', reason: 'Unsound' })).toMatchObject({
      ...{ status: 'rejected', rejectionReason: 'Unsound' },
    });
    expect(await shape()).toBe('in_progress in_progress pending');
    expect(await test.api.decisions.list()).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ decisionType: 'gate_rejected', decidedBy: 'human:ann' }),
      ]) as object,
    );
    await expect(test.api.gates.approve(gate.id, { by: 'ann' })).rejects.toMatchObject({
      ...{ code: 'InvalidTransition', details: { from: 'rejected' } },
    });
    expect(await test.api.epics.advance(epic.id)).toMatchObject({ blockedAtGateId: gate.id });
    const asked = await test.api.gates.get(gate.id);
    expect(asked).toMatchObject({ status: 'pending', approvedBy: [] });
    expect(asked).not.toHaveProperty('rejectionReason');
    await test.api.gates.approve(gate.id, { by: 'ann' });
    expect(await shape()).toBe('in_progress approved in_progress');
  });

  it('send the epic back from any gate of the stage, not only from the one it waits at', async () => {
    const first = await gateOf(design);
    await test.clock.advance(1);
    const second = await gateOf(design);
    await test.api.epics.start(epic.id);
    expect(await test.api.epics.advance(epic.id)).toMatchObject({ blockedAtGateId: first.id });
    await test.api.gates.reject(second.id, { by: 'ann', reason: 'Unsound' });
    expect(await shape()).toBe('in_progress in_progress pending');
  });

  it('stop the epic one after the other, and can be skipped with a reason', async () => {
    const first = await gateOf(design);
    await test.clock.advance(1);
    const second = await gateOf(design);
    await test.api.epics.start(epic.id);
    expect(await test.api.epics.advance(epic.id)).toMatchObject({ blockedAtGateId: first.id });
    await test.api.gates.skip(first.id, { by: 'ann', reason: 'Nobody is here' });
    expect(await test.api.epics.get(epic.id)).toMatchObject({
      ...{ status: 'awaiting_gate', blockedAtGateId: second.id },
    });
    expect(await test.api.decisions.list()).toMatchObject([
      { decisionType: 'human_override', outcome: { skipped: true, reason: 'Nobody is here' } },
    ]);
    await expect(test.api.gates.delete(second.id)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(test.api.gates.delete(first.id)).rejects.toMatchObject({ code: 'Conflict' });
    await test.api.gates.approve(second.id, { by: 'ann' });
    expect(await shape()).toBe('in_progress approved in_progress');
    await expect(gateOf(design)).rejects.toMatchObject({ code: 'InvalidTransition' });
    const late = await gateOf(build);
    await test.api.gates.delete(late.id);
    expect(await test.api.gates.list({ epicId: epic.id, status: ['approved'] })).toMatchObject([
      { id: second.id },
    ]);
  });
});

describe('pull requests', () => {
  it('follow a ticket until they are merged', async () => {
    const ticket = await test.api.tickets.create({ title: 'T' });
    const data = {
      ticketId: ticket.id,
      githubNumber: 7,
      githubUrl: 'https://g.test/7',
      branch: 'b',
    };
    const pull = await test.api.pullRequests.create(data);
    expect(pull).toMatchObject({ status: 'open', checksPassing: false, reviewStatus: 'pending' });
    await test.clock.advance(9);
    const merged = await test.api.pullRequests.update(pull.id, {
      ...{ status: 'merged', checksPassing: true, reviewStatus: 'approved' },
    });
    expect(merged).toMatchObject({ mergedAt: '2026-01-01T00:00:00.009Z', checksPassing: true });
    await expect(test.api.pullRequests.update(pull.id, { status: 'open' })).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    expect(await test.api.pullRequests.create({ ...data, status: 'merged' })).toHaveProperty(
      'mergedAt',
    );
    expect(await test.api.pullRequests.list({ ticketId: ticket.id, status: 'open' })).toEqual([]);
    await expect(
      test.api.pullRequests.create({ ...data, ticketId: 'tkt_nobody' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
    await test.api.tickets.delete(ticket.id);
    expect(await test.api.pullRequests.list()).toEqual([]);
  });
});
