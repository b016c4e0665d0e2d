import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import { SweatShopError } from '../../shared/errors.ts';
import type { Ticket, TicketPlace, TicketStatus } from '../../shared/types.ts';
import type { TicketRepository } from '../repositories/ticket-repository.ts';

/**
 * Finds positions in the manual order of the board's columns.
 *
 * A position is a fractional index: between any two there is always another one, so a move writes one row.
 */
export class TicketPositions {
  readonly #tickets: TicketRepository;

  constructor(tickets: TicketRepository) {
    this.#tickets = tickets;
  }

  /** Gives a position above all tickets of a column. */
  top(status: TicketStatus): string {
    return this.#retryRenumbered(status, () =>
      generateKeyBetween(null, this.#tickets.topOf(status)?.position ?? null),
    );
  }

  /** Gives positions above all tickets of a column, in rising order. */
  topMany(status: TicketStatus, count: number): readonly string[] {
    return this.#retryRenumbered(status, () =>
      generateNKeysBetween(null, this.#tickets.topOf(status)?.position ?? null, count),
    );
  }

  /**
   * Gives the position of a place on the board.
   *
   * @param movedId The ticket that goes there.
   * @throws SweatShopError NotFound when the neighbour does not exist; Conflict when it left the column.
   */
  at({ status, beforeId, afterId }: TicketPlace, movedId: string): string {
    const anchorId = beforeId ?? afterId;
    if (anchorId === undefined) return this.top(status);
    return this.#retryRenumbered(status, () => {
      const anchor = this.#tickets.getOrThrow(anchorId);
      if (anchor.id === movedId) return anchor.position;
      assertInColumn(anchor, status);
      const side = beforeId === undefined ? 'after' : 'before';
      const neighbour = this.#tickets.neighbour(anchor, side, movedId)?.position ?? null;
      return side === 'before'
        ? generateKeyBetween(neighbour, anchor.position)
        : generateKeyBetween(anchor.position, neighbour);
    });
  }

  /** Equal or malformed positions, as a foreign hand may leave them, have nothing between them. */
  #retryRenumbered<T>(status: TicketStatus, find: () => T): T {
    try {
      return find();
    } catch (error) {
      if (error instanceof SweatShopError) throw error;
      this.#renumber(status);
      return find();
    }
  }

  #renumber(status: TicketStatus): void {
    const placements = this.#tickets.placements(status);
    const positions = generateNKeysBetween(null, null, placements.length);
    for (const [index, { id }] of placements.entries()) {
      this.#tickets.update(id, { position: positions[index] });
    }
  }
}

function assertInColumn(anchor: Ticket, status: TicketStatus): void {
  if (anchor.status === status) return;
  throw new SweatShopError(
    'Conflict',
    `"${anchor.title}" is not in this column any more. Try again.`,
    { id: anchor.id, status: anchor.status },
  );
}
