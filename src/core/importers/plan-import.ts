import { TICKET_PRIORITIES } from '../../shared/types.ts';
import type { ImportedTicket, ImportNotice } from './imported-ticket.ts';

const SHOWN_PATH_END = 6;

/** A ticket of the same source that is on the board already. */
export type ExistingTicket = { readonly id: string; readonly externalId: string };

/** What an import would do; ids are compared without case. */
export type ImportPlan = {
  /** New tickets in the order that each column shall have; their dependencies all exist and close no cycle. */
  readonly create: readonly ImportedTicket[];
  /** How many tickets are on the board already and stay as they are. */
  readonly unchanged: number;
  /** Tickets on the board that wait for tickets that only come in now. */
  readonly links: readonly ImportLink[];
  readonly warnings: readonly ImportNotice[];
};

export type ImportLink = {
  /** The id of a ticket on the board. */
  readonly id: string;
  /** External ids of new tickets. */
  readonly dependsOn: readonly string[];
  readonly ticket: ImportedTicket;
};

/**
 * Decides what an import does, without doing it.
 *
 * A ticket that is on the board already is left alone: a person may have changed it. Dependencies on tickets
 * that exist nowhere, and those that close a cycle, are left out with a warning.
 *
 * @param tickets What the source holds, each external id once.
 * @param existing What the board holds of that source.
 */
export function planImport(
  tickets: readonly ImportedTicket[],
  existing: readonly ExistingTicket[],
): ImportPlan {
  const existingIds = new Map(existing.map(({ id, externalId }) => [keyOf(externalId), id]));
  const isNew = ({ externalId }: ImportedTicket) => !existingIds.has(keyOf(externalId));
  const newTickets = tickets.filter(isNew);
  const newIds = new Map(newTickets.map((ticket) => [keyOf(ticket.externalId), ticket.externalId]));
  const warnings = newTickets.flatMap((ticket) => ticket.warnings);

  const known = newTickets.map((ticket) => ({
    ...ticket,
    dependsOn: ticket.dependsOn.filter((id) => {
      if (newIds.has(keyOf(id)) || existingIds.has(keyOf(id))) return true;
      const message = `${ticket.externalId} depends on ${id}, which does not exist; that dependency is left out`;
      warnings.push(dependencyNotice(ticket, message));
      return false;
    }),
  }));
  const acyclic = withoutCycles(known, (ticket, path) => {
    const message = `${formatPath(path)} is a cycle; its last step is left out`;
    warnings.push(dependencyNotice(ticket, message));
  });

  const links = tickets.flatMap((ticket) => {
    const id = existingIds.get(keyOf(ticket.externalId));
    const dependsOn = ticket.dependsOn.filter((dependency) => newIds.has(keyOf(dependency)));
    return id === undefined || dependsOn.length === 0 ? [] : [{ id, dependsOn, ticket }];
  });
  return {
    create: acyclic.toSorted(bySourceOrder),
    unchanged: tickets.length - newTickets.length,
    links,
    warnings,
  };
}

/** Gives the form in which two spellings of an external id are the same. */
export function keyOf(externalId: string): string {
  return externalId.toLowerCase();
}

/** Makes a notice about the dependencies of a ticket. */
export function dependencyNotice({ origin }: ImportedTicket, message: string): ImportNotice {
  return { file: origin.file, line: origin.dependenciesLine, message };
}

/**
 * Takes out each dependency that closes a cycle.
 *
 * Depth first with a stack of its own: a chain of a hundred thousand tickets must not overflow the machine's.
 *
 * @param onCycle Told of the ticket that loses a dependency, and of the cycle, which starts and ends alike.
 */
function withoutCycles(
  tickets: readonly ImportedTicket[],
  onCycle: (ticket: ImportedTicket, path: readonly string[]) => void,
): ImportedTicket[] {
  const byKey = new Map(tickets.map((ticket) => [keyOf(ticket.externalId), ticket]));
  const kept = new Map<ImportedTicket, string[]>();
  const openDepths = new Map<ImportedTicket, number>();
  for (const root of tickets) {
    if (kept.has(root)) continue;
    const stack = [visit(root)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const id = top.remaining.next().value;
      if (id === undefined) {
        openDepths.delete(top.ticket);
        stack.pop();
        continue;
      }
      const next = byKey.get(keyOf(id));
      const depth = next && openDepths.get(next);
      if (next && depth !== undefined) {
        const open = stack.slice(depth).map(({ ticket }) => ticket.externalId);
        onCycle(top.ticket, [...open, next.externalId]);
        continue;
      }
      top.kept.push(id);
      if (next && !kept.has(next)) {
        stack.push(visit(next, stack.length));
      }
    }
  }
  return tickets.map((ticket) => ({ ...ticket, dependsOn: kept.get(ticket) ?? [] }));

  function visit(ticket: ImportedTicket, depth = 0) {
    const keptIds: string[] = [];
    kept.set(ticket, keptIds);
    openDepths.set(ticket, depth);
    return { ticket, kept: keptIds, remaining: ticket.dependsOn.values() };
  }
}

/** A path that is too long to read keeps its ends. */
function formatPath(path: readonly string[]): string {
  const ends =
    path.length <= 2 * SHOWN_PATH_END
      ? path
      : [...path.slice(0, SHOWN_PATH_END), '…', ...path.slice(-SHOWN_PATH_END)];
  return ends.join(' → ');
}

/** The source's own order first; tickets that have none follow by priority and then age. */
function bySourceOrder(one: ImportedTicket, other: ImportedTicket): number {
  return (
    compare(one.ordinal ?? Infinity, other.ordinal ?? Infinity) ||
    TICKET_PRIORITIES.indexOf(one.priority) - TICKET_PRIORITIES.indexOf(other.priority) ||
    compare(one.createdAt ?? '', other.createdAt ?? '') ||
    one.externalId.localeCompare(other.externalId, 'en', { numeric: true })
  );
}

function compare<T extends string | number>(one: T, other: T): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
