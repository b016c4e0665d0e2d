import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import { systemClock } from '../../src/store/clock.ts';

/** What a generated database is large in. */
export type SeedKind =
  /** Tickets, a tenth of them open. */
  | 'tickets'
  /** Tickets that all stand on the board, in every column. */
  | 'board'
  /** Tickets with long descriptions, which make a large file of fewer rows. */
  | 'texts'
  /** Chat messages, log lines, events and runs, as many of each, of 1,000 tickets. */
  | 'records';

const VOCABULARY_SIZE = 30_000;
const SYLLABLES = ['ba', 'co', 'di', 'fu', 'ge', 'ha', 'ki', 'lo', 'mu', 'na', 'po', 'ri'];
/** Few enough that each has more messages than one page shows, however small the database is. */
export const AGENT_COUNT = 10;
export const RUN_TICKET_COUNT = 20;
/** A word that stands in so many tickets and messages, however many there are. */
export const NEEDLE = 'needle';
const NEEDLES = 20;

const NUMBERS =
  'WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)';
const TIME = "strftime('%Y-%m-%dT%H:%M:%S.000Z', 1735689600 + n, 'unixepoch')";

const PEOPLE = `
INSERT INTO projects (id, repository_name, path, created_at, updated_at)
SELECT 'prj_' || value, 'owner/' || value, '/' || value, '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'
FROM json_each('[0, 1, 2]');
`;

const AGENTS = `${NUMBERS}
INSERT INTO agents (id, name, project_id, created_at, updated_at)
SELECT 'agt_' || n, 'Agent ' || n, 'prj_' || (n % 3), ${TIME}, ${TIME} FROM numbers`;

function needleSql(rows: number): string {
  return ` CASE WHEN n % ${String(Math.ceil(rows / NEEDLES))} = 0 THEN ' ${NEEDLE}' ELSE '' END`;
}

/** One in so many tickets is open, the rest merged; a third of those is archived. */
function ticketsSql(rows: number, descriptionWords: number, openEvery = 10): string {
  const every = String(openEvery);
  return `${NUMBERS}
INSERT INTO tickets (id, title, description, labels, status, priority, depends_on, position, project_id,
  archived_at, completed_at, closed_at, created_at, updated_at)
SELECT 'tkt_' || n, words(n, 5) ||${needleSql(rows)}, words(n + 7, ${String(descriptionWords)}),
  CASE WHEN n % 2 THEN '[]' ELSE '["' || words(n % 40, 1) || '"]' END,
  CASE WHEN n % ${every} = 0 THEN
    json_extract('["backlog","ready","in_progress","qa_review","approved","rejected"]', '$[' || (n / ${every} % 6) || ']')
  ELSE 'merged' END,
  json_extract('["low","medium","high","critical","medium","medium","low"]', '$[' || (n % 7) || ']'),
  CASE WHEN n % 5 = 0 AND n > 5 THEN '["tkt_' || (n - 5) || '"]' ELSE '[]' END,
  printf('a0%07dV', n), 'prj_' || (n % 3),
  CASE WHEN n % ${every} <> 0 AND n % 3 = 0 THEN ${TIME} END,
  CASE WHEN n % ${every} <> 0 THEN ${TIME} END, CASE WHEN n % ${every} <> 0 THEN ${TIME} END, ${TIME}, ${TIME}
FROM numbers`;
}

const recordsSql = (rows: number) => [
  `${NUMBERS} INSERT INTO chat_messages (id, agent_id, role, content, timestamp)
   SELECT 'msg_' || n, 'agt_' || (1 + n % ${String(AGENT_COUNT)}), 'agent', words(n, 12) ||${needleSql(rows)}, ${TIME} FROM numbers`,
  `${NUMBERS} INSERT INTO agent_logs (id, agent_id, ticket_id, level, message, created_at)
   SELECT 'log_' || n, 'agt_' || (1 + n % ${String(AGENT_COUNT)}), 'tkt_' || (1 + n % 1000), 'info', words(n, 8), ${TIME} FROM numbers`,
  `${NUMBERS} INSERT INTO events (id, event_type, ticket_id, created_at, processed, subject, subject_id, actor, after)
   SELECT 'evt_' || n, 'status_changed', 'tkt_' || (1 + n % 1000), ${TIME}, n % 20 > 0, 'tickets', 'tkt_' || (1 + n % 1000),
     'person', '{"status":"ready"}' FROM numbers`,
  `${NUMBERS} INSERT INTO ticket_runs (id, ticket_id, agent_id, status, started_at, completed_at)
   SELECT 'run_' || n, 'tkt_' || (1 + n % ${String(RUN_TICKET_COUNT)}), 'agt_' || (1 + n % ${String(AGENT_COUNT)}), 'completed', ${TIME}, ${TIME} FROM numbers`,
];

const FILLS: Readonly<Record<SeedKind, (rows: number) => readonly (readonly [string, number])[]>> =
  {
    tickets: (rows) => [[ticketsSql(rows, 12), rows]],
    board: (rows) => [[ticketsSql(rows, 12, 1), rows]],
    texts: (rows) => [[ticketsSql(rows, 90), rows]],
    records: (rows) => [
      [ticketsSql(1_000, 12), 1_000],
      ...recordsSql(rows).map((sql) => [sql, rows] as const),
    ],
  };

/**
 * Gives the file of a database with so many rows, made now or by an earlier run.
 *
 * @param folder Where such files are kept; those of another schema are removed.
 */
export async function seedFile(
  folder: string,
  wasm: Uint8Array,
  kind: SeedKind,
  rows: number,
): Promise<string> {
  const mine = path.join(folder, fingerprint());
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (name !== path.basename(mine)) fs.rmSync(path.join(folder, name), { recursive: true });
  }
  fs.mkdirSync(mine, { recursive: true });
  const file = path.join(mine, `${kind}-${String(rows)}.db`);
  if (!fs.existsSync(file)) {
    const draft = `${file}.draft`;
    fs.writeFileSync(draft, await emptyImage(wasm));
    fill(draft, kind, rows);
    fs.renameSync(draft, file);
  }
  return file;
}

/** Gives a word by its rank: 0 is the most common one. */
export function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
  }
  return word;
}

async function emptyImage(wasm: Uint8Array): Promise<Uint8Array> {
  const database = (await createEngine(wasm, systemClock, newestSchemaVersion)).open(null);
  try {
    await migrate(database, builtInMigrations, systemClock, () => undefined);
    return database.snapshot();
  } finally {
    database.close();
  }
}

function fill(file: string, kind: SeedKind, rows: number): void {
  const database = new DatabaseSync(file);
  const words = wordMaker();
  database.function('words', { deterministic: true }, (seed, count) =>
    words(Number(seed), Number(count)),
  );
  // Nobody reads it before it is complete, so nothing has to survive a crash.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF');
  database.exec('PRAGMA cache_size = -500000');
  database.exec('BEGIN');
  const restore = dropIndexes(database);
  database.exec(PEOPLE);
  for (const [sql, count] of [[AGENTS, AGENT_COUNT] as const, ...FILLS[kind](rows)]) {
    database.prepare(sql).run(count);
  }
  restore();
  database.exec('COMMIT');
  database.exec('PRAGMA journal_mode = DELETE');
  database.close();
}

/**
 * Takes away what is kept up to date with each row: made at the end, it takes a fraction of the time.
 *
 * @returns A function that makes it all again.
 */
function dropIndexes(database: DatabaseSync): () => void {
  const parts = database
    .prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    )
    .all();
  for (const { type, name } of parts) database.exec(`DROP ${String(type)} ${String(name)}`);
  return () => {
    for (const { sql } of parts) database.exec(String(sql));
    const indexes = database
      .prepare("SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts4%'")
      .all();
    for (const { name } of indexes) {
      database.exec(`INSERT INTO ${String(name)} (${String(name)}) VALUES ('rebuild')`);
    }
  };
}

/** Makes texts in words that are as unevenly common as those of a language, the same for a seed each time. */
function wordMaker(): (seed: number, count: number) => string {
  const vocabulary = Array.from({ length: VOCABULARY_SIZE }, (_, rank) => wordOf(rank));
  return (seed, count) => {
    let state = (seed * 2_654_435_761) % 2 ** 32;
    const words: string[] = [];
    for (let index = 0; index < count; index += 1) {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      // The word of rank n is about 1/n as common as the first.
      words.push(vocabulary[Math.floor(VOCABULARY_SIZE ** (state / 2 ** 32)) - 1] ?? '');
    }
    return words.join(' ');
  };
}

function fingerprint(): string {
  const hash = createHash('sha256').update(JSON.stringify(builtInMigrations));
  const fills = Object.values(FILLS).map((statements) => statements(1));
  return hash
    .update(JSON.stringify([PEOPLE, AGENTS, fills, SYLLABLES]))
    .digest('hex')
    .slice(0, 12);
}
