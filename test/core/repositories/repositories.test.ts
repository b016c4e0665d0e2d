import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import {
  createRepositories,
  type Repositories,
} from '../../../src/core/repositories/repositories.ts';
import type { Ticket } from '../../../src/shared/types.ts';
import { openTestDatabase } from '../../support/test-app.ts';
import { watchQueries } from '../../support/watch-queries.ts';
import {
  makeAgent,
  makeMessage,
  makeOrg,
  makePrompt,
  makeRun,
  makeTicket,
} from '../../support/factories.ts';

let database: Database;
let repositories: Repositories;

beforeEach(async () => {
  database = await openTestDatabase();
  repositories = createRepositories(database);
});

describe('every repository', () => {
  beforeEach(() => {
    repositories.agents.create(makeAgent());
    repositories.tickets.create(makeTicket());
    repositories.runs.create(makeRun());
  });

  const cases = {
    tickets: makeTicket({ id: 'tkt_new', externalId: 'X-1', labels: ['a "b"', 'ü'] }),
    agents: makeAgent({ id: 'agt_new', branchName: 'feature/x' }),
    orgs: makeOrg({ id: 'org_new', loginUrl: 'https://example.test' }),
    chat: makeMessage({ id: 'msg_new' }),
    runs: makeRun({
      id: 'run_new',
      status: 'completed',
      completedAt: '2026-01-02T00:00:00.000Z',
      interventions: [
        {
          timestamp: '2026-01-01T00:00:00.000Z',
          type: 'question',
          agentMessage: '?',
          waitDurationMs: 5,
        },
      ],
    }),
    prompts: makePrompt({ id: 'prm_new' }),
  };

  it.each(Object.keys(cases) as (keyof typeof cases)[])('gives back what it stored: %s', (name) => {
    const repository = repositories[name] as unknown as {
      create(entity: object): void;
      get(id: string): unknown;
      update(id: string, patch: object): unknown;
      delete(id: string): void;
    };
    const entity = cases[name];
    repository.create(entity);
    expect(repository.get(entity.id)).toEqual(entity);
    expect(repository.update(entity.id, {})).toEqual(entity);
    expect(() => repository.update('nobody', {})).toThrow(
      expect.objectContaining({ code: 'NotFound' }),
    );
    repository.delete(entity.id);
    expect(repository.get(entity.id)).toBeNull();
    expect(() => {
      repository.delete(entity.id);
    }).toThrow(expect.objectContaining({ code: 'NotFound' }));
  });

  it('changes only the fields of a patch, and clears those that are null', () => {
    const ticket = repositories.tickets.create(makeTicket({ id: 'tkt_x', externalId: 'X-1' }));
    const changed = repositories.tickets.update('tkt_x', { title: 'New', externalId: null });
    expect(changed).not.toHaveProperty('externalId');
    expect({ ...changed, externalId: 'X-1' }).toEqual({ ...ticket, title: 'New' });
  });

  it('refuses a field that the table does not have, before it reaches SQL', () => {
    expect(() => repositories.tickets.update('tkt_1', { 'title = 1; --': 'x' } as object)).toThrow(
      'tickets has no field',
    );
  });
});

describe('tickets.list', () => {
  const tickets = {
    lowOld: makeTicket({ id: 'lowOld', priority: 'low', createdAt: '2025-01-01T00:00:00.000Z' }),
    critical: makeTicket({ id: 'critical', priority: 'critical', status: 'ready', labels: ['ui'] }),
    high: makeTicket({ id: 'high', priority: 'high', title: '100% _sure_', labels: ['ui', 'db'] }),
    mediumNew: makeTicket({ id: 'mediumNew', createdAt: '2027-01-01T00:00:00.000Z' }),
    mediumOld: makeTicket({
      id: 'mediumOld',
      description: 'Straße',
      source: 'deathmark',
      externalId: 'D-1',
    }),
  } satisfies Record<string, Ticket>;

  beforeEach(() => {
    for (const ticket of Object.values(tickets)) repositories.tickets.create(ticket);
  });

  function ids(...args: Parameters<typeof repositories.tickets.list>): string[] {
    return repositories.tickets.list(...args).map(({ id }) => id);
  }

  it('sorts by priority, then age', () => {
    expect(ids()).toEqual(['critical', 'high', 'mediumOld', 'mediumNew', 'lowOld']);
  });

  it('turns the order round', () => {
    expect(ids({ direction: 'desc' })).toEqual(ids().reverse());
  });

  it.each([
    [{ status: ['ready' as const] }, ['critical']],
    [{ priority: ['low' as const, 'high' as const] }, ['high', 'lowOld']],
    [{ label: ['db'] }, ['high']],
    [{ label: ['ui', 'db'] }, ['critical', 'high']],
    [{ source: ['deathmark' as const] }, ['mediumOld']],
    [{ externalId: 'D-1' }, ['mediumOld']],
    [{ ids: ['high', 'lowOld', 'nobody'] }, ['high', 'lowOld']],
    [{ ids: [] }, []],
    [{ assignedAgentId: [null] }, ['critical', 'high', 'mediumOld', 'mediumNew', 'lowOld']],
    [{ assignedAgentId: ['agt_1'] }, []],
    [{ text: 'Straße' }, ['mediumOld']],
    [{ text: '100% _' }, ['high']],
    [{ text: 'd-1' }, ['mediumOld']],
    [{ text: '%' }, ['high']],
    [{ limit: 2, offset: 1 }, ['high', 'mediumOld']],
    [{ offset: 4 }, ['lowOld']],
  ])('narrows by %j', (filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });

  it('counts what it lists', () => {
    expect(repositories.tickets.count({ label: ['ui'] })).toBe(2);
  });
});

describe('the indexes', () => {
  beforeEach(() => {
    repositories.agents.create(makeAgent());
    for (let n = 0; n < 50; n += 1) {
      repositories.tickets.create(makeTicket({ id: `tkt_${String(n)}`, title: String(n) }));
    }
    database.exec('ANALYZE');
  });

  const lists: [string, (r: Repositories) => unknown][] = [
    ['tickets by priority and age', (r) => r.tickets.list()],
    ['tickets of a column by priority', (r) => r.tickets.list({ status: ['ready'] })],
    [
      'tickets of a column by hand',
      (r) => r.tickets.list({ status: ['ready'], orderBy: 'position' }),
    ],
    ['the board by hand', (r) => r.tickets.list({ orderBy: 'position' })],
    ['tickets by age', (r) => r.tickets.list({ orderBy: 'createdAt', direction: 'desc' })],
    ['tickets by last change', (r) => r.tickets.list({ orderBy: 'updatedAt', direction: 'desc' })],
    ['tickets by title', (r) => r.tickets.list({ orderBy: 'title' })],
    ['tickets by id', (r) => r.tickets.list({ ids: ['tkt_1', 'tkt_2'], orderBy: 'createdAt' })],
    ['tickets of an agent', (r) => r.tickets.list({ assignedAgentId: ['agt_1'] })],
    ['cards by hand', (r) => r.tickets.listCards({ orderBy: 'position' })],
    ['ready tickets', (r) => r.tickets.listReady()],
    ['dependents of a ticket', (r) => r.tickets.dependentsOf('tkt_1')],
    ['agents', (r) => r.agents.list()],
    ['orgs', (r) => r.orgs.list()],
    ['the org of an agent', (r) => r.orgs.getByAgent('agt_1')],
    ['a conversation', (r) => r.chat.listByAgent('agt_1', 100)],
    ['runs', (r) => r.runs.list()],
    ['runs of a ticket', (r) => r.runs.list({ ticketId: 'tkt_1' })],
    ['runs of an agent', (r) => r.runs.list({ agentId: 'agt_1' })],
    ['the running run of an agent', (r) => r.runs.getRunning('agt_1')],
    ['prompts', (r) => r.prompts.list()],
    ['prompts of a ticket', (r) => r.prompts.list({ ticketId: 'tkt_1' })],
    ['prompts of a run', (r) => r.prompts.list({ runId: 'run_1' })],
  ];

  it.each(lists)('serve the list of %s', (_name, list) => {
    const { plans } = watchQueries(database);
    list(repositories);
    expect(plans.length).toBeGreaterThan(0);
    for (const step of plans) {
      // Without an index SQLite says "SCAN tickets"; with one, "SCAN tickets USING INDEX …".
      expect(step).not.toMatch(/^SCAN \S+$/);
    }
  });

  it('give the board its order without sorting', () => {
    const [plan] = database.all(
      'EXPLAIN QUERY PLAN SELECT id FROM tickets ORDER BY status, position, id',
    );
    expect(plan?.[3]).toMatch(/USING COVERING INDEX tickets_by_position/);
  });
});

describe('constraints', () => {
  it.each([
    ['status', "UPDATE tickets SET status = 'done'"],
    ['priority', "UPDATE tickets SET priority = 'urgent'"],
    ['labels', "UPDATE tickets SET labels = '{}'"],
    ['labels that only JSON5 allows', 'UPDATE tickets SET labels = \'["a",]\''],
    ['a leased org without an agent', "UPDATE scratch_orgs SET status = 'leased'"],
    ['a running run with an end', "UPDATE ticket_runs SET completed_at = 'now'"],
    ['negative tokens', 'UPDATE ticket_runs SET prompt_tokens_used = -1'],
    ['an idle agent with a ticket', "UPDATE agents SET assigned_ticket_id = 'tkt_1'"],
  ])('refuse %s', (_what, sql) => {
    repositories.agents.create(makeAgent());
    repositories.tickets.create(makeTicket());
    repositories.orgs.create(makeOrg());
    repositories.runs.create(makeRun());
    expect(() => database.run(sql)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });

  it('refuse two running runs of one ticket', () => {
    repositories.agents.create(makeAgent());
    repositories.agents.create(makeAgent({ id: 'agt_2' }));
    repositories.tickets.create(makeTicket());
    repositories.runs.create(makeRun());
    expect(() => repositories.runs.create(makeRun({ id: 'run_2', agentId: 'agt_2' }))).toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
  });
});
