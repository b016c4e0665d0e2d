import * as v from 'valibot';
import { SweatShopError } from '../../shared/errors.ts';
import { TicketSchema, type EventRecord, type Ticket } from '../../shared/types.ts';
import type { EntityPatch } from '../repositories/table.ts';
import { HUMAN, isSame, type AuditTrail, type Change } from './audit-trail.ts';
import type { ServiceContext } from './context.ts';
import type { TicketBoard } from './ticket-board.ts';
import { assertMayDependOn } from './ticket-dependencies.ts';

/** The tables that a word to an agent changes. */
const OF_AGENTS: ReadonlySet<string | undefined> = new Set([
  'agents',
  'scratch_orgs',
  'ticket_runs',
]);

/** Takes back what people did. */
export class HistoryService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #board: TicketBoard;

  constructor(
    context: ServiceContext,
    parts: { readonly audit: AuditTrail; readonly board: TicketBoard },
  ) {
    this.#context = context;
    this.#audit = parts.audit;
    this.#board = parts.board;
  }

  /** Gives the events of the last change of a person that was not taken back yet, the newest first. */
  last(): EventRecord[] {
    const { events } = this.#context.repositories;
    const newest = events.newestToUndo(HUMAN);
    if (!newest) return [];
    return newest.changeId === undefined ? [newest] : events.listByChange(newest.changeId);
  }

  /**
   * Takes the last change of a person back, with all that followed from it.
   *
   * Only changes of tickets can be taken back: what an agent was told to do has gone out into the world.
   *
   * @returns The events that record it, the newest first.
   * @throws SweatShopError NotFound when there is nothing to take back; Conflict when the change was no change of
   *   tickets, or when what it changed was changed again since, with the fields; LimitReached when a ticket would
   *   go back to a column that is full by now; DependencyCycle when it would close one.
   */
  undo(): EventRecord[] {
    return this.#context.database.transaction(() => {
      const events = this.last();
      const [newest] = events;
      if (!newest) throw new SweatShopError('NotFound', 'There is no change to take back.');
      const other = events.find(({ subject }) => subject !== 'tickets');
      if (other) {
        throw new SweatShopError(
          'Conflict',
          OF_AGENTS.has(other.subject)
            ? 'The last change told an agent to do something, which cannot be taken back. ' +
                'Stop the agent, or reopen its ticket.'
            : 'The last change was not made to tickets; only those can be taken back.',
          { subject: other.subject, id: other.subjectId },
        );
      }
      const change = this.#audit.begin(HUMAN, `Took back: ${newest.reason ?? newest.eventType}`);
      for (const event of events) this.#undoOne(change, event);
      return this.#context.repositories.events.listByChange(change.id);
    });
  }

  #undoOne(change: Change, event: EventRecord): void {
    const { subjectId: id = '', before, after } = event;
    const ticket = this.#context.repositories.tickets.get(id);
    if (before === undefined) this.#undoCreation(change, event, ticket);
    else if (after === undefined) this.#undoDeletion(change, event, before);
    else this.#undoUpdate(change, event, ticket, before, after);
  }

  #undoUpdate(
    change: Change,
    event: EventRecord,
    ticket: Ticket | null,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): void {
    if (!ticket) throw changedSince('It was deleted since.', event, []);
    const values = ticket as Readonly<Record<string, unknown>>;
    const fields = Object.keys(after).filter((field) => !isSame(values[field], after[field]));
    if (fields.length > 0) {
      throw changedSince(
        `"${ticket.title}" was changed since: ${fields.join(', ')}.`,
        event,
        fields,
      );
    }
    // An agent that took the ticket meanwhile must not lose it.
    if ('status' in before && ticket.assignedAgentId !== undefined) {
      throw changedSince(`An agent works on "${ticket.title}" by now.`, event, ['assignedAgentId']);
    }
    const patch = before as EntityPatch<Ticket>;
    if (patch.dependsOn) {
      assertMayDependOn(this.#context.repositories.tickets, ticket.id, patch.dependsOn);
    }
    this.#board.write(change, ticket, patch, event.id);
  }

  #undoCreation(change: Change, event: EventRecord, ticket: Ticket | null): void {
    const { tickets, runs, comments, events } = this.#context.repositories;
    if (!ticket) throw changedSince('It was deleted since.', event, []);
    const isUsed =
      ticket.title !== event.after?.['title'] ||
      ticket.status !== event.after['status'] ||
      events.hasLaterChange(event) ||
      runs.count({ ticketId: ticket.id }) > 0 ||
      comments.count({ ticketId: ticket.id }) > 0 ||
      tickets.dependentsOf(ticket.id).length > 0;
    if (isUsed) {
      throw changedSince(`"${ticket.title}" was changed or used since it was made.`, event, []);
    }
    tickets.delete(ticket.id);
    this.#audit.recordDeletion(change, ticket, event.id);
  }

  #undoDeletion(
    change: Change,
    event: EventRecord,
    before: Readonly<Record<string, unknown>>,
  ): void {
    const parsed = v.safeParse(TicketSchema, before);
    if (!parsed.success || event.reason !== undefined) {
      throw changedSince('Its history was deleted with it and cannot come back.', event, []);
    }
    const ticket = parsed.output;
    assertMayDependOn(this.#context.repositories.tickets, ticket.id, ticket.dependsOn);
    this.#board.create(change, ticket, event.id);
  }
}

function changedSince(message: string, event: EventRecord, fields: readonly string[]) {
  return new SweatShopError('Conflict', `${message} The last change cannot be taken back.`, {
    id: event.subjectId,
    fields,
  });
}
