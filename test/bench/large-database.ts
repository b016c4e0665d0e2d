import type { Database } from '../../src/core/database/database.ts';

const TICKET_COUNT = 100_000;
const MESSAGE_COUNT = 500_000;
const LOG_COUNT = 500_000;
const ARTIFACT_COUNT = 50_000;
const RUN_COUNT = 20_000;
const AGENT_COUNT = 50;
const VOCABULARY_SIZE = 30_000;
const STATUSES = ['backlog', 'ready', 'in_progress', 'qa_review', 'approved', 'rejected'];
const PRIORITIES = ['low', 'medium', 'high', 'critical'];

/**
 * Fills a migrated database as years of heavy use would: 100,000 tickets, a million messages and logs, 50,000
 * artifacts, in words that are as unevenly common as those of a language.
 */
export function fillLargeDatabase(database: Database): void {
  const words = makeWords();
  database.transaction(() => {
    fillPeople(database);
    fillTickets(database, words);
    fillMessages(database, words);
    fillArtifacts(database, words);
  });
  database.exec('ANALYZE');
}

/** Gives the word of a rank: 0 is the most common one, in about every tenth place. */
export function wordOf(rank: number): string {
  const syllables = ['ba', 'co', 'di', 'fu', 'ge', 'ha', 'ki', 'lo', 'mu', 'na', 'po', 'ri'];
  let word = '';
  for (let rest = rank + 12; rest > 0; rest = Math.floor(rest / 12)) {
    word += syllables[rest % 12] ?? '';
  }
  return word;
}

function makeWords(): (count: number) => string {
  let seed = 1;
  const random = () => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  const vocabulary = Array.from({ length: VOCABULARY_SIZE }, (_, rank) => wordOf(rank));
  // The word of rank n is about 1/n as common as the first.
  const pick = () => vocabulary[Math.floor(VOCABULARY_SIZE ** random()) - 1] ?? '';
  return (count) => Array.from({ length: count }, pick).join(' ');
}

function timeOf(second: number): string {
  return new Date(Date.UTC(2025, 0, 1) + second * 1_000).toISOString();
}

function fillPeople(database: Database): void {
  for (const id of ['prj_1', 'prj_2', 'prj_3']) {
    database.run(
      "INSERT INTO projects (id, repository_name, path, created_at, updated_at) VALUES (?, ?, '/', ?, ?)",
      [id, id, timeOf(0), timeOf(0)],
    );
  }
  for (let n = 0; n < AGENT_COUNT; n += 1) {
    database.run(
      'INSERT INTO agents (id, name, project_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
      [
        `agt_${String(n)}`,
        `Agent ${String(n)}`,
        `prj_${String(1 + (n % 3))}`,
        timeOf(n),
        timeOf(n),
      ],
    );
  }
}

function fillTickets(database: Database, words: (count: number) => string): void {
  for (let n = 0; n < TICKET_COUNT; n += 1) {
    // A board of 10,000 open tickets, and what was done before.
    const status = n % 10 === 0 ? STATUSES[(n / 10) % STATUSES.length] : 'merged';
    const isArchived = status === 'merged' && n % 3 === 0;
    database.run(
      'INSERT INTO tickets (id, title, description, labels, status, priority, depends_on, position, project_id, ' +
        'archived_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [
        `tkt_${String(n)}`,
        words(6),
        words(40),
        n % 2 === 0 ? '[]' : JSON.stringify([wordOf(n % 40)]),
        status ?? 'backlog',
        PRIORITIES[n % 7 < 4 ? n % 4 : 1] ?? 'medium',
        n % 5 === 0 && n > 0 ? JSON.stringify([`tkt_${String(n - 5)}`]) : '[]',
        `a${String(n).padStart(6, '0')}`,
        `prj_${String(1 + (n % 3))}`,
        isArchived ? timeOf(n) : null,
        timeOf(n),
        timeOf(n),
      ],
    );
  }
  for (let n = 0; n < RUN_COUNT; n += 1) {
    database.run(
      'INSERT INTO ticket_runs (id, ticket_id, agent_id, status, started_at, completed_at) VALUES (?, ?, ?, ?, ?, ?)',
      [
        `run_${String(n)}`,
        `tkt_${String(n)}`,
        `agt_${String(n % AGENT_COUNT)}`,
        'completed',
        timeOf(n),
        timeOf(n + 60),
      ],
    );
  }
}

function fillMessages(database: Database, words: (count: number) => string): void {
  for (let n = 0; n < MESSAGE_COUNT; n += 1) {
    database.run(
      "INSERT INTO chat_messages (id, agent_id, role, content, timestamp) VALUES (?, ?, 'agent', ?, ?)",
      [`msg_${String(n)}`, `agt_${String(n % AGENT_COUNT)}`, words(15), timeOf(n)],
    );
  }
  for (let n = 0; n < LOG_COUNT; n += 1) {
    database.run(
      'INSERT INTO agent_logs (id, agent_id, ticket_id, level, message, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      [
        `log_${String(n)}`,
        `agt_${String(n % AGENT_COUNT)}`,
        n % 2 === 0 ? null : `tkt_${String(n % TICKET_COUNT)}`,
        ['debug', 'info', 'warn', 'error'][n % 4] ?? 'info',
        words(12),
        timeOf(n),
      ],
    );
    if (n % 10 === 0) {
      database.run(
        'INSERT INTO comments (id, ticket_id, content, created_at) VALUES (?, ?, ?, ?)',
        [`cmt_${String(n)}`, `tkt_${String(n % TICKET_COUNT)}`, words(20), timeOf(n)],
      );
    }
  }
}

function fillArtifacts(database: Database, words: (count: number) => string): void {
  for (let n = 0; n < ARTIFACT_COUNT / 10; n += 1) {
    database.run(
      "INSERT INTO journeys (id, input, status, settings, created_at, updated_at) VALUES (?, ?, 'complete', '{}', ?, ?)",
      [`jny_${String(n)}`, words(10), timeOf(n), timeOf(n)],
    );
    database.run(
      "INSERT INTO journey_stages (id, journey_id, type, status, created_at) VALUES (?, ?, 'building', 'complete', ?)",
      [`jst_${String(n)}`, `jny_${String(n)}`, timeOf(n)],
    );
    for (let m = 0; m < 10; m += 1) {
      database.run(
        "INSERT INTO artifacts (id, stage_id, type, title, content, created_at) VALUES (?, ?, 'document', ?, ?, ?)",
        [`art_${String(n)}_${String(m)}`, `jst_${String(n)}`, words(5), words(60), timeOf(n)],
      );
    }
  }
}
