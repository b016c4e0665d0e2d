import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  AGENT_STATUSES,
  AGENT_TRANSITIONS,
  type AgentStatus,
  type TicketStatus,
} from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

/** Where the ticket of an agent stands; after an error, wherever it stood before. */
const COLUMNS: Record<AgentStatus, readonly TicketStatus[]> = {
  IDLE: [],
  ASSIGNED: ['in_progress'],
  BRANCHING: ['in_progress'],
  DEVELOPING: ['in_progress'],
  NEEDS_INPUT: ['in_progress'],
  PROVISIONING: ['in_progress'],
  QA_READY: ['qa_review'],
  MERGING: ['approved'],
  REWORK: ['rejected'],
  ERROR: ['in_progress', 'qa_review', 'approved', 'rejected'],
};

/** The call that takes an agent into a status; the others are plain updates. */
const CALLS: Partial<Record<AgentStatus, string>> = {
  ASSIGNED: 'assign',
  NEEDS_INPUT: 'ask',
  MERGING: 'approve',
  REWORK: 'reject',
  ERROR: 'fail',
  IDLE: 'merge',
};

const step = fc.oneof(
  // A way on from wherever it stands, or else no walk would come far.
  { weight: 6, arbitrary: fc.record({ call: fc.constant('on' as const), choice: fc.nat(2) }) },
  fc.record({ call: fc.constant('to' as const), status: fc.constantFrom(...AGENT_STATUSES) }),
  fc.record({
    call: fc.constantFrom(
      'assign' as const,
      'ask' as const,
      'answer' as const,
      'fail' as const,
      'approve' as const,
      'reject' as const,
      'merge' as const,
      'stop' as const,
      'undo' as const,
    ),
  }),
);

it('walks agents only along the machine, and always gives ticket, org and run back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const test = await openTestApp();
      const { agents, tickets, orgs } = test.api;
      const agent = await agents.create();
      for (const title of ['one', 'two']) await tickets.create({ title });
      await orgs.create({ alias: 'org' });
      let status: AgentStatus = 'IDLE';
      for (const taken of steps) {
        await take(
          test,
          agent.id,
          taken.call === 'on' ? stepOn(status, taken.choice) : taken,
        ).catch(() => undefined);
        const now = (await agents.get(agent.id))?.status ?? 'IDLE';
        // Stopping goes through ERROR, all in one call.
        const allowed: readonly AgentStatus[] = AGENT_TRANSITIONS[status];
        const isStopped = taken.call === 'stop' && now === 'IDLE';
        if (now !== status && !isStopped) expect(allowed).toContain(now);
        status = now;
        await checkOwnership(test, agent.id, status);
      }
      if (status !== 'IDLE') await agents.stop(agent.id);
      await checkOwnership(test, agent.id, 'IDLE');
    }),
    { numRuns: 30 },
  );
}, 60_000);

function stepOn(from: AgentStatus, choice: number) {
  const ways: readonly AgentStatus[] = AGENT_TRANSITIONS[from];
  const status = ways[choice % ways.length] ?? 'ERROR';
  return { call: CALLS[status] ?? 'to', status };
}

async function take(
  { api }: TestApp,
  id: string,
  taken: { readonly call: string; readonly status?: AgentStatus },
): Promise<unknown> {
  switch (taken.call) {
    case 'to':
      return api.agents.update(id, { status: taken.status });
    case 'assign': {
      const [ticket] = await api.tickets.list({ status: ['backlog', 'ready'] });
      return api.agents.assign(id, { ticketId: ticket?.id ?? 'none', org: true });
    }
    case 'ask':
      return api.agents.ask(id, 'What?');
    case 'answer':
      return api.chat.send(id, 'That.');
    case 'fail':
      return api.agents.fail(id, 'Crash');
    case 'approve':
      return api.agents.approve(id);
    case 'reject':
      return api.agents.reject(id, 'No');
    case 'merge':
      return api.agents.merge(id);
    case 'stop':
      return api.agents.stop(id);
    default:
      return api.history.undo();
  }
}

async function checkOwnership({ api }: TestApp, id: string, status: AgentStatus): Promise<void> {
  const agent = await api.agents.get(id);
  const [org] = await api.orgs.list();
  const run = await api.runs.current(id);
  const held = (await api.tickets.list({ archived: 'include' })).filter(
    ({ assignedAgentId }) => assignedAgentId === id,
  );
  expect(held.map((ticket) => ticket.id)).toEqual(
    agent?.assignedTicketId === undefined ? [] : [agent.assignedTicketId],
  );
  expect(org?.status).toBe(agent?.assignedOrgAlias === undefined ? 'available' : 'leased');
  if (status === 'IDLE') {
    expect([held, agent?.assignedOrgAlias, run]).toEqual([[], undefined, null]);
  } else {
    expect(COLUMNS[status]).toContain(held[0]?.status);
    expect(run).toMatchObject({ ticketId: held[0]?.id, status: 'running' });
  }
}
