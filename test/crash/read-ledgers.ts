import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { EMPTY_LEDGER, type AgentRow, type Ledger, type RunRow, type TicketRow } from './ledger.ts';

/** What a database file holds. */
export type Findings = {
  /** The rows of each writer, by the name that their titles begin with. */
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** The ids of tickets and agents, by their titles and names. */
  readonly ids: ReadonlyMap<string, string>;
};

type Value = string | number | null;

type Rows = {
  tickets: Map<string, TicketRow>;
  agents: Map<string, AgentRow>;
  runs: RunRow[];
  messages: string[];
};

/** Reads a file with the SQLite of Node, which knows nothing of SweatShop; fails when it is not whole. */
export function readLedgers(file: string): Findings {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    return collect(database);
  } finally {
    database.close();
  }
}

function collect(database: DatabaseSync): Findings {
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => row as Record<string, Value>);
  const ledgers = new Map<string, Rows>();
  const ofWriter = (name: Value | undefined): Rows => {
    const writer = String(name).split(' ')[0] ?? '';
    const rows = ledgers.get(writer) ?? {
      tickets: new Map(),
      agents: new Map(),
      runs: [],
      messages: [],
    };
    ledgers.set(writer, rows);
    return rows;
  };

  const tickets = all('SELECT * FROM tickets ORDER BY rowid');
  const agents = all('SELECT * FROM agents ORDER BY rowid');
  const names = new Map<Value | undefined, string>([
    ...tickets.map((row) => [row['id'], String(row['title'])] as const),
    ...agents.map((row) => [row['id'], String(row['name'])] as const),
  ]);
  const nameOf = (id: Value | undefined) =>
    id === null ? null : (names.get(id) ?? `nobody: ${String(id)}`);

  for (const row of tickets) {
    expect(row['position']).not.toBe('');
    ofWriter(row['title']).tickets.set(String(row['title']), {
      description: String(row['description']),
      labels: JSON.parse(String(row['labels'])) as string[],
      dependsOn: (JSON.parse(String(row['depends_on'])) as string[]).map((id) =>
        String(nameOf(id)),
      ),
      status: String(row['status']),
      agent: nameOf(row['assigned_agent_id']),
    });
  }
  for (const row of agents) {
    const agent = { status: String(row['status']), ticket: nameOf(row['assigned_ticket_id']) };
    ofWriter(row['name']).agents.set(String(row['name']), agent);
  }
  for (const row of all('SELECT * FROM ticket_runs ORDER BY rowid')) {
    const agent = String(nameOf(row['agent_id']));
    ofWriter(agent).runs.push({
      ...{ agent, ticket: String(nameOf(row['ticket_id'])), status: String(row['status']) },
      interventions: Number(row['human_intervention_count']),
    });
  }
  for (const row of all('SELECT agent_id, content FROM chat_messages ORDER BY rowid')) {
    ofWriter(nameOf(row['agent_id'])).messages.push(String(row['content']));
  }
  return { ledgers, ids: new Map([...names].map(([id, name]) => [name, String(id)])) };
}

/** Gives the rows of one writer; none where it has not written yet. */
export function ledgerOf({ ledgers }: Findings, writer: string): Ledger {
  return ledgers.get(writer) ?? EMPTY_LEDGER;
}
