import type { Agent } from '../../../shared/entities/agent.ts';
import type { TicketCard } from '../../../shared/entities/ticket.ts';

const MOST_OF_EACH = 8;

/** Something a person can do from anywhere. */
export type Command = {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  /** Other words for the same. */
  readonly alias?: string;
  readonly run: () => void;
};

export type Found = {
  readonly commands: readonly Command[];
  readonly agents: readonly Agent[];
  readonly tickets: readonly TicketCard[];
};

type Everything = {
  readonly commands: readonly Command[];
  readonly agents: readonly Agent[];
  readonly tickets: readonly TicketCard[];
};

/**
 * Finds what fits a few words, in any order; what begins with the text comes first.
 *
 * Tickets are only looked for when something was typed: nobody wants the first eight of thousands.
 */
export function findInPalette(text: string, { commands, agents, tickets }: Everything): Found {
  const wanted = text.trim().toLowerCase();
  const best = <T>(items: readonly T[], words: (item: T) => string) =>
    rank(items, wanted, words).slice(0, MOST_OF_EACH);
  return {
    commands:
      wanted === '' ? commands : best(commands, ({ label, alias }) => `${label} ${alias ?? ''}`),
    agents: best(agents, ({ name }) => name),
    tickets:
      wanted === ''
        ? []
        : best(tickets, ({ title, externalId, id }) => `${externalId ?? ''} ${title} ${id}`),
  };
}

function rank<T>(items: readonly T[], wanted: string, wordsOf: (item: T) => string): readonly T[] {
  const parts = wanted.split(/\s+/);
  const begins: T[] = [];
  const holds: T[] = [];
  for (const item of items) {
    const words = wordsOf(item).trim().toLowerCase();
    if (words.startsWith(wanted)) begins.push(item);
    else if (parts.every((part) => words.includes(part))) holds.push(item);
  }
  return [...begins, ...holds];
}
