import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type {
  Ticket,
  TicketCard,
  TicketPlace,
  TicketStatus,
} from '../../shared/entities/ticket.ts';
import { EntityStore } from './entity-store.svelte.ts';

/** Sorts before every character of a position, so `key + AFTER` stands right behind `key`. */
const AFTER = '\u0001';

/** Every ticket as a card. */
export class TicketStore extends EntityStore<TicketCard> {
  readonly #api: SweatShopApi;

  /** The tickets of each status in manual order. */
  readonly columns: ReadonlyMap<TicketStatus, readonly TicketCard[]> = $derived.by(() => {
    const columns = Map.groupBy(this.all, ({ status }) => status);
    for (const cards of columns.values()) cards.sort(inManualOrder);
    return columns;
  });

  /** Every label in use with the number of its tickets, in alphabetical order. */
  readonly labels: readonly { readonly name: string; readonly count: number }[] = $derived.by(
    () => {
      const counts = new Map<string, number>();
      for (const { labels } of this.all) {
        for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      return [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
  );

  constructor(api: SweatShopApi) {
    super({
      loadAll: () => api.tickets.cards({ orderBy: 'position' }),
      loadSome: (ids) => api.tickets.cards({ ids: [...ids] }),
    });
    this.#api = api;
  }

  /**
   * Gives the tickets that hold this one up.
   *
   * It is computed here, not taken from the card: merging a blocker changes the blocker's row only.
   */
  blockersOf(card: TicketCard): readonly TicketCard[] {
    return card.dependsOn.flatMap((id) => {
      const blocker = this.byId.get(id);
      return blocker === undefined || blocker.status === 'merged' ? [] : [blocker];
    });
  }

  /** Takes in a whole ticket that a call answered with. */
  putTicket(ticket: Ticket): void {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the rest is the card
    const { description, acceptanceCriteria, ...card } = ticket;
    this.put({ ...card, blockedBy: [] });
  }

  /**
   * Puts a ticket into a place of the board, and shows it there at once.
   *
   * @throws SweatShopError as `tickets.move`; the ticket is then back where it was.
   */
  async move(id: string, place: TicketPlace): Promise<void> {
    const change = { status: place.status, position: this.#provisionalPosition(id, place) };
    await this.optimistically(id, change, async () => {
      this.putTicket(await this.#api.tickets.move(id, place));
    });
  }

  /**
   * Gives the place where a ticket stands, in the form that brings it back there.
   *
   * @returns Null when there is no such ticket.
   */
  placeOf(id: string): TicketPlace | null {
    const card = this.byId.get(id);
    if (card === undefined) return null;
    const column = this.columns.get(card.status) ?? [];
    const index = column.findIndex((other) => other.id === id);
    const [before, after] = [column[index - 1], column[index + 1]];
    if (before !== undefined) return { status: card.status, afterId: before.id };
    return after === undefined
      ? { status: card.status }
      : { status: card.status, beforeId: after.id };
  }

  /** A key that sorts into the place until the real one arrives. */
  #provisionalPosition(id: string, place: TicketPlace): string {
    const column = (this.columns.get(place.status) ?? []).filter((card) => card.id !== id);
    if (place.afterId !== undefined) {
      const neighbour = column.find((card) => card.id === place.afterId);
      if (neighbour !== undefined) return neighbour.position + AFTER;
    }
    const next = column.findIndex((card) => card.id === place.beforeId);
    const previous = column[next - 1];
    return previous === undefined ? '' : previous.position + AFTER;
  }
}

function inManualOrder(a: TicketCard, b: TicketCard): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
