import {
  attachClosestEdge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import type { DragLocation, Input } from '@atlaskit/pragmatic-drag-and-drop/types';
import {
  TICKET_STATUSES,
  type TicketPlace,
  type TicketStatus,
} from '../../../shared/entities/ticket.ts';
import { EdgeScroller } from './edge-scroller.ts';

/** Where the line is drawn: at an edge of a card, or (without a card) at the end of a column. */
export type DropHint = {
  readonly status: TicketStatus;
  readonly cardId: string | null;
  readonly edge: 'top' | 'bottom';
};

type Options = {
  /** The last card that a column shows, or null for an empty one. */
  readonly lastCardOf: (status: TicketStatus) => string | null;
  readonly ondrop: (id: string, place: TicketPlace) => void;
};

/** Dragging by mouse: which card is under way, and where it would land. */
export class BoardDrag {
  readonly #options: Options;
  readonly #scroller = new EdgeScroller();
  #draggedId = $state<string | null>(null);
  #hint = $state.raw<DropHint | null>(null);

  constructor(options: Options) {
    this.#options = options;
  }

  get draggedId(): string | null {
    return this.#draggedId;
  }
  get hint(): DropHint | null {
    return this.#hint;
  }

  /** Follows every drag of a card; attach it to the element that scrolls the columns sideways. */
  board = (element: HTMLElement): (() => void) =>
    monitorForElements({
      canMonitor: ({ source }) => typeof source.data['cardId'] === 'string',
      onDragStart: ({ source }) => {
        this.#draggedId = String(source.data['cardId']);
      },
      onDrag: ({ location }) => {
        this.#follow(location.current, element);
      },
      onDropTargetChange: ({ location }) => {
        this.#follow(location.current, element);
      },
      onDrop: ({ location }) => {
        this.#follow(location.current, element);
        const [id, hint] = [this.#draggedId, this.#hint];
        this.#scroller.stop();
        this.#draggedId = null;
        this.#hint = null;
        if (id !== null && hint !== null && hint.cardId !== id) {
          this.#options.ondrop(id, this.#placeOf(hint, id));
        }
      },
    });

  /** Makes a card something to drag and a place to drop beside. */
  card =
    (id: string, status: TicketStatus) =>
    (element: HTMLElement): (() => void) =>
      combine(
        draggable({ element, getInitialData: () => ({ cardId: id }) }),
        dropTargetForElements({
          element,
          getData: ({ input }) =>
            attachClosestEdge(
              { cardId: id, status },
              { element, input, allowedEdges: ['top', 'bottom'] },
            ),
        }),
      );

  /** Makes a column a place to drop into. */
  column =
    (status: TicketStatus) =>
    (element: HTMLElement): (() => void) =>
      dropTargetForElements({ element, getData: () => ({ status }) });

  #follow(location: DragLocation, board: HTMLElement): void {
    this.#hint = this.#hintAt(location);
    this.#scroll(location.input, location.dropTargets.at(-1)?.element, board);
  }

  #hintAt({ dropTargets: [target] }: DragLocation): DropHint | null {
    const status = TICKET_STATUSES.find((candidate) => candidate === target?.data['status']);
    if (target === undefined || status === undefined) return null;
    const { cardId } = target.data;
    if (typeof cardId === 'string') {
      const edge = extractClosestEdge(target.data) === 'top' ? 'top' : 'bottom';
      return { status, cardId, edge };
    }
    return { status, cardId: this.#options.lastCardOf(status), edge: 'bottom' };
  }

  #placeOf({ status, cardId, edge }: DropHint, draggedId: string): TicketPlace {
    if (cardId === null || cardId === draggedId) return { status };
    return edge === 'top' ? { status, beforeId: cardId } : { status, afterId: cardId };
  }

  #scroll({ clientX, clientY }: Input, column: Element | undefined, board: HTMLElement): void {
    const list = column?.querySelector<HTMLElement>('[data-scroll]') ?? null;
    this.#scroller.follow(clientX, clientY, { down: list, across: board });
  }
}
