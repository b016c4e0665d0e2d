import type { TableRow } from './table-row.ts';

/** An agent of a source, as far as it is about what it works on. */
export type Worker = {
  readonly row: TableRow;
  /** The key of its ticket. */
  readonly ticket: string | undefined;
  /** Whether it can have one. */
  readonly isBusy: boolean;
};

/** A ticket of a source, as far as it is about who works on it. */
export type Work = {
  readonly row: TableRow;
  /** The key of its agent. */
  readonly agent: string | undefined;
  /** Whether anybody can work on it. */
  readonly isOpen: boolean;
};

/** Who works on what: at most one ticket for an agent and one agent for a ticket. */
export type Assignments = {
  readonly ticketOf: ReadonlyMap<string, string>;
  readonly agentOf: ReadonlyMap<string, string>;
};

/**
 * Makes one of what two tables say about the same: what the agent says counts first, then what the ticket says. What
 * cannot be together is left out with a warning.
 */
export function pairUp(agents: readonly Worker[], tickets: readonly Work[]): Assignments {
  const ticketOf = new Map<string, string>();
  const agentOf = new Map<string, string>();
  const agentByKey = new Map(agents.map((agent) => [agent.row.key, agent]));
  const ticketByKey = new Map(tickets.map((ticket) => [ticket.row.key, ticket]));

  for (const { row, ticket, isBusy } of agents) {
    if (ticket === undefined) continue;
    const work = ticketByKey.get(ticket);
    const why = !isBusy
      ? 'it is idle'
      : work === undefined
        ? 'there is no such ticket'
        : !work.isOpen
          ? 'that one is closed'
          : agentOf.has(ticket)
            ? 'another agent works on it'
            : null;
    if (why !== null) {
      row.warn(`the agent has a ticket, which is left out because ${why}`);
      continue;
    }
    ticketOf.set(row.key, ticket);
    agentOf.set(ticket, row.key);
  }

  for (const { row, agent, isOpen } of tickets) {
    if (agent === undefined || agentOf.get(row.key) === agent) continue;
    const worker = agentByKey.get(agent);
    const why = !isOpen
      ? 'the ticket is closed'
      : worker === undefined
        ? 'there is no such agent'
        : !worker.isBusy
          ? 'that one is idle'
          : ticketOf.has(agent)
            ? 'that one works on another'
            : agentOf.has(row.key)
              ? 'another one works on it'
              : null;
    if (why !== null) {
      row.warn(`the ticket has an agent, which is left out because ${why}`);
      continue;
    }
    ticketOf.set(agent, row.key);
    agentOf.set(row.key, agent);
  }
  return { ticketOf, agentOf };
}
