/** What a writer does: each deed is one call, and so one transaction. */
export type Deed =
  | { readonly kind: 'createTicket'; readonly title: string; readonly ticket: TicketText }
  | { readonly kind: 'editTicket'; readonly title: string; readonly description: string }
  | { readonly kind: 'moveTicket'; readonly title: string; readonly status: string }
  | { readonly kind: 'deleteTicket'; readonly title: string }
  | { readonly kind: 'createAgent'; readonly name: string }
  | { readonly kind: 'assign'; readonly name: string; readonly title: string }
  | { readonly kind: 'stop'; readonly name: string; readonly reason: string }
  | { readonly kind: 'chat'; readonly name: string; readonly content: string };

export type TicketText = {
  readonly description: string;
  readonly labels: readonly string[];
  /** Titles; in the database they are ids. */
  readonly dependsOn: readonly string[];
};

export type TicketRow = TicketText & {
  readonly status: string;
  /** The name of the agent that works on it. */
  readonly agent: string | null;
};

export type AgentRow = { readonly status: string; readonly ticket: string | null };

export type RunRow = {
  readonly ticket: string;
  readonly agent: string;
  readonly status: string;
  readonly interventions: number;
};

/**
 * All rows of one writer, without what only the application knows, such as ids and times; rows in the order in which
 * they were made.
 */
export type Ledger = {
  readonly tickets: ReadonlyMap<string, TicketRow>;
  readonly agents: ReadonlyMap<string, AgentRow>;
  readonly runs: readonly RunRow[];
  readonly messages: readonly string[];
};

export const EMPTY_LEDGER: Ledger = {
  tickets: new Map(),
  agents: new Map(),
  runs: [],
  messages: [],
};

/** Gives what the database must hold after a deed: all that the deed changes, in whatever tables. */
export function ledgerAfter(ledger: Ledger, deed: Deed): Ledger {
  const { tickets, agents, runs, messages } = ledger;
  switch (deed.kind) {
    case 'createTicket': {
      const row = { ...deed.ticket, status: 'backlog', agent: null };
      return { ...ledger, tickets: withRow(tickets, deed.title, row) };
    }
    case 'editTicket':
      return withTicket(ledger, deed.title, { description: deed.description });
    case 'moveTicket':
      return withTicket(ledger, deed.title, { status: deed.status });
    case 'deleteTicket': {
      const rest = [...tickets].filter(([title]) => title !== deed.title);
      const freed = rest.map(([title, row]) => {
        const dependsOn = row.dependsOn.filter((other) => other !== deed.title);
        return [title, { ...row, dependsOn }] as const;
      });
      return {
        ...ledger,
        tickets: new Map(freed),
        runs: runs.filter(({ ticket }) => ticket !== deed.title),
      };
    }
    case 'createAgent':
      return { ...ledger, agents: withRow(agents, deed.name, { status: 'IDLE', ticket: null }) };
    case 'assign': {
      const { name, title } = deed;
      const run = { ticket: title, agent: name, status: 'running', interventions: 0 };
      return {
        ...withTicket(ledger, title, { status: 'in_progress', agent: name }),
        agents: withRow(agents, name, { status: 'ASSIGNED', ticket: title }),
        runs: [...runs, run],
        messages: [...messages, `Assigned: ${title}`],
      };
    }
    case 'stop': {
      const title = agents.get(deed.name)?.ticket ?? '';
      return {
        ...withTicket(ledger, title, { status: 'ready', agent: null }),
        agents: withRow(agents, deed.name, { status: 'IDLE', ticket: null }),
        runs: withRunning(runs, deed.name, (run) => ({ ...run, status: 'cancelled' })),
        messages: [...messages, deed.reason],
      };
    }
    case 'chat':
      return {
        ...ledger,
        runs: withRunning(runs, deed.name, (run) => ({
          ...run,
          interventions: run.interventions + 1,
        })),
        messages: [...messages, deed.content],
      };
  }
}

function withRow<Row>(
  rows: ReadonlyMap<string, Row>,
  key: string,
  row: Row,
): ReadonlyMap<string, Row> {
  return new Map(rows).set(key, row);
}

function withTicket(ledger: Ledger, title: string, patch: Partial<TicketRow>): Ledger {
  const ticket = ledger.tickets.get(title);
  if (!ticket) throw new Error(`The writer has no ticket ${title}.`);
  return { ...ledger, tickets: withRow(ledger.tickets, title, { ...ticket, ...patch }) };
}

function withRunning(
  runs: readonly RunRow[],
  agent: string,
  change: (run: RunRow) => RunRow,
): readonly RunRow[] {
  return runs.map((run) => (run.agent === agent && run.status === 'running' ? change(run) : run));
}
