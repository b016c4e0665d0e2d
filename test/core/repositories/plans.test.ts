import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import {
  createRepositories,
  type Repositories,
} from '../../../src/core/repositories/repositories.ts';
import { SEARCH_KINDS } from '../../../src/shared/entities/search.ts';
import { TICKET_STATUSES } from '../../../src/shared/types.ts';
import { makeAgent, makeRun, makeTicket } from '../../support/factories.ts';
import { openTestDatabase } from '../../support/test-app.ts';
import { watchQueries } from '../../support/watch-queries.ts';

let database: Database;
let repositories: Repositories;
let plans: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  repositories = createRepositories(database);
  const { tickets, agents, runs } = repositories;
  agents.create(makeAgent());
  for (let n = 0; n < 200; n += 1) {
    const id = `tkt_${String(n)}`;
    const archivedAt = '2026-01-01T00:00:00.000Z';
    const status = TICKET_STATUSES[n % TICKET_STATUSES.length];
    const fields = { ...(status && { status }), ...(n % 2 ? { archivedAt } : {}) };
    tickets.create(makeTicket({ id, title: `Find ${id}`, ...fields }));
    runs.create(
      makeRun({ id: `run_${String(n)}`, ticketId: id, status: 'failed', completedAt: archivedAt }),
    );
  }
  plans = watchQueries(database).plans;
});

const filter = { phrases: ['find'], isOpen: true };
const now = '2026-01-02T00:00:00.000Z';

describe('the indexes', () => {
  const lists: [string, (r: Repositories) => unknown][] = [
    ['the board without the archive', (r) => r.tickets.listCards({ orderBy: 'position' })],
    [
      'a column without the archive',
      (r) => r.tickets.listCards({ status: ['ready'], orderBy: 'position', limit: 50 }),
    ],
    ['the archive', (r) => r.tickets.list({ archived: 'only', orderBy: 'updatedAt' })],
    ['tickets of a project', (r) => r.tickets.list({ projectId: ['p'], orderBy: 'position' })],
    ['tickets of an epic', (r) => r.tickets.list({ epicId: ['e'], orderBy: 'position' })],
    ['how full a column is', (r) => r.tickets.count({ status: ['in_progress'] })],
    ['ready tickets', (r) => r.tickets.listReady()],
    ['the next ready ticket', (r) => r.tickets.listReady({ limit: 1, label: ['ui'] })],
    ['tickets whose id starts so', (r) => r.tickets.list({ idPrefix: 'tkt_1' })],
    ['blocked tickets', (r) => r.tickets.listBlocked()],
    ['dependents', (r) => r.tickets.dependentsOf('tkt_1')],
    ['what a ticket waits for through others', (r) => r.tickets.dependenciesFrom(['tkt_1'])],
    ['unfinished among some', (r) => r.tickets.unfinishedAmong(['tkt_1'])],
    ['where tickets belong', (r) => r.tickets.placesOf(['tkt_1'])],
    ['the last change of a person', (r) => r.events.newestToUndo('human')],
    ['the events of a change', (r) => r.events.listByChange('chg_1')],
    ['runs that ended in a period', (r) => r.runs.listByEnd({ from: now, to: now, now })],
    ['agents that fell silent', (r) => r.agents.query({ where: [['lastHeartbeatAt', '<', now]] })],
    ...SEARCH_KINDS.map((kind): [string, (r: Repositories) => unknown] => [
      `a search for a ${kind}`,
      (r) => r.search.hits(r.search.candidates(kind, { ...filter, projectId: undefined })),
    ]),
    [
      'a search in a project and a column',
      (r) => r.search.candidates('ticket', { ...filter, projectId: 'p', status: ['ready'] }),
    ],
  ];

  it.each(lists)('serve %s', (_name, list) => {
    plans.length = 0;
    list(repositories);
    expect(plans.length).toBeGreaterThan(0);
    for (const step of plans) {
      // Without an index SQLite says "SCAN tickets"; with one, "SCAN tickets USING INDEX …". What a recursive query
      // or a subquery gathered has none.
      expect(step).not.toMatch(/^SCAN (?!reached$|\()\S+$/);
    }
  });

  const searches: [string, RegExp, (r: Repositories) => unknown][] = [
    [
      'how full a column is',
      /tickets_by_\w+ \(status=\?/,
      (r) => r.tickets.count({ status: ['ready'] }),
    ],
    [
      'tickets of a project',
      /tickets_by_project \(project_id=\?/,
      (r) => r.tickets.list({ projectId: ['p'] }),
    ],
    [
      'unfinished among some',
      /sqlite_autoindex_tickets_1 \(id=\?/,
      (r) => r.tickets.unfinishedAmong(['a', 'b']),
    ],
    [
      'the last change of a person',
      /events_by_actor \(actor=\?/,
      (r) => r.events.newestToUndo('human'),
    ],
    [
      'the events of a change',
      /events_by_change \(change_id=\?/,
      (r) => r.events.listByChange('chg_1'),
    ],
    [
      'runs that ended in a period',
      /ticket_runs_by_end \(completed_at>\? AND completed_at<\?/,
      (r) => r.runs.listByEnd({ from: now, to: now, now }),
    ],
  ];

  it.each(searches)('lead straight to %s', (_name, index, list) => {
    plans.length = 0;
    list(repositories);
    expect(plans.join('\n')).toMatch(index);
  });
});
