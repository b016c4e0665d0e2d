import type { TicketPlace, TicketStatus } from '../../../shared/entities/ticket.ts';
import type { SweatShopApi } from '../../../shared/ipc-channels.ts';
import type { AgentActions } from '../../state/agent-actions.ts';
import type { AgentStore } from '../../state/agent-store.svelte.ts';
import { recall, remember } from '../../state/preferences.ts';
import type { TicketStore } from '../../state/ticket-store.svelte.ts';
import type { Toasts } from '../../state/toasts.svelte.ts';
import { STATUS_WORDS } from '../../ui/words.ts';
import {
  type Column,
  type Direction,
  neighbourOf,
  placeAt,
  type Slot,
  slotOf,
  stepSlot,
  toColumns,
  withCarried,
} from './board-columns.ts';
import { type BoardFilter, isFiltering, makeMatcher, NO_FILTER } from './board-filter.ts';
import { decisionFor } from './board-decisions.ts';

const BODY_SEARCH_DELAY_MS = 180;

export type BoardParts = {
  readonly api: SweatShopApi;
  readonly tickets: TicketStore;
  readonly agents: AgentStore;
  readonly agentActions: AgentActions;
  readonly toasts: Toasts;
  /** The filter as the address has it, and the way to change it there. */
  readonly filter: () => BoardFilter;
  readonly onfilter: (filter: BoardFilter) => void;
};

/** A card that is carried by keyboard, with the slot it would be dropped into. */
type Carried = { readonly id: string; readonly slot: Slot };

/** A move that can be taken back, with the message that offers it. */
type Move = { readonly id: string; readonly from: TicketPlace; readonly toastId: number | null };

/** The board behind its looks: columns, filters, focus, carrying and dropping. */
export class BoardController {
  readonly #parts: BoardParts;
  #bodyMatches = $state.raw<ReadonlySet<string>>(new Set());
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #activeId = $state<string | null>(null);
  #carried = $state.raw<Carried | null>(null);
  #announcement = $state('');
  #lastMove: Move | null = null;
  #collapsed = $state.raw<readonly string[]>(
    recall('board.collapsed', (stored) => (Array.isArray(stored) ? stored : undefined), [
      'rejected',
    ]),
  );

  readonly isFiltering: boolean = $derived.by(() => isFiltering(this.filter));
  readonly columns: readonly Column[] = $derived.by(() => {
    const matches = makeMatcher(this.filter, this.#bodyMatches);
    return toColumns(this.#parts.tickets.columns, matches);
  });
  readonly shownCount: number = $derived(
    this.columns.reduce((sum, { cards }) => sum + cards.length, 0),
  );
  /** The columns that can be walked through. */
  readonly openColumns: readonly Column[] = $derived(
    this.columns.filter(({ status }) => !this.isCollapsed(status)),
  );
  /** The columns as they are drawn: a carried card is shown where it would be dropped. */
  readonly shownColumns: readonly Column[] = $derived(
    this.#carried === null
      ? this.columns
      : withCarried(this.columns, this.#carried.id, this.#carried.slot),
  );
  /** The card that Tab leads to: the last one visited, or the first there is. */
  readonly tabStopId: string | null = $derived(
    slotOf(this.openColumns, this.#activeId) === null
      ? (this.openColumns.find(({ cards }) => cards.length > 0)?.cards[0]?.id ?? null)
      : this.#activeId,
  );

  constructor(parts: BoardParts) {
    this.#parts = parts;
  }

  get filter(): BoardFilter {
    return this.#parts.filter();
  }
  get carried(): Carried | null {
    return this.#carried;
  }
  /** What a screen reader is told. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Narrows the board; the long texts are searched a moment after the last letter. */
  narrow(change: Partial<BoardFilter>): void {
    this.#parts.onfilter({ ...this.filter, ...change });
    if (change.text !== undefined) this.searchBodies();
  }

  clearFilter(): void {
    this.narrow(NO_FILTER);
  }

  /** Asks which tickets hold the text in their long texts. */
  searchBodies(): void {
    clearTimeout(this.#searchTimer);
    const text = this.filter.text.trim();
    if (text === '') {
      this.#bodyMatches = new Set();
      return;
    }
    this.#searchTimer = setTimeout(() => void this.#searchBodies(text), BODY_SEARCH_DELAY_MS);
  }

  isCollapsed(status: TicketStatus): boolean {
    return this.#collapsed.includes(status);
  }

  toggleCollapsed(status: TicketStatus): void {
    this.#collapsed = this.isCollapsed(status)
      ? this.#collapsed.filter((other) => other !== status)
      : [...this.#collapsed, status];
    remember('board.collapsed', this.#collapsed);
  }

  /** Remembers the card that has the focus. */
  visit(id: string): void {
    this.#activeId = id;
  }

  /** Gives the card that a key leads to from the one with the focus. */
  walk(to: Direction): string | null {
    const id = this.tabStopId;
    if (id === null) return null;
    this.#activeId = neighbourOf(this.openColumns, id, to);
    return this.#activeId;
  }

  /** Picks a card up, to be carried by the arrow keys. */
  pickUp(id: string): void {
    const slot = slotOf(this.openColumns, id);
    const card = this.#parts.tickets.get(id);
    if (slot === null || card === undefined) return;
    this.#activeId = id;
    this.#carried = { id, slot };
    this.#announce(
      `Picked up ${card.title}. Use the arrow keys to carry it, Space to drop it, Escape to leave it where it was.`,
    );
  }

  carry(to: Direction): void {
    if (this.#carried === null) return;
    const { id } = this.#carried;
    const slot = stepSlot(this.openColumns, id, this.#carried.slot, to);
    this.#carried = { id, slot };
    this.#announce(this.#describe(id, slot));
  }

  putBack(): void {
    if (this.#carried === null) return;
    this.#carried = null;
    this.#announce('Left where it was.');
  }

  /** Drops what is carried. */
  async putDown(): Promise<void> {
    if (this.#carried === null) return;
    const { id, slot } = this.#carried;
    const isUnmoved = isSameSlot(slotOf(this.openColumns, id), slot);
    const place = placeAt(this.openColumns, id, slot);
    this.#carried = null;
    if (isUnmoved) this.#announce('Dropped where it was.');
    else await this.drop(id, place);
  }

  /** Moves a card by one step at once. */
  async nudge(id: string, to: Direction): Promise<void> {
    const slot = slotOf(this.openColumns, id);
    if (slot === null) return;
    this.#activeId = id;
    const next = stepSlot(this.openColumns, id, slot, to);
    if (!isSameSlot(slot, next)) await this.drop(id, placeAt(this.openColumns, id, next));
  }

  /**
   * Puts a ticket into a place, or takes the decision that the place stands for.
   *
   * A refusal is told, and the card is back where it was.
   */
  async drop(id: string, place: TicketPlace): Promise<void> {
    const { tickets, toasts } = this.#parts;
    const card = tickets.get(id);
    const from = tickets.placeOf(id);
    if (card === undefined || from === null) return;
    const agent = this.#parts.agents.get(card.assignedAgentId);
    const decision = agent ? decisionFor(card.status, place.status, agent.status) : null;
    if (agent !== undefined && decision !== null) {
      // A refusal, or a second thought, has been told by the action itself.
      const isDone = await this.#parts.agentActions[decision](agent);
      if (isDone) this.#announce(`${card.title}: ${DECISION_WORDS[decision]}.`);
      return;
    }
    try {
      await tickets.move(id, place);
      this.#announce(`${card.title} is now in ${STATUS_WORDS[place.status]}.`);
      const toastId =
        from.status === place.status
          ? null
          : toasts.notice(`Moved to ${STATUS_WORDS[place.status]}`, {
              label: 'Undo',
              run: () => void this.undoMove(),
            });
      this.#lastMove = { id, from, toastId };
    } catch (thrown) {
      this.#announce(`${card.title} was not moved.`);
      toasts.problem(thrown, `“${card.title}” was not moved`);
    }
  }

  /** Takes the last move back. */
  async undoMove(): Promise<void> {
    const move = this.#lastMove;
    if (move === null) return;
    this.#lastMove = null;
    if (move.toastId !== null) this.#parts.toasts.dismiss(move.toastId);
    try {
      await this.#parts.tickets.move(move.id, move.from);
      this.#announce('The move was taken back.');
    } catch (thrown) {
      this.#parts.toasts.problem(thrown, 'The move was not taken back');
    }
  }

  #describe(id: string, { status, index }: Slot): string {
    const cards = this.openColumns.find((column) => column.status === status)?.cards ?? [];
    const count = cards.filter((card) => card.id !== id).length + 1;
    return `${STATUS_WORDS[status]}, place ${String(index + 1)} of ${String(count)}.`;
  }

  #announce(text: string): void {
    this.#announcement = text;
  }

  async #searchBodies(text: string): Promise<void> {
    try {
      const cards = await this.#parts.api.tickets.cards({ text });
      if (this.filter.text.trim() === text) this.#bodyMatches = new Set(cards.map(({ id }) => id));
    } catch (thrown) {
      this.#parts.toasts.problem(thrown, 'Descriptions were not searched');
    }
  }
}

const DECISION_WORDS = { approve: 'approved', reject: 'rejected', merge: 'merged' } as const;

function isSameSlot(a: Slot | null, b: Slot): boolean {
  return a?.status === b.status && a.index === b.index;
}
