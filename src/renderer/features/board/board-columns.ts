import {
  TICKET_STATUSES,
  type TicketCard,
  type TicketPlace,
  type TicketStatus,
} from '../../../shared/entities/ticket.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

export type Column = {
  readonly status: TicketStatus;
  readonly cards: readonly TicketCard[];
  /** How many tickets the column holds, filtered or not. */
  readonly total: number;
};

/** A place among the cards that are shown. */
export type Slot = { readonly status: TicketStatus; readonly index: number };

/**
 * Splits the tickets into columns.
 *
 * @param columns The tickets of each status in manual order.
 * @param isShown Whether the filter takes a ticket in.
 */
export function toColumns(
  columns: ReadonlyMap<TicketStatus, readonly TicketCard[]>,
  isShown: (card: TicketCard) => boolean,
): readonly Column[] {
  return TICKET_STATUSES.map((status) => {
    const all = columns.get(status) ?? [];
    return { status, cards: all.filter(isShown), total: all.length };
  });
}

/** Finds a card among those that are shown. */
export function slotOf(columns: readonly Column[], id: string | null): Slot | null {
  for (const { status, cards } of columns) {
    const index = cards.findIndex((card) => card.id === id);
    if (index >= 0) return { status, index };
  }
  return null;
}

/**
 * Gives the card that an arrow key leads to.
 *
 * Sideways it skips columns without cards and keeps to the same height as far as the column reaches.
 *
 * @returns The card's id, or the given one where there is nothing in that direction.
 */
export function neighbourOf(columns: readonly Column[], id: string, to: Direction): string {
  const slot = slotOf(columns, id);
  if (slot === null) return id;
  const at = columns.findIndex(({ status }) => status === slot.status);
  if (to === 'up' || to === 'down') {
    return columns[at]?.cards[slot.index + (to === 'down' ? 1 : -1)]?.id ?? id;
  }
  const others = to === 'right' ? columns.slice(at + 1) : columns.slice(0, at).reverse();
  const cards = others.find((column) => column.cards.length > 0)?.cards ?? [];
  return cards[Math.min(slot.index, cards.length - 1)]?.id ?? id;
}

/**
 * Gives the slot one step further, for a card that is carried by keyboard.
 *
 * @param slot Where it is; the index counts the column without the carried card.
 */
export function stepSlot(
  columns: readonly Column[],
  carriedId: string,
  slot: Slot,
  to: Direction,
): Slot {
  const lengthOf = (column: Column | undefined) =>
    column?.cards.filter(({ id }) => id !== carriedId).length ?? 0;
  const at = columns.findIndex(({ status }) => status === slot.status);
  if (to === 'up' || to === 'down') {
    const index = slot.index + (to === 'down' ? 1 : -1);
    return { ...slot, index: clamp(index, 0, lengthOf(columns[at])) };
  }
  const column = columns[at + (to === 'right' ? 1 : -1)];
  if (column === undefined) return slot;
  return { status: column.status, index: Math.min(slot.index, lengthOf(column)) };
}

/** Shows a carried card in its slot instead of where it came from; the totals stay. */
export function withCarried(
  columns: readonly Column[],
  carriedId: string,
  slot: Slot,
): readonly Column[] {
  const carried = columns.flatMap(({ cards }) => cards).find(({ id }) => id === carriedId);
  if (carried === undefined) return columns;
  return columns.map((column) => {
    const cards = column.cards.filter(({ id }) => id !== carriedId);
    return column.status === slot.status
      ? { ...column, cards: cards.toSpliced(slot.index, 0, carried) }
      : { ...column, cards };
  });
}

/** Says a slot in the words of `tickets.move`: beside the neighbour that is shown there. */
export function placeAt(
  columns: readonly Column[],
  carriedId: string,
  { status, index }: Slot,
): TicketPlace {
  const shown = columns.find((column) => column.status === status)?.cards ?? [];
  const cards = shown.filter(({ id }) => id !== carriedId);
  const before = cards[index - 1];
  if (before !== undefined) return { status, afterId: before.id };
  const after = cards[index];
  return after === undefined ? { status } : { status, beforeId: after.id };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
