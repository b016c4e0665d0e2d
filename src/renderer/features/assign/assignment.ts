import type { TicketCard, TicketStatus } from '../../../shared/entities/ticket.ts';
import type { TicketStore } from '../../state/ticket-store.svelte.ts';

/** Values of the choices that name no row. */
export const NEW_AGENT = 'new';
export const NO_ORG = 'none';
export const ANY_ORG = 'any';

const MOST_OFFERED = 12;
const MOST_BRANCH_LETTERS = 48;

/** The likeliest first: what is ready, then what was sent back, then the rest. */
const OFFERED: readonly TicketStatus[] = ['ready', 'rejected', 'in_progress', 'backlog'];

/** Gives tickets that an agent could start on: nobody has them and they wait for nothing. */
export function assignableTickets(tickets: TicketStore, text: string): readonly TicketCard[] {
  const wanted = text.trim().toLowerCase();
  const found: TicketCard[] = [];
  for (const card of OFFERED.flatMap((status) => tickets.columns.get(status) ?? [])) {
    const isFree = card.assignedAgentId === undefined && tickets.blockersOf(card).length === 0;
    const words = `${card.externalId ?? ''} ${card.title} ${card.id}`.toLowerCase();
    if (isFree && words.includes(wanted)) found.push(card);
    if (found.length === MOST_OFFERED) break;
  }
  return found;
}

/** Proposes a branch after the ticket's id and title, cut between two words: `back-12-fix-the-board`. */
export function branchNameFor(card: TicketCard | undefined): string {
  if (card === undefined) return '';
  const words =
    `${card.externalId ?? ''} ${card.title}`.toLowerCase().match(/[a-z0-9]+(?:\.[a-z0-9]+)*/g) ??
    [];
  let name = words[0] ?? '';
  for (const word of words.slice(1)) {
    if (name.length + word.length >= MOST_BRANCH_LETTERS) break;
    name += `-${word}`;
  }
  return name.slice(0, MOST_BRANCH_LETTERS);
}
