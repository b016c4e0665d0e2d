import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent, Proposal, ProposalInput, VoteDecision } from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

const DEADLINE = '2026-01-01T01:00:00.000Z';

let test: TestApp;
let proposer: Agent;
let voters: Agent[];

beforeEach(async () => {
  test = await openTestApp();
  proposer = await test.api.agents.create({ agentType: 'architect' });
  voters = [];
  for (const agentType of ['coder', 'coder', 'pm']) {
    voters.push(await test.api.agents.create({ agentType }));
  }
});

function propose(fields: Partial<ProposalInput> = {}): Promise<Proposal> {
  return test.api.proposals.create({
    ...{ proposalType: 'tech_stack_choice', proposerId: proposer.id, title: 'Use it' },
    ...{ description: 'd', rationale: 'r', threshold: 'simple_majority' },
    ...fields,
  });
}

async function voting(fields: Partial<ProposalInput> = {}): Promise<Proposal> {
  return test.api.proposals.startVote((await propose(fields)).id);
}

async function cast(proposal: Proposal, voter: number, decision: VoteDecision): Promise<Proposal> {
  const answer = await test.api.proposals.vote(proposal.id, {
    ...{ voterId: voters[voter]?.id ?? '', decision, reasoning: 'Because', confidence: 0.5 },
  });
  return answer.proposal;
}

describe('proposals', () => {
  it('are open until the vote starts, and can be changed only then', async () => {
    const ticket = await test.api.tickets.create({ title: 'T' });
    const proposal = await propose({ options: ['a', 'b', 'a'], relatedTicketId: ticket.id });
    expect(proposal).toEqual({
      id: expect.stringMatching(/^prp_/) as string,
      ...{ proposalType: 'tech_stack_choice', proposerId: proposer.id, title: 'Use it' },
      ...{ description: 'd', rationale: 'r', threshold: 'simple_majority', status: 'open' },
      ...{ options: ['a', 'b'], affectedComponents: [], requiredVoters: [] },
      ...{ relatedTicketId: ticket.id, createdAt: proposal.createdAt },
    });
    const changed = await test.api.proposals.update(proposal.id, {
      ...{ title: 'Use that', relatedTicketId: null, affectedComponents: ['ui'] },
    });
    expect(changed).toMatchObject({ title: 'Use that', affectedComponents: ['ui'] });
    expect(changed).not.toHaveProperty('relatedTicketId');
    await test.api.proposals.startVote(proposal.id);
    for (const late of [
      test.api.proposals.update(proposal.id, { title: 'x' }),
      test.api.proposals.delete(proposal.id),
      test.api.proposals.startVote(proposal.id),
    ]) {
      await expect(late).rejects.toMatchObject({ code: 'InvalidTransition' });
    }
    await expect(propose({ proposerId: 'agt_nobody' })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(propose({ relatedTicketId: 'tkt_nobody' })).rejects.toMatchObject({
      code: 'NotFound',
    });
    await test.api.proposals.delete((await propose()).id);
    expect(await test.api.proposals.list({ status: 'open' })).toEqual([]);
  });

  it('have no vote before it is opened, nor with a deadline in the past', async () => {
    const proposal = await propose();
    await expect(cast(proposal, 0, 'approve')).rejects.toMatchObject({ code: 'InvalidTransition' });
    const late = await propose({ votingDeadline: '2025-12-31T00:00:00.000Z' });
    await expect(test.api.proposals.startVote(late.id)).rejects.toMatchObject({
      ...{ code: 'InvalidInput', details: { issues: [{ path: 'votingDeadline' }] } },
    });
  });
});

describe('a vote', () => {
  it.each([
    ['unanimous', ['approve', 'approve', 'approve'], 'approved'],
    ['unanimous', ['approve', 'reject'], 'rejected'],
    ['unanimous', ['approve', 'abstain', 'approve'], 'approved'],
    ['super_majority', ['approve', 'reject', 'approve'], 'approved'],
    ['super_majority', ['reject', 'reject'], 'rejected'],
    ['simple_majority', ['approve', 'approve'], 'approved'],
    ['simple_majority', ['approve', 'reject', 'abstain'], 'rejected'],
    ['single_approval', ['reject', 'reject', 'approve'], 'approved'],
    ['single_approval', ['approve'], 'approved'],
    ['single_approval', ['reject', 'abstain', 'reject'], 'rejected'],
  ] as const)('by %s after %j is %s, and not before', async (threshold, decisions, outcome) => {
    const proposal = await voting({ threshold });
    for (const [index, decision] of decisions.entries()) {
      const { status } = await cast(proposal, index, decision);
      expect(status).toBe(index === decisions.length - 1 ? outcome : 'voting');
    }
    const [decision, ...others] = await test.api.decisions.list({ proposalId: proposal.id });
    expect(others).toEqual([]);
    expect(decision).toMatchObject({
      ...{ decisionType: `proposal_${outcome}`, decidedBy: 'sangha', description: 'Use it' },
      outcome: { threshold, approve: decisions.filter((vote) => vote === 'approve').length },
    });
    expect(await test.api.proposals.get(proposal.id)).toMatchObject({
      resolvedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('keeps who voted what, as what and how sure', async () => {
    const proposal = await voting();
    await cast(proposal, 2, 'abstain');
    expect(await test.api.proposals.votes(proposal.id)).toEqual([
      {
        id: expect.stringMatching(/^vot_/) as string,
        ...{ proposalId: proposal.id, voterId: voters[2]?.id, voterType: 'pm' },
        ...{ decision: 'abstain', reasoning: 'Because', confidence: 0.5 },
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ]);
    for (const confidence of [-0.1, 1.1, Number.NaN]) {
      await expect(
        test.api.proposals.vote(proposal.id, {
          ...{ voterId: voters[0]?.id ?? '', decision: 'approve', reasoning: 'x', confidence },
        }),
      ).rejects.toMatchObject({ code: 'InvalidInput' });
    }
  });

  it('is cast once by each voter, but again by one who needed more information', async () => {
    const proposal = await voting({ threshold: 'unanimous' });
    await cast(proposal, 0, 'approve');
    await expect(cast(proposal, 0, 'reject')).rejects.toMatchObject({ code: 'Conflict' });
    await cast(proposal, 1, 'need_more_info');
    expect((await cast(proposal, 2, 'approve')).status).toBe('voting');
    expect((await cast(proposal, 1, 'approve')).status).toBe('approved');
    expect(await test.api.proposals.votes(proposal.id)).toHaveLength(3);
    await expect(cast(proposal, 1, 'approve')).rejects.toMatchObject({ code: 'InvalidTransition' });
  });

  it('waits for the types it names, and for nobody else', async () => {
    const proposal = await voting({ requiredVoters: ['pm'] });
    expect((await cast(proposal, 0, 'reject')).status).toBe('voting');
    expect((await cast(proposal, 2, 'approve')).status).toBe('rejected');
    const other = await voting({ requiredVoters: ['pm'] });
    expect((await cast(other, 2, 'approve')).status).toBe('approved');
  });

  it('waits for a type that nobody has yet', async () => {
    const proposal = await voting({ requiredVoters: ['pm', 'security'] });
    expect((await cast(proposal, 2, 'approve')).status).toBe('voting');
    voters.push(await test.api.agents.create({ agentType: 'security' }));
    expect((await cast(proposal, 3, 'approve')).status).toBe('approved');
  });

  it('does not wait for the proposer, who may vote all the same', async () => {
    const proposal = await voting({ threshold: 'unanimous' });
    const { proposal: after } = await test.api.proposals.vote(proposal.id, {
      ...{ voterId: proposer.id, decision: 'reject', reasoning: 'I was wrong' },
    });
    expect(after.status).toBe('rejected');
  });

  it('is decided at its deadline by the votes that are in', async () => {
    const [won, lost, empty, later] = [
      await voting({ votingDeadline: DEADLINE }),
      await voting({ votingDeadline: DEADLINE }),
      await voting({ votingDeadline: DEADLINE }),
      await voting({ votingDeadline: '2026-01-02T00:00:00.000Z' }),
    ];
    await cast(won, 0, 'approve');
    await cast(won, 1, 'need_more_info');
    await cast(lost, 0, 'reject');
    await test.clock.advance(3_600_000 - 1);
    expect(await test.api.proposals.settleOverdue()).toEqual([]);
    await test.clock.advance(1);
    await expect(cast(won, 2, 'reject')).rejects.toMatchObject({ code: 'InvalidTransition' });
    const settled = await test.api.proposals.settleOverdue();
    expect(Object.fromEntries(settled.map(({ id, status }) => [id, status]))).toEqual({
      ...{ [won.id]: 'approved', [lost.id]: 'rejected', [empty.id]: 'rejected' },
    });
    expect(await test.api.proposals.get(later.id)).toMatchObject({ status: 'voting' });
    expect(await test.api.decisions.list({ proposalId: won.id })).toMatchObject([
      {
        decidedBy: 'sangha',
        outcome: { approve: 1, reject: 0, outstanding: 2, endedBy: 'system' },
      },
    ]);
    expect(await test.api.proposals.settleOverdue()).toEqual([]);
  });

  it('can be ended by a person', async () => {
    const proposal = await voting();
    await cast(proposal, 0, 'approve');
    expect(await test.api.proposals.endVote(proposal.id)).toMatchObject({ status: 'approved' });
    await expect(test.api.proposals.endVote(proposal.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
    await expect(test.api.proposals.endVote((await propose()).id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });
});

describe('a person', () => {
  it('can veto, with a reason, whatever the vote said', async () => {
    const proposal = await voting({ threshold: 'single_approval' });
    await cast(proposal, 0, 'approve');
    await expect(
      test.api.proposals.veto(proposal.id, { by: 'ann', reason: '' }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(await test.api.proposals.veto(proposal.id, { by: 'ann', reason: 'No' })).toMatchObject({
      ...{ status: 'vetoed', vetoedBy: 'ann', vetoReason: 'No' },
    });
    expect(await test.api.decisions.list({ decisionType: 'human_veto' })).toMatchObject([
      { proposalId: proposal.id, decidedBy: 'human:ann', outcome: { reason: 'No' } },
    ]);
    await expect(
      test.api.proposals.veto(proposal.id, { by: 'ann', reason: 'No' }),
    ).rejects.toMatchObject({ code: 'InvalidTransition' });
    await expect(cast(proposal, 1, 'approve')).rejects.toMatchObject({ code: 'InvalidTransition' });
  });

  it('can force a decision, with a reason, whatever the vote said', async () => {
    const proposal = await voting({ threshold: 'unanimous', options: ['a', 'b'] });
    await cast(proposal, 0, 'reject');
    const forcing = { by: 'ann', reason: 'Trust me', outcome: 'approved' as const };
    await expect(
      test.api.proposals.force(proposal.id, { ...forcing, chosenOption: 'c' }),
    ).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(
      await test.api.proposals.force(proposal.id, { ...forcing, chosenOption: 'b' }),
    ).toMatchObject({
      ...{ status: 'approved', forcedBy: 'ann', forceReason: 'Trust me', chosenOption: 'b' },
    });
    expect(await test.api.decisions.list({ decisionType: 'human_override' })).toMatchObject([
      { decidedBy: 'human:ann', outcome: { outcome: 'approved', reason: 'Trust me' } },
    ]);
    await expect(test.api.proposals.force(proposal.id, forcing)).rejects.toMatchObject({
      ...{ code: 'InvalidTransition', details: { from: 'approved', to: 'approved' } },
    });
  });
});

describe('an approved proposal', () => {
  async function approved(options: string[]): Promise<Proposal> {
    return cast(await voting({ threshold: 'single_approval', options }), 0, 'approve');
  }

  it('means its only option, or the one a person chooses', async () => {
    expect(await approved(['a'])).toMatchObject({ chosenOption: 'a' });
    const open = await approved(['a', 'b']);
    expect(open).not.toHaveProperty('chosenOption');
    expect(await test.api.proposals.choose(open.id, 'b')).toMatchObject({ chosenOption: 'b' });
    await expect(test.api.proposals.choose(open.id, 'c')).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    const early = await propose({ options: ['a'] });
    await expect(test.api.proposals.choose(early.id, 'a')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });

  it('is carried out, and taken back', async () => {
    const { id } = await approved([]);
    await expect(
      test.api.proposals.finish(id, { outcome: 'executed', result: {} }),
    ).rejects.toMatchObject({ code: 'InvalidTransition', details: { allowed: ['executing'] } });
    expect(await test.api.proposals.execute(id)).toMatchObject({ status: 'executing' });
    await expect(
      test.api.proposals.veto(id, { by: 'ann', reason: 'Too late' }),
    ).rejects.toMatchObject({ code: 'InvalidTransition' });
    await test.clock.advance(3);
    expect(
      await test.api.proposals.finish(id, { outcome: 'executed', result: { files: 2 } }),
    ).toMatchObject({
      ...{ status: 'executed', executedAt: '2026-01-01T00:00:00.003Z' },
      executionResult: { files: 2 },
    });
    expect(await test.api.proposals.rollBack(id, 'It hurt')).toMatchObject({
      ...{ status: 'rolled_back', executionResult: { files: 2, rolledBackBecause: 'It hurt' } },
    });
    await expect(test.api.proposals.rollBack(id, 'x')).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });

  it('leaves its way through the statuses in the audit trail', async () => {
    const { id } = await approved([]);
    const trail = await test.api.events.list({ subject: 'proposals', subjectId: id });
    expect(
      trail.map(({ actor, before, after }) => [actor, before?.['status'], after?.['status']]),
    ).toEqual([
      ['sangha', 'voting', 'approved'],
      ['human', 'open', 'voting'],
    ]);
  });
});
