import type * as v from 'valibot';
import type { DeleteOptions } from '../../shared/contract/options.ts';
import { SweatShopError } from '../../shared/errors.ts';
import {
  PLANNED_STAGE,
  type Ticket,
  type TicketCard,
  type TicketInputSchema,
  type TicketPatchSchema,
  type TicketPlace,
  type TicketStatus,
} from '../../shared/types.ts';
import type { EntityPatch } from '../repositories/table.ts';
import type { ParsedTicketFilter } from '../repositories/ticket-repository.ts';
import { createdNow, defined, updatedNow, type ServiceContext } from './context.ts';
import { isUniqueConflict } from '../database/sql-error.ts';
import { assertMayDependOn } from './ticket-dependencies.ts';
import { TicketPositions } from './ticket-positions.ts';

type TicketData = v.InferOutput<typeof TicketInputSchema>;
type TicketChange = v.InferOutput<typeof TicketPatchSchema>;

/** What people do with tickets. */
export class TicketService {
  readonly #context: ServiceContext;
  readonly #positions: TicketPositions;

  constructor(context: ServiceContext) {
    this.#context = context;
    this.#positions = new TicketPositions(context.repositories.tickets);
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

  ready(): Ticket[] {
    return this.#tickets.listReady();
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
   * @throws SweatShopError InvalidInput when a dependency does not exist; Conflict when the source already
   *   has a ticket with this external id.
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
        position: this.#positions.top(status),
      };
      assertMayDependOn(this.#tickets, ticket.id, ticket.dependsOn);
      return this.#withFreeExternalId(() => this.#tickets.create(ticket));
    });
  }

  /**
   * Changes the given fields of a ticket; with a new status it goes to the top of that column.
   *
   * @throws SweatShopError NotFound; InvalidInput or DependencyCycle for its dependencies; Conflict when its
   *   external id is taken, or when an agent works on it and the status would change.
   */
  update(id: string, change: TicketChange): Ticket {
    return this.#context.database.transaction(() => {
      const { status, ...fields } = change;
      if (change.dependsOn) assertMayDependOn(this.#tickets, id, change.dependsOn);
      const ticket = this.#withFreeExternalId(() =>
        this.#tickets.update(id, { ...fields, ...updatedNow(this.#context.clock) }),
      );
      return status === undefined || status === ticket.status
        ? ticket
        : this.#place(ticket, { status });
    });
  }

  /**
   * Puts a ticket into a column, at the top or beside a neighbour.
   *
   * @throws SweatShopError NotFound; Conflict when the neighbour left the column, or when an agent works on
   *   the ticket and the status would change.
   */
  move(id: string, place: TicketPlace): Ticket {
    return this.#context.database.transaction(() =>
      this.#place(this.#tickets.getOrThrow(id), place),
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
      for (const dependentId of this.#tickets.dependentsOf(id)) {
        const { dependsOn } = this.#tickets.getOrThrow(dependentId);
        this.#tickets.update(dependentId, {
          dependsOn: dependsOn.filter((dependency) => dependency !== id),
          ...updatedNow(this.#context.clock),
        });
      }
      prompts.deleteBy({ ticketId: id });
      runs.deleteBy({ ticketId: id });
      this.#tickets.delete(id);
    });
  }

  /**
   * Moves a ticket as its agent goes on; only the agents' workflow may call it.
   *
   * @param assignedAgentId The agent that works on it from now on, or null.
   */
  follow(id: string, status: TicketStatus, assignedAgentId: string | null): Ticket {
    const ticket = this.#tickets.getOrThrow(id);
    const position = ticket.status === status ? ticket.position : this.#positions.top(status);
    return this.#write(ticket, { status, position, assignedAgentId });
  }

  #place(ticket: Ticket, place: TicketPlace): Ticket {
    if (place.status !== ticket.status) this.#assertUnassigned(ticket, 'moved by hand');
    const position = this.#positions.at(place, ticket.id);
    return this.#write(ticket, { status: place.status, position });
  }

  #write(ticket: Ticket, patch: EntityPatch<Ticket>): Ticket {
    const written = this.#tickets.update(ticket.id, {
      ...patch,
      ...updatedNow(this.#context.clock),
    });
    // Whether others still wait for this ticket shows on their cards.
    if ((ticket.status === 'merged') !== (written.status === 'merged')) {
      this.#tickets.touch(this.#tickets.dependentsOf(ticket.id));
    }
    return written;
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
