import type { TicketCard } from '../../../shared/entities/ticket.ts';

const MOST_FOUND = 12;

/**
 * Finds tickets by title or id: unfinished ones before merged ones, and of those whatever begins with the text first.
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
  const found = cards.flatMap((card) => {
    if (excludedIds.includes(card.id)) return [];
    const fields = [card.externalId ?? '', card.id, card.title].map((field) => field.toLowerCase());
    if (!fields.some((field) => field.includes(wanted))) return [];
    const begins = fields.some((field) => field.startsWith(wanted));
    return [{ card, rank: (card.status === 'merged' ? 2 : 0) + (begins ? 0 : 1) }];
  });
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_FOUND)
    .map(({ card }) => card);
}
