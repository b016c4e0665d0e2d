import type { TicketCard } from '../../../shared/entities/ticket.ts';

const MOST_FOUND = 12;

/**
 * Finds tickets by title or id, those that begin with the text first.
 *
 * @param text What was typed so far; nothing yet finds the first tickets.
 * @param excludedIds Tickets that are not offered.
 */
export function findTickets(
  cards: readonly TicketCard[],
  text: string,
  excludedIds: readonly string[],
): readonly TicketCard[] {
  const wanted = text.trim().toLowerCase();
  const begins: TicketCard[] = [];
  const holds: TicketCard[] = [];
  for (const card of cards) {
    if (excludedIds.includes(card.id)) continue;
    const fields = [card.externalId ?? '', card.id, card.title].map((field) => field.toLowerCase());
    if (fields.some((field) => field.startsWith(wanted))) begins.push(card);
    else if (fields.some((field) => field.includes(wanted))) holds.push(card);
    if (begins.length === MOST_FOUND) break;
  }
  return [...begins, ...holds].slice(0, MOST_FOUND);
}
