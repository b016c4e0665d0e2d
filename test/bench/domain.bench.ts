import { afterAll, test } from 'vitest';
import { createRepositories } from '../../src/core/repositories/repositories.ts';
import { SearchService } from '../../src/core/services/search-service.ts';
import { openTestDatabase } from '../support/test-app.ts';
import { fillLargeDatabase, wordOf } from './large-database.ts';

const database = await openTestDatabase();
fillLargeDatabase(database);
const repositories = createRepositories(database);
const search = new SearchService({ repositories });

afterAll(() => {
  database.close();
});

const { tickets, chat, agentLogs, artifacts, comments, events, runs, agents } = repositories;
const OPEN = ['backlog', 'ready', 'in_progress', 'qa_review', 'approved', 'rejected'] as const;

/** What the screens ask for; each shall answer within 20 ms. */
const LISTS: Readonly<Record<string, () => unknown>> = {
  'the open board, first cards of each column': () =>
    OPEN.map((status) => tickets.listCards({ status: [status], orderBy: 'position', limit: 50 })),
  'the merged column': () =>
    tickets.listCards({ status: ['merged'], orderBy: 'position', limit: 100 }),
  'tickets by priority and age': () => tickets.listCards({ limit: 100 }),
  'tickets by last change': () =>
    tickets.listCards({ orderBy: 'updatedAt', direction: 'desc', limit: 100 }),
  'tickets by title': () => tickets.listCards({ orderBy: 'title', limit: 100 }),
  'tickets of a project': () =>
    tickets.listCards({ projectId: ['prj_2'], orderBy: 'position', limit: 100 }),
  'archived tickets': () =>
    tickets.listCards({ archived: 'only', orderBy: 'updatedAt', direction: 'desc', limit: 100 }),
  'ready tickets': () => tickets.listReady().slice(0, 1),
  'how many tickets are in work': () => tickets.count({ status: ['in_progress'] }),
  'a conversation': () => chat.listByAgent('agt_7', 200),
  agents: () => agents.list(),
  'logs of an agent': () => agentLogs.list({ agentId: 'agt_7', limit: 200 }),
  'logs of a ticket': () => agentLogs.list({ ticketId: 'tkt_11', limit: 200 }),
  'comments of a ticket': () => comments.list({ ticketId: 'tkt_10' }),
  'artifacts of a stage': () => artifacts.list({ stageId: 'jst_7' }),
  'the event queue': () => events.listUnprocessed(100),
  runs: () => runs.list({ limit: 100 }),
};

/** What people type; each shall answer within 50 ms over all kinds. */
const SEARCHES: Readonly<Record<string, string>> = {
  'a common word': `${wordOf(0)} `,
  'a common word while it is typed': wordOf(0),
  'a rare word': wordOf(5_000),
  'a rare word while it is typed': wordOf(5_000).slice(0, -2),
  'two common words': `${wordOf(0)} ${wordOf(1)}`,
  'a common and a rare word': `${wordOf(0)} ${wordOf(900)}`,
  'a phrase': `"${wordOf(0)} ${wordOf(1)}"`,
  'three letters': wordOf(40).slice(0, 3),
  'a word that stands nowhere': 'xyzzy',
};

for (const [name, list] of Object.entries(LISTS)) {
  test(`list: ${name}`, async ({ bench }) => {
    await bench(name, () => {
      list();
    }).run();
  });
}

for (const [name, text] of Object.entries(SEARCHES)) {
  test(`search: ${name}`, async ({ bench }) => {
    await bench(name, () => {
      search.find({ text });
    }).run();
  });
}
