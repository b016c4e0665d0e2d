import type * as v from 'valibot';
import type { DeleteOptions } from '../../shared/contract/options.ts';
import { SweatShopError } from '../../shared/errors.ts';
import {
  PLANNED_STAGE,
  type Ticket,
  type TicketBulkPatchSchema,
  type TicketCard,
  type TicketInputSchema,
  type TicketPatchSchema,
  type TicketPlace,
  type TicketStatus,
} from '../../shared/types.ts';
import { isUniqueConflict } from '../database/sql-error.ts';
import { timestampOf } from '../ports/clock.ts';
import type { EntityPatch } from '../repositories/table.ts';
import type { ParsedReadyFilter, ParsedTicketFilter } from '../repositories/ticket-repository.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import { createdNow, defined, type ServiceContext } from './context.ts';
import type { TicketBoard } from './ticket-board.ts';
import { assertMayHavePlan, turnOf } from './execution-plans.ts';
import { assertMayDependOn } from './ticket-dependencies.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

type TicketData = v.InferOutput<typeof TicketInputSchema>;
type TicketChange = v.InferOutput<typeof TicketPatchSchema>;
type BulkChange = v.InferOutput<typeof TicketBulkPatchSchema>;

/** What the rules of tickets are made of. */
export type TicketParts = {
  readonly audit: AuditTrail;
  readonly limits: WipLimitService;
  readonly positions: TicketPositions;
  readonly board: TicketBoard;
};

/** What people do with tickets. */
export class TicketService {
  readonly #context: ServiceContext;
  readonly #parts: TicketParts;

  constructor(context: ServiceContext, parts: TicketParts) {
    this.#context = context;
    this.#parts = parts;
  }

  list(filter?: ParsedTicketFilter): Ticket[] {
    return this.#tickets.list(filter);
  }

  cards(filter?: ParsedTicketFilter): TicketCard[] {
    return this.#tickets.listCards(filter);
  }

  count(filter?: ParsedTicketFilter): number {
    return this.#tickets.count(filter);
  }

  get(id: string): Ticket | null {
    return this.#tickets.get(id);
  }

  ready(filter?: ParsedReadyFilter): Ticket[] {
    return this.#tickets.listReady(filter);
  }

  blocked(): TicketCard[] {
    return this.#tickets.listBlocked();
  }

  labels(): string[] {
    return this.#tickets.listLabels();
  }

  /**
   * Creates a ticket at the top of its column.
   *
   * @throws SweatShopError InvalidInput when a dependency does not exist; DependencyUnmet when it would be in work
   *   before what it waits for is merged; LimitReached when its column is full; Conflict when the source
   *   already has a ticket with this external id.
   */
  create(data: TicketData): Ticket {
    return this.#context.database.transaction(() => {
      const status = data.status ?? 'backlog';
      const ticket: Ticket = {
        source: 'manual',
        description: '',
        acceptanceCriteria: '',
        labels: [],
        priority: 'medium',
        dependsOn: [],
        kind: 'feature',
        executionPlan: [],
        lastCompletedStage: PLANNED_STAGE,
        ...defined(data),
        ...createdNow('ticket', this.#context.clock),
        status,
        position: this.#parts.positions.top(status),
      };
      assertMayDependOn(this.#tickets, ticket.id, ticket.dependsOn);
      assertMayHavePlan(this.#context.repositories.workerTypes, ticket);
      this.#parts.board.assertMayStart({ ...ticket, status: 'backlog' }, status);
      const change = this.#parts.audit.begin();
      const turn = defined({ agentType: ticket.agentType ?? turnOf(ticket) });
      return this.#withFreeExternalId(() =>
        this.#parts.board.create(change, { ...ticket, ...turn }),
      );
    });
  }

  /**
   * Changes the given fields of a ticket; with a new status it goes to the top of that column.
   *
   * @throws SweatShopError NotFound; InvalidInput or DependencyCycle for its dependencies; DependencyUnmet when
   *   work would start before what it waits for is merged; LimitReached when the new column is full; Conflict when
   *   its external id is taken, or when an agent works on it and the status would change.
   */
  update(id: string, patch: TicketChange): Ticket {
    return this.#context.database.transaction(() => {
      const ticket = this.#readable(id, patch);
      return this.#update(this.#parts.audit.begin(), ticket, patch);
    });
  }

  /**
   * Changes many tickets at once, all of them or none; those that move stand on top of their column in the given
   * order.
   *
   * @returns How many tickets there were.
   * @throws SweatShopError as {@link update}, {@link archive} and {@link unarchive} do, with the id of the ticket.
   */
  updateMany(ids: readonly string[], patch: BulkChange): number {
    return this.#context.database.transaction(() => {
      const change = this.#parts.audit.begin(undefined, patch.reason);
      const distinct = [...new Set(ids)];
      for (const id of distinct.toReversed()) {
        try {
          this.#updateOneOfMany(change, this.#tickets.getOrThrow(id), patch);
        } catch (error) {
          throw naming(id, error);
        }
      }
      return distinct.length;
    });
  }

  /**
   * Puts a ticket into a column, at the top or beside a neighbour.
   *
   * @throws SweatShopError NotFound; LimitReached when the column is full; DependencyUnmet when work would start
   *   before what it waits for is merged, and the place does not override that; Conflict when the neighbour left
   *   the column, or when an agent works on the ticket and the status would change.
   */
  move(id: string, place: TicketPlace): Ticket {
    return this.#context.database.transaction(() => {
      const ticket = this.#tickets.getOrThrow(id);
      const { status, override = false, reason } = place;
      if (status !== ticket.status) this.#assertUnassigned(ticket, 'moved by hand');
      if (!override) this.#parts.board.assertMayStart(ticket, status);
      const position = this.#parts.positions.at(place, id);
      const change = this.#parts.audit.begin(undefined, reason);
      return this.#parts.board.write(change, ticket, { status, position });
    });
  }

  /**
   * Takes up again what was ended: a merged, rejected or archived ticket, or one whose plan is done.
   *
   * @param reason Why; it goes into the audit trail.
   * @param status The column it goes to the top of.
   * @throws SweatShopError NotFound; LimitReached; Conflict when an agent works on it.
   */
  reopen(id: string, reason: string, status: 'backlog' | 'ready' = 'backlog'): Ticket {
    return this.#context.database.transaction(() => {
      const ticket = this.#tickets.getOrThrow(id);
      this.#assertUnassigned(ticket, 'reopened');
      return this.#parts.board.write(this.#parts.audit.begin(undefined, reason), ticket, {
        status,
        position: this.#parts.positions.top(status),
        lastCompletedStage: PLANNED_STAGE,
        completedAt: null,
        closedAt: null,
        archivedAt: null,
      });
    });
  }

  /**
   * Takes a ticket out of sight; lists hold it only when they are asked to.
   *
   * @throws SweatShopError NotFound; Conflict when an agent works on it.
   */
  archive(id: string): Ticket {
    return this.#context.database.transaction(() =>
      this.#setArchived(this.#parts.audit.begin(), this.#tickets.getOrThrow(id), true),
    );
  }

  /** @throws SweatShopError NotFound; LimitReached when its column is full. */
  unarchive(id: string): Ticket {
    return this.#context.database.transaction(() =>
      this.#setArchived(this.#parts.audit.begin(), this.#tickets.getOrThrow(id), false),
    );
  }

  /**
   * Deletes a ticket and takes it out of the dependencies of others.
   *
   * @throws SweatShopError NotFound; Conflict when an agent works on it, or when runs belong to it and
   *   `withHistory` does not agree that they go too.
   */
  delete(id: string, { withHistory = false }: DeleteOptions = {}): void {
    this.#context.database.transaction(() => {
      const { runs, prompts } = this.#context.repositories;
      const ticket = this.#tickets.getOrThrow(id);
      this.#assertUnassigned(ticket, 'deleted');
      const runCount = runs.count({ ticketId: id });
      if (runCount > 0 && !withHistory) {
        throw new SweatShopError(
          'Conflict',
          `${String(runCount)} run(s) belong to "${ticket.title}". Delete it with its history if they may go too.`,
          { runs: runCount },
        );
      }
      const change = this.#parts.audit.begin(undefined, this.#historyOf(id, runCount));
      for (const dependentId of this.#tickets.dependentsOf(id)) {
        const dependent = this.#tickets.getOrThrow(dependentId);
        const dependsOn = dependent.dependsOn.filter((dependency) => dependency !== id);
        this.#parts.board.write(change, dependent, { dependsOn });
      }
      prompts.deleteBy({ ticketId: id });
      runs.deleteBy({ ticketId: id });
      this.#tickets.delete(id);
      this.#parts.audit.recordDeletion(change, ticket);
    });
  }

  /**
   * Moves a ticket as its agent goes on; only the agents' workflow may call it.
   *
   * A ticket that is given back goes to ready, or to the backlog while ready is full: giving back never fails.
   *
   * @param assignedAgentId The agent that works on it from now on, or null.
   * @throws SweatShopError NotFound; LimitReached when the column is full.
   */
  follow(change: Change, id: string, status: TicketStatus, assignedAgentId: string | null): Ticket {
    const ticket = this.#tickets.getOrThrow(id);
    const isFull =
      status === 'ready' && status !== ticket.status && !this.#parts.limits.hasRoom(status);
    const column = isFull ? 'backlog' : status;
    const isTaken = assignedAgentId !== null && ticket.assignedAgentId !== assignedAgentId;
    return this.#parts.board.write(change, ticket, {
      status: column,
      position: ticket.status === column ? ticket.position : this.#parts.positions.top(column),
      assignedAgentId,
      ...(isTaken ? { assignedAt: timestampOf(this.#context.clock) } : {}),
    });
  }

  /** Says what goes with a ticket and does not come back with it; undefined when that is nothing. */
  #historyOf(ticketId: string, runCount: number): string | undefined {
    const { comments, pullRequests } = this.#context.repositories;
    const counts = [
      `${String(runCount)} run(s)`,
      `${String(comments.count({ ticketId }))} comment(s)`,
      `${String(pullRequests.count({ ticketId }))} pull request(s)`,
    ].filter((count) => !count.startsWith('0 '));
    return counts.length === 0 ? undefined : `With its ${counts.join(', ')}.`;
  }

  #update(change: Change, ticket: Ticket, patch: TicketChange): Ticket {
    const { status = ticket.status, ...fields } = patch;
    if (patch.dependsOn) assertMayDependOn(this.#tickets, ticket.id, patch.dependsOn);
    const isMoved = status !== ticket.status;
    if (isMoved) {
      this.#assertUnassigned(ticket, 'moved by hand');
      this.#parts.board.assertMayStart(ticket, status, patch.dependsOn);
    }
    const move = isMoved ? { status, position: this.#parts.positions.top(status) } : {};
    const plan = this.#planOf(ticket, patch);
    return this.#withFreeExternalId(() =>
      this.#parts.board.write(change, ticket, { ...plan, ...defined(fields), ...move }),
    );
  }

  /** Gives the worker type whose turn it is by a new plan, unless the patch names one itself. */
  #planOf(ticket: Ticket, patch: TicketChange): EntityPatch<Ticket> {
    const { executionPlan, projectId } = patch;
    if (executionPlan === undefined && projectId === undefined) return {};
    const planned = { ...ticket, ...defined({ executionPlan }) };
    assertMayHavePlan(this.#context.repositories.workerTypes, {
      ...planned,
      ...(projectId === undefined ? {} : { projectId }),
    });
    return executionPlan === undefined ? {} : { agentType: turnOf(planned) ?? null };
  }

  #updateOneOfMany(change: Change, ticket: Ticket, patch: BulkChange): void {
    const { status, priority, kind, projectId, epicId, stageId, agentType } = patch;
    const { archived, addLabels = [], removeLabels = [] } = patch;
    const { addDependsOn = [], removeDependsOn = [] } = patch;
    const labels = changedList(ticket.labels, addLabels, removeLabels);
    const isRelinked = addDependsOn.length + removeDependsOn.length > 0;
    const dependsOn = isRelinked
      ? changedList(ticket.dependsOn, addDependsOn, removeDependsOn)
      : undefined;
    const place = { projectId, epicId, stageId, dependsOn };
    const fields = { status, priority, kind, agentType, labels, ...place };
    const updated = this.#update(change, ticket, fields);
    if (archived !== undefined) this.#setArchived(change, updated, archived);
  }

  #setArchived(change: Change, ticket: Ticket, isArchived: boolean): Ticket {
    if (isArchived === (ticket.archivedAt !== undefined)) return ticket;
    if (isArchived) this.#assertUnassigned(ticket, 'archived');
    const archivedAt = isArchived ? timestampOf(this.#context.clock) : null;
    return this.#parts.board.write(change, ticket, { archivedAt });
  }

  /** Gives the ticket; one that cannot be read gets the patch first, which may be what mends it. */
  #readable(id: string, patch: EntityPatch<Ticket>): Ticket {
    try {
      return this.#tickets.getOrThrow(id);
    } catch (error) {
      if (!(error instanceof SweatShopError) || error.code !== 'Unreadable') throw error;
      return this.#tickets.update(id, patch);
    }
  }

  #withFreeExternalId(write: () => Ticket): Ticket {
    try {
      return write();
    } catch (error) {
      if (!isUniqueConflict(error)) throw error;
      throw new SweatShopError(
        'Conflict',
        'There is a ticket of this source with this id already.',
        {
          field: 'externalId',
        },
      );
    }
  }

  #assertUnassigned(ticket: Ticket, verb: string): void {
    if (ticket.assignedAgentId === undefined) return;
    const agent = this.#context.repositories.agents.get(ticket.assignedAgentId);
    // Another program may have deleted the agent; then nobody works on the ticket.
    if (!agent) return;
    throw new SweatShopError(
      'Conflict',
      `${agent.name} is working on "${ticket.title}", so it cannot be ${verb}. Approve or reject the work, or stop the agent.`,
      { agentId: agent.id, agentStatus: agent.status },
    );
  }

  get #tickets() {
    return this.#context.repositories.tickets;
  }
}

function changedList(
  items: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): string[] {
  return [...new Set([...items.filter((item) => !removed.includes(item)), ...added])];
}

function naming(id: string, error: unknown): unknown {
  if (!(error instanceof SweatShopError)) return error;
  return new SweatShopError(error.code, error.message, { ...error.details, id }, error);
}
