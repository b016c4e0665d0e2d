import { SweatShopError } from '../../shared/errors.ts';
import type { Ticket, TicketStatus } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { EntityPatch } from '../repositories/table.ts';
import { SYSTEM, type AuditTrail, type Change } from './audit-trail.ts';
import { updatedNow, type ServiceContext } from './context.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

/** The columns of work that somebody has started. */
const STARTED: readonly TicketStatus[] = ['in_progress', 'qa_review', 'approved'];

/**
 * Writes tickets: every change of one goes through here, and so obeys the limits of columns, is recorded and frees
 * those that waited for it.
 */
export class TicketBoard {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #limits: WipLimitService;
  readonly #positions: TicketPositions;

  constructor(
    context: ServiceContext,
    parts: {
      readonly audit: AuditTrail;
      readonly limits: WipLimitService;
      readonly positions: TicketPositions;
    },
  ) {
    this.#context = context;
    this.#audit = parts.audit;
    this.#limits = parts.limits;
    this.#positions = parts.positions;
  }

  /** @throws SweatShopError LimitReached when its column is full; Conflict when its external id is taken. */
  create(change: Change, ticket: Ticket, undoes?: string): Ticket {
    if (ticket.archivedAt === undefined) this.#limits.assertRoom(ticket.status);
    this.#tickets.create(ticket);
    this.#audit.recordCreation(change, ticket, undoes);
    return ticket;
  }

  /**
   * Changes a ticket; must be called in a transaction.
   *
   * A ticket that becomes merged makes those ready that waited for nothing else, as far as that column has room.
   *
   * @param ticket The ticket as it is.
   * @param undoes The event that the change takes back.
   * @throws SweatShopError LimitReached when it enters a full column; Conflict when its external id is taken.
   */
  write(change: Change, ticket: Ticket, patch: EntityPatch<Ticket>, undoes?: string): Ticket {
    const status = patch.status ?? ticket.status;
    const isMoved = status !== ticket.status;
    const isShown =
      patch.archivedAt === undefined ? ticket.archivedAt === undefined : patch.archivedAt === null;
    const enters = isShown && (isMoved || ticket.archivedAt !== undefined);
    if (enters) this.#limits.assertRoom(status);
    const written = this.#tickets.update(ticket.id, {
      ...(isMoved ? this.#endOf(ticket, status) : {}),
      ...patch,
      ...updatedNow(this.#context.clock),
    });
    this.#audit.recordUpdate(change, 'tickets', ticket, written, undoes);
    if (isMoved) this.#freeDependents(change, ticket, written);
    return written;
  }

  /**
   * Checks that work on a ticket may start in a column.
   *
   * @param dependsOn What the ticket waits for.
   * @throws SweatShopError DependencyUnmet with the ids of the tickets that are not merged.
   */
  assertMayStart(ticket: Ticket, status: TicketStatus, dependsOn = ticket.dependsOn): void {
    if (!STARTED.includes(status) || STARTED.includes(ticket.status)) return;
    const blockedBy = this.#tickets.unfinishedAmong(dependsOn);
    if (blockedBy.length === 0) return;
    throw new SweatShopError(
      'DependencyUnmet',
      `"${ticket.title}" waits for ${String(blockedBy.length)} unfinished ticket(s). ` +
        'Finish those first, or start it all the same and say why.',
      { blockedBy },
    );
  }

  /** Gives the dates of the end, which a merged ticket has and no other. */
  #endOf(ticket: Ticket, status: TicketStatus): EntityPatch<Ticket> {
    if (status === 'merged') {
      const now = timestampOf(this.#context.clock);
      return { completedAt: now, closedAt: now };
    }
    return ticket.status === 'merged' ? { completedAt: null, closedAt: null } : {};
  }

  #freeDependents(change: Change, before: Ticket, after: Ticket): void {
    const isMerged = after.status === 'merged';
    if (isMerged === (before.status === 'merged')) return;
    const dependents = this.#tickets.dependentsOf(after.id);
    // Whether they still wait shows on their cards.
    this.#tickets.touch(dependents);
    if (!isMerged) return;
    const reason = `"${after.title}" was merged, the last ticket it waited for.`;
    for (const id of dependents) {
      const waiting = this.#tickets.get(id);
      if (waiting?.status !== 'backlog' || waiting.archivedAt !== undefined) continue;
      if (this.#tickets.unfinishedAmong(waiting.dependsOn).length > 0) continue;
      if (!this.#limits.hasRoom('ready')) return;
      const position = this.#positions.top('ready');
      this.write({ ...change, actor: SYSTEM, reason }, waiting, { status: 'ready', position });
    }
  }

  get #tickets() {
    return this.#context.repositories.tickets;
  }
}
