import { beforeEach, describe, expect, it } from 'vitest';
import { createRepositories } from '../../../src/core/repositories/repositories.ts';
import type {
  AnalyticsQuery,
  FigureGroup,
  Figures,
} from '../../../src/shared/entities/analytics.ts';
import type { InterventionEvent } from '../../../src/shared/types.ts';
import { makeAgent, makeRun, makeTicket } from '../../support/factories.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let test: TestApp;

function at(day: number, time: string): string {
  return `2026-01-${String(day).padStart(2, '0')}T${time}:00.000Z`;
}

function wait(
  type: InterventionEvent['type'],
  timestamp: string,
  minutes: number,
): InterventionEvent {
  return { type, timestamp, agentMessage: '?', waitDurationMs: minutes * MINUTE };
}

/** Five runs whose every figure was worked out by hand; it is the 10th of January, midnight. */
beforeEach(async () => {
  test = await openTestApp();
  await test.clock.advance(9 * DAY);
  const { tickets, agents, runs } = createRepositories(test.database);
  const stamps = [at(1, '00:00'), at(1, '00:00')];
  test.database.run(
    "INSERT INTO projects (id, repository_name, path, created_at, updated_at) VALUES ('prj', 'shop', '/shop', ?, ?)",
    stamps,
  );
  test.database.run(
    "INSERT INTO epics (id, title, created_at, updated_at) VALUES ('epc', 'Checkout', ?, ?)",
    stamps,
  );
  agents.create(makeAgent({ id: 'a', name: 'Ada', agentType: 'coder' }));
  agents.create(makeAgent({ id: 'b', name: 'Bob', agentType: 'reviewer' }));
  tickets.create(makeTicket({ id: 't1', title: 'One', epicId: 'epc', projectId: 'prj' }));
  tickets.create(makeTicket({ id: 't2', title: 'Two', projectId: 'prj' }));
  for (const id of ['t3', 't4']) tickets.create(makeTicket({ id, title: id }));

  // 2 h; waits 0:30–1:00, 1:00–1:10 and 1:05–1:15, so 45 min in all.
  runs.create(
    makeRun({
      ...{ id: 'r1', agentId: 'a', ticketId: 't1', status: 'completed' },
      ...{ startedAt: at(2, '00:00'), completedAt: at(2, '02:00') },
      ...{ promptTokensUsed: 1_000_000, completionTokensUsed: 200_000 },
      ...{ humanInterventionCount: 3, reworkCount: 1 },
      interventions: [
        wait('question', at(2, '00:30'), 30),
        wait('error_recovery', at(2, '01:05'), 10),
        wait('rework', at(2, '01:00'), 10),
      ],
    }),
  );
  // 1 h without a word.
  runs.create(
    makeRun({
      ...{ id: 'r2', agentId: 'a', ticketId: 't2', status: 'completed' },
      ...{ startedAt: at(3, '10:00'), completedAt: at(3, '11:00') },
      ...{ promptTokensUsed: 500_000, completionTokensUsed: 100_000 },
    }),
  );
  // 24 h; a wait of 2 h that the end of the run cuts to 30 min.
  runs.create(
    makeRun({
      ...{ id: 'r3', agentId: 'b', ticketId: 't3', status: 'failed' },
      ...{ startedAt: at(3, '00:00'), completedAt: at(4, '00:00') },
      ...{ promptTokensUsed: 2_000_000, humanInterventionCount: 1 },
      interventions: [wait('question', at(3, '23:30'), 120)],
    }),
  );
  // 2 h until now; waits for an answer since 1 h.
  runs.create(
    makeRun({
      ...{ id: 'r4', agentId: 'b', ticketId: 't1', startedAt: at(9, '22:00') },
      ...{ completionTokensUsed: 1_000, humanInterventionCount: 1 },
      interventions: [wait('question', at(9, '23:00'), 0)],
    }),
  );
  // 10 min, given up.
  runs.create(
    makeRun({
      ...{ id: 'r5', agentId: 'a', ticketId: 't4', status: 'cancelled' },
      ...{ startedAt: at(5, '00:00'), completedAt: at(5, '00:10') },
    }),
  );
  await test.api.analytics.setPrices({
    currency: 'USD',
    default: { promptPerMillion: 3, completionPerMillion: 15 },
    byAgentType: { reviewer: { promptPerMillion: 1, completionPerMillion: 2 } },
  });
});

async function figures(query: AnalyticsQuery): Promise<Record<string, Figures>> {
  const groups = await test.api.analytics.report(query);
  return Object.fromEntries(groups.map((group) => [group.name, group.figures]));
}

function names(groups: readonly FigureGroup[]): [string | null, string, number][] {
  return groups.map(({ key, name, figures: { runs } }) => [key, name, runs.all]);
}

describe('analytics', () => {
  it('sums all runs up', async () => {
    expect(await figures({ groupBy: 'total' })).toEqual({
      Total: {
        runs: { all: 5, running: 1, completed: 2, failed: 1, cancelled: 1 },
        wallClockMs: 2 * HOUR + HOUR + 24 * HOUR + 2 * HOUR + 10 * MINUTE,
        waitingMs: 45 * MINUTE + 30 * MINUTE + HOUR,
        activeMs: 75 * MINUTE + HOUR + 23.5 * HOUR + HOUR + 10 * MINUTE,
        interventions: 5,
        reworks: 1,
        // r2 of r1 and r2.
        firstPassApprovalRate: 0.5,
        // r1: 75 of 120 min, 3 interventions. r2: all. r3: 23.5 of 24 h, 1 intervention.
        autonomyScore: (0.625 / 4 + 1 + 23.5 / 24 / 2) / 3,
        promptTokens: 3_500_000,
        completionTokens: 301_000,
        // r1: 3 + 3. r2: 1.50 + 1.50. r3: 2. r4: 0.002.
        estimatedCost: { amount: 11.002, currency: 'USD' },
        ticketsCompleted: 2,
        // In 8 days.
        velocityPerDay: 0.25,
      },
    });
  });

  it('groups by run, agent, worker type, epic, project and day', async () => {
    const report = async (groupBy: AnalyticsQuery['groupBy']) =>
      names(await test.api.analytics.report({ groupBy }));
    expect(await report('run')).toEqual([
      ['r1', 'One', 1],
      ['r4', 'One', 1],
      ['r3', 't3', 1],
      ['r5', 't4', 1],
      ['r2', 'Two', 1],
    ]);
    expect(await report('agent')).toEqual([
      ['a', 'Ada', 3],
      ['b', 'Bob', 2],
    ]);
    expect(await report('worker_type')).toEqual([
      ['coder', 'coder', 3],
      ['reviewer', 'reviewer', 2],
    ]);
    expect(await report('epic')).toEqual([
      ['epc', 'Checkout', 2],
      [null, 'None', 3],
    ]);
    expect(await report('project')).toEqual([
      [null, 'None', 2],
      ['prj', 'shop', 3],
    ]);
    // A run belongs to the day of its end, and one that goes on to today.
    expect(await report('day')).toEqual([
      ['2026-01-02', '2026-01-02', 1],
      ['2026-01-03', '2026-01-03', 1],
      ['2026-01-04', '2026-01-04', 1],
      ['2026-01-05', '2026-01-05', 1],
      ['2026-01-10', '2026-01-10', 1],
    ]);
  });

  it('gives each group its own figures', async () => {
    const { Ada, Bob } = await figures({ groupBy: 'agent' });
    expect(Ada).toMatchObject({
      wallClockMs: 3 * HOUR + 10 * MINUTE,
      waitingMs: 45 * MINUTE,
      autonomyScore: (0.625 / 4 + 1) / 2,
      estimatedCost: { amount: 9 },
    });
    expect(Bob).toMatchObject({
      firstPassApprovalRate: null,
      autonomyScore: 23.5 / 24 / 2,
      estimatedCost: { amount: 2.002 },
      ticketsCompleted: 0,
    });
    const days = await figures({ groupBy: 'day' });
    expect(days['2026-01-02']).toMatchObject({ velocityPerDay: 1, firstPassApprovalRate: 0 });
  });

  it('narrows by period, agent, project and epic', async () => {
    const runs = async (query: Partial<AnalyticsQuery>) =>
      (await test.api.analytics.report({ groupBy: 'run', ...query })).map(({ key }) => key);
    expect(await runs({ from: at(3, '11:00'), to: at(5, '00:10') })).toEqual(['r3', 'r2']);
    expect(await runs({ from: at(5, '00:10') })).toEqual(['r4', 'r5']);
    expect(await runs({ from: at(11, '00:00') })).toEqual([]);
    expect(await runs({ agentId: 'b' })).toEqual(['r4', 'r3']);
    expect(await runs({ projectId: 'prj' })).toEqual(['r1', 'r4', 'r2']);
    expect(await runs({ epicId: 'epc' })).toEqual(['r1', 'r4']);
    const { Total } = await figures({ groupBy: 'total', from: at(2, '00:00'), to: at(4, '00:00') });
    expect(Total?.velocityPerDay).toBe(1);
  });

  it('has figures for nothing', async () => {
    const nobody = await figures({ groupBy: 'total', agentId: 'nobody' });
    expect(nobody['Total']).toMatchObject({
      wallClockMs: 0,
      firstPassApprovalRate: null,
      autonomyScore: null,
      estimatedCost: { amount: 0, currency: 'USD' },
      velocityPerDay: 0,
    });
  });

  it('gives no cost where a price is missing, and none without a table', async () => {
    const reviewer = { promptPerMillion: 1, completionPerMillion: 2 };
    await test.api.analytics.setPrices({ currency: 'EUR', byAgentType: { reviewer } });
    expect((await figures({ groupBy: 'agent' }))['Ada']?.estimatedCost).toBeNull();
    expect((await figures({ groupBy: 'agent' }))['Bob']?.estimatedCost).toEqual({
      amount: 2.002,
      currency: 'EUR',
    });
    test.database.run("UPDATE config_store SET value = 'free'");
    expect(await test.api.analytics.prices()).toBeNull();
    expect((await figures({ groupBy: 'agent' }))['Bob']?.estimatedCost).toBeNull();
  });

  it('measures a run that services made', async () => {
    const ticket = await test.api.tickets.create({ title: 'Real' });
    const agent = await test.api.agents.create({ name: 'Cleo' });
    await test.api.agents.assign(agent.id, { ticketId: ticket.id });
    for (const status of ['BRANCHING', 'DEVELOPING'] as const) {
      await test.api.agents.update(agent.id, { status });
    }
    await test.clock.advance(10 * MINUTE);
    await test.api.agents.ask(agent.id, 'Which?');
    await test.clock.advance(5 * MINUTE);
    await test.api.chat.send(agent.id, 'This');
    await test.clock.advance(5 * MINUTE);
    for (const status of ['PROVISIONING', 'QA_READY'] as const) {
      await test.api.agents.update(agent.id, { status });
    }
    await test.api.agents.approve(agent.id);
    await test.api.agents.merge(agent.id);
    expect((await figures({ groupBy: 'agent' }))['Cleo']).toMatchObject({
      wallClockMs: 20 * MINUTE,
      waitingMs: 5 * MINUTE,
      interventions: 1,
      firstPassApprovalRate: 1,
      autonomyScore: 0.375,
    });
  });
});
