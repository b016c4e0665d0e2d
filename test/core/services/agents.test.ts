import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AGENT_STATUSES,
  AGENT_TRANSITIONS,
  type Agent,
  type AgentStatus,
  type ScratchOrg,
  type Ticket,
} from '../../../src/shared/types.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let agent: Agent;
let ticket: Ticket;
let org: ScratchOrg;

beforeEach(async () => {
  test = await openTestApp();
  agent = await test.api.agents.create();
  ticket = await test.api.tickets.create({ title: 'Work', status: 'ready' });
  org = await test.api.orgs.create({ alias: 'org-1' });
});

async function assign(): Promise<void> {
  await test.api.agents.assign(agent.id, { ticketId: ticket.id, org: true, branchName: 'b/work' });
}

async function goTo(...statuses: AgentStatus[]): Promise<void> {
  for (const status of statuses) await test.api.agents.update(agent.id, { status });
}

async function develop(): Promise<void> {
  await assign();
  await goTo('BRANCHING', 'DEVELOPING');
}

async function state() {
  const [currentAgent, currentTicket, currentOrg, [run]] = await Promise.all([
    test.api.agents.get(agent.id),
    test.api.tickets.get(ticket.id),
    test.api.orgs.get(org.id),
    test.api.runs.list(ticket.id),
  ]);
  return { agent: currentAgent, ticket: currentTicket, org: currentOrg, run };
}

describe('create', () => {
  it('gives names in turn and fills gaps', async () => {
    const second = await test.api.agents.create();
    expect([agent.name, second.name]).toEqual(['Agent 1', 'Agent 2']);
    await test.api.agents.delete(agent.id);
    expect((await test.api.agents.create()).name).toBe('Agent 1');
    expect((await test.api.agents.create({ name: 'Ada' })).name).toBe('Ada');
  });
});

describe('assign', () => {
  it('moves agent, ticket, org and run together', async () => {
    await assign();
    expect(await state()).toMatchObject({
      agent: {
        status: 'ASSIGNED',
        assignedTicketId: ticket.id,
        assignedOrgAlias: 'org-1',
        branchName: 'b/work',
      },
      ticket: { status: 'in_progress', assignedAgentId: agent.id },
      org: { status: 'leased', assignedAgentId: agent.id },
      run: { status: 'running', agentId: agent.id, orgAlias: 'org-1', branchName: 'b/work' },
    });
  });

  it('changes nothing when one part fails', async () => {
    await test.api.orgs.update(org.id, { status: 'error' });
    const before = await state();
    await expect(assign()).rejects.toMatchObject({ code: 'LimitReached' });
    await expect(
      test.api.agents.assign(agent.id, { ticketId: ticket.id, org: org.id }),
    ).rejects.toMatchObject({ code: 'Conflict' });
    expect(await state()).toEqual(before);
  });

  it('never gives one ticket to two agents, nor one agent two tickets', async () => {
    await assign();
    const other = await test.api.agents.create();
    await expect(test.api.agents.assign(other.id, { ticketId: ticket.id })).rejects.toMatchObject({
      code: 'Conflict',
      details: { agentId: agent.id },
    });
    const second = await test.api.tickets.create({ title: 'Second' });
    await expect(test.api.agents.assign(agent.id, { ticketId: second.id })).rejects.toMatchObject({
      code: 'InvalidTransition',
      details: { from: 'ASSIGNED' },
    });
    await expect(test.api.agents.assign(agent.id, { ticketId: ticket.id })).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });

  it('refuses a ticket that waits for others', async () => {
    const blocker = await test.api.tickets.create({ title: 'First' });
    await test.api.tickets.update(ticket.id, { dependsOn: [blocker.id] });
    await expect(assign()).rejects.toMatchObject({
      code: 'DependencyUnmet',
      details: { blockedBy: [blocker.id] },
    });
    await test.api.tickets.update(blocker.id, { status: 'merged' });
    await assign();
  });

  it('refuses a ticket that is done', async () => {
    await test.api.tickets.update(ticket.id, { status: 'merged' });
    await expect(assign()).rejects.toMatchObject({
      code: 'Conflict',
      details: { status: 'merged' },
    });
  });
});

describe('a question', () => {
  it('opens an intervention, which the answer closes with its waiting time', async () => {
    await develop();
    await test.api.agents.ask(agent.id, 'Which **colour**?');
    expect(await state()).toMatchObject({
      agent: { status: 'NEEDS_INPUT' },
      run: {
        humanInterventionCount: 1,
        interventions: [{ type: 'question', agentMessage: 'Which **colour**?', waitDurationMs: 0 }],
      },
    });
    await test.clock.advance(90_000);
    await test.api.chat.send(agent.id, 'Green');
    const { run, agent: answered } = await state();
    expect(answered?.status).toBe('DEVELOPING');
    expect(run?.interventions).toEqual([
      {
        timestamp: '2026-01-01T00:00:00.000Z',
        type: 'question',
        agentMessage: 'Which **colour**?',
        humanResponse: 'Green',
        waitDurationMs: 90_000,
      },
    ]);
    const history = await test.api.chat.history(agent.id);
    expect(history.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'Assigned: Work'],
      ['agent', 'Which **colour**?'],
      ['user', 'Green'],
    ]);
  });

  it('tells everyone of status and messages, after the commit', async () => {
    await develop();
    test.pushes.length = 0;
    await test.api.agents.ask(agent.id, 'Why?');
    expect(test.pushes.map(({ event }) => event)).toEqual([
      'db:changed',
      'chat:on-message',
      'agent:status-changed',
    ]);
    expect(test.pushes[2]?.payload).toEqual({
      agentId: agent.id,
      from: 'DEVELOPING',
      to: 'NEEDS_INPUT',
    });
  });
});

describe('a message to an agent at work', () => {
  it('counts as guidance and lets it go on', async () => {
    await develop();
    await test.api.chat.send(agent.id, 'Mind the tests');
    expect(await state()).toMatchObject({
      agent: { status: 'DEVELOPING' },
      run: { interventions: [{ type: 'guidance', humanResponse: 'Mind the tests' }] },
    });
  });
});

describe('review', () => {
  beforeEach(async () => {
    await develop();
    await goTo('PROVISIONING', 'QA_READY');
  });

  it('waits in the review column', async () => {
    expect(await state()).toMatchObject({ ticket: { status: 'qa_review' } });
  });

  it('ends with a merge that completes the run and frees agent, ticket and org', async () => {
    await test.api.agents.approve(agent.id);
    expect(await state()).toMatchObject({
      agent: { status: 'MERGING' },
      ticket: { status: 'approved' },
    });
    await test.clock.advance(5_000);
    await test.api.agents.merge(agent.id);
    const after = await state();
    expect(after).toMatchObject({
      agent: { status: 'IDLE' },
      ticket: { status: 'merged' },
      org: { status: 'available' },
      run: { status: 'completed', completedAt: '2026-01-01T00:00:05.000Z', orgAlias: 'org-1' },
    });
    expect(after.agent).not.toHaveProperty('assignedTicketId');
    expect(after.agent).not.toHaveProperty('assignedOrgAlias');
    expect(after.agent).not.toHaveProperty('branchName');
    expect(after.ticket).not.toHaveProperty('assignedAgentId');
    expect(after.org).not.toHaveProperty('assignedAgentId');
  });

  it('sends rejected work back with the reason, and measures the rework', async () => {
    await test.api.agents.reject(agent.id, 'No tests');
    expect(await state()).toMatchObject({
      agent: { status: 'REWORK' },
      ticket: { status: 'rejected', assignedAgentId: agent.id },
      run: {
        reworkCount: 1,
        humanInterventionCount: 1,
        interventions: [{ type: 'rework', humanResponse: 'No tests', waitDurationMs: 0 }],
      },
    });
    await test.clock.advance(2_000);
    await goTo('DEVELOPING');
    expect(await state()).toMatchObject({
      ticket: { status: 'in_progress' },
      run: {
        interventions: [{ type: 'rework', humanResponse: 'No tests', waitDurationMs: 2_000 }],
      },
    });
  });

  it('does not let a person move the ticket past the agent', async () => {
    await expect(test.api.tickets.move(ticket.id, { status: 'merged' })).rejects.toMatchObject({
      code: 'Conflict',
      details: { agentId: agent.id, agentStatus: 'QA_READY' },
    });
    await expect(test.api.tickets.update(ticket.id, { status: 'backlog' })).rejects.toMatchObject({
      code: 'Conflict',
    });
    await expect(test.api.tickets.delete(ticket.id)).rejects.toMatchObject({ code: 'Conflict' });
  });
});

describe('an error', () => {
  beforeEach(async () => {
    await develop();
    await test.api.agents.fail(agent.id, 'No disk');
  });

  it('is an intervention that ends when the agent goes on', async () => {
    await test.clock.advance(3_000);
    await goTo('DEVELOPING');
    expect(await state()).toMatchObject({
      agent: { status: 'DEVELOPING' },
      run: {
        interventions: [{ type: 'error_recovery', agentMessage: 'No disk', waitDurationMs: 3_000 }],
      },
    });
  });

  it('can end the work: the run failed, the ticket is ready again', async () => {
    await goTo('IDLE');
    expect(await state()).toMatchObject({
      agent: { status: 'IDLE' },
      ticket: { status: 'ready' },
      org: { status: 'available' },
      run: { status: 'failed' },
    });
  });

  it('can be stopped like any other work, with a reason', async () => {
    await test.api.agents.stop(agent.id, 'Not worth it');
    expect(await state()).toMatchObject({
      ticket: { status: 'ready' },
      run: { status: 'cancelled' },
    });
    expect((await test.api.chat.history(agent.id)).at(-1)).toMatchObject({
      role: 'system',
      content: 'Not worth it',
    });
  });

  it('cannot be merged', async () => {
    await expect(test.api.agents.merge(agent.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });
});

describe('stop', () => {
  it('cancels the run and gives everything back', async () => {
    await develop();
    await test.api.agents.stop(agent.id, 'Wrong ticket');
    expect(await state()).toMatchObject({
      agent: { status: 'IDLE' },
      ticket: { status: 'ready' },
      org: { status: 'available' },
      run: { status: 'cancelled' },
    });
    await expect(test.api.agents.stop(agent.id)).rejects.toMatchObject({
      code: 'InvalidTransition',
    });
  });
});

describe('the end of a run', () => {
  it('closes a question that nobody answered', async () => {
    await develop();
    await test.api.agents.ask(agent.id, 'Anyone?');
    await test.clock.advance(1_000);
    await test.api.agents.stop(agent.id);
    expect((await state()).run?.interventions).toMatchObject([
      { type: 'question', waitDurationMs: 1_000 },
    ]);
  });
});

describe('an answer', () => {
  it('goes to the question that is open, whatever else was reported', async () => {
    await develop();
    await test.api.agents.ask(agent.id, 'Mine?');
    const runId = (await test.api.runs.current(agent.id))?.id ?? '';
    await test.api.runs.incrementIntervention(runId, {
      type: 'question',
      agentMessage: 'Reported later',
      humanResponse: 'Yes',
      waitDurationMs: 5,
    });
    await test.api.chat.send(agent.id, 'Yours');
    expect((await state()).run?.interventions[0]).toMatchObject({ humanResponse: 'Yours' });
  });
});

describe('update', () => {
  it('approves and merges in the same way as the calls of that name', async () => {
    await develop();
    await goTo('PROVISIONING', 'QA_READY', 'MERGING', 'IDLE');
    const notices = (await test.api.chat.history(agent.id)).map(({ content }) => content);
    expect(notices).toEqual(['Assigned: Work', 'Approved; merging.', 'Merged.']);
  });
});

describe('assign', () => {
  it('uses the org that the agent holds already', async () => {
    await test.api.orgs.claim(agent.id, org.id);
    await assign();
    expect(await state()).toMatchObject({ run: { orgAlias: 'org-1' } });
  });
});

describe('delete', () => {
  it('takes a long history along', async () => {
    test.database.transaction(() => {
      for (let n = 0; n < 150_000; n += 1) {
        test.database.run(
          "INSERT INTO chat_messages (id, agent_id, role, content, timestamp) VALUES (?, ?, 'agent', 'x', '2026-01-01')",
          [`msg_${String(n)}`, agent.id],
        );
      }
    });
    await test.api.agents.delete(agent.id, { withHistory: true });
    expect(await test.api.agents.list()).toEqual([]);
  }, 60_000);

  it('is refused at work, and wants consent for the history', async () => {
    await develop();
    await expect(test.api.agents.delete(agent.id)).rejects.toMatchObject({ code: 'Conflict' });
    await test.api.agents.stop(agent.id);
    await expect(test.api.agents.delete(agent.id)).rejects.toMatchObject({
      code: 'Conflict',
      details: { runs: 1, messages: 2 },
    });
    await test.api.agents.delete(agent.id, { withHistory: true });
    expect(await test.api.agents.list()).toEqual([]);
    expect(await test.api.runs.list()).toEqual([]);
  });

  it('gives back an org that an idle agent holds', async () => {
    await test.api.orgs.claim(agent.id);
    await test.api.agents.delete(agent.id);
    expect(await test.api.orgs.get(org.id)).toMatchObject({ status: 'available' });
  });
});

describe('the state machine', () => {
  it.each(AGENT_STATUSES)(
    'says from %s what is allowed, and refuses everything else',
    async (from) => {
      test.database.run('UPDATE agents SET status = ? WHERE id = ?', [from, agent.id]);
      for (const to of AGENT_STATUSES) {
        if (to === from || (AGENT_TRANSITIONS[from] as readonly AgentStatus[]).includes(to))
          continue;
        const step =
          {
            ASSIGNED: () => test.api.agents.assign(agent.id, { ticketId: ticket.id }),
            NEEDS_INPUT: () => test.api.agents.ask(agent.id, 'text'),
            REWORK: () => test.api.agents.reject(agent.id, 'text'),
            ERROR: () => test.api.agents.fail(agent.id, 'text'),
          }[to as string] ?? (() => test.api.agents.update(agent.id, { status: to }));
        await expect(step()).rejects.toMatchObject({
          code: 'InvalidTransition',
          details: { from, to, allowed: AGENT_TRANSITIONS[from] },
        });
      }
      expect((await state()).agent?.status).toBe(from);
    },
  );

  it('always gives ticket and org back, whatever way an agent takes', async () => {
    const steps = fc.constantFrom<(() => Promise<unknown>)[]>(
      assign,
      () => test.api.agents.ask(agent.id, 'q'),
      () => test.api.chat.send(agent.id, 'a'),
      () => test.api.agents.approve(agent.id),
      () => test.api.agents.reject(agent.id, 'r'),
      () => test.api.agents.merge(agent.id),
      () => test.api.agents.fail(agent.id, 'e'),
      () => test.api.agents.stop(agent.id),
      () => test.api.tickets.update(ticket.id, { status: 'ready' }),
      ...AGENT_STATUSES.map((status) => () => goTo(status)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 40 }), async (walk) => {
        for (const step of walk) {
          await step().catch((error: unknown) => {
            expect(['InvalidTransition', 'InvalidInput', 'Conflict']).toContain(
              (error as { code: string }).code,
            );
          });
          const now = await state();
          const isWorking = now.agent?.status !== 'IDLE';
          expect(now.agent?.assignedTicketId !== undefined).toBe(isWorking);
          expect(now.ticket?.assignedAgentId !== undefined).toBe(isWorking);
          expect(now.org?.status === 'leased').toBe(isWorking);
          expect((await test.api.runs.current(agent.id)) !== null).toBe(isWorking);
        }
      }),
      { numRuns: 60 },
    );
  });
});
