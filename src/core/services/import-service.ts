import { SweatShopError } from '../../shared/errors.ts';
import {
  PLANNED_STAGE,
  type Ticket,
  type TicketSource,
  type TicketStatus,
} from '../../shared/types.ts';
import type { ImportedTicket, ImportNotice } from '../importers/imported-ticket.ts';
import {
  dependencyNotice,
  keyOf,
  planImport,
  type ExistingTicket,
  type ImportLink,
  type ImportPlan,
} from '../importers/plan-import.ts';
import { createId, updatedNow, type ServiceContext } from './context.ts';
import { timestampOf } from '../ports/clock.ts';
import { findPath } from './ticket-dependencies.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

const PROGRESS_INTERVAL = 50;

/** What an import did, or would do. */
export type ImportReport = {
  readonly created: number;
  /** Tickets that are on the board already; they were left as they are. */
  readonly unchanged: number;
  /** Those of the unchanged that now wait for tickets that came in. */
  readonly linked: number;
  readonly warnings: readonly ImportNotice[];
};

/** Brings tickets of other systems in. */
export class ImportService {
  readonly #context: ServiceContext;
  readonly #positions: TicketPositions;

  readonly #limits: WipLimitService;

  constructor(
    context: ServiceContext,
    parts: { readonly positions: TicketPositions; readonly limits: WipLimitService },
  ) {
    this.#context = context;
    this.#positions = parts.positions;
    this.#limits = parts.limits;
  }

  /**
   * Tells what an import would do.
   *
   * @param source Where the tickets come from; with their external id it says which are here already.
   * @param tickets Each external id once.
   */
  preview(source: TicketSource, tickets: readonly ImportedTicket[]): ImportReport {
    return toImportReport(planImport(tickets, this.#existing(source)));
  }

  /**
   * Creates the tickets that are not here yet, above what each column holds, all of them or none.
   *
   * @param source Where the tickets come from; with their external id it says which are here already.
   * @param tickets Each external id once.
   * @param onProgress Told from inside of the transaction how many of how many are created.
   * @throws SweatShopError LimitReached when a column has no room for what comes in, or as the database gives it;
   *   then nothing was imported.
   */
  importTickets(
    source: TicketSource,
    tickets: readonly ImportedTicket[],
    onProgress: (done: number, total: number) => void = () => undefined,
  ): ImportReport {
    return this.#context.database.transaction(() => {
      const existing = this.#existing(source);
      const plan = planImport(tickets, existing);
      const ids = new Map(existing.map(({ id, externalId }) => [keyOf(externalId), id]));
      for (const { externalId } of plan.create) ids.set(keyOf(externalId), createId('ticket'));

      const positions = this.#positionsFor(plan.create);
      for (const [index, ticket] of plan.create.entries()) {
        if (index % PROGRESS_INTERVAL === 0) onProgress(index, plan.create.length);
        this.#create(source, ticket, positions.get(ticket) ?? '', ids);
      }
      const refused = this.#linkAll(plan.links, ids);
      onProgress(plan.create.length, plan.create.length);
      return toImportReport(plan, refused);
    });
  }

  #existing(source: TicketSource): ExistingTicket[] {
    return this.#context.repositories.tickets
      .listCards({ source: [source], archived: 'include' })
      .flatMap(({ id, externalId }) => (externalId === undefined ? [] : [{ id, externalId }]));
  }

  #positionsFor(tickets: readonly ImportedTicket[]): Map<ImportedTicket, string> {
    const positions = new Map<ImportedTicket, string>();
    const columns = Map.groupBy(tickets, ({ status }): TicketStatus => status);
    for (const [status, column] of columns) {
      this.#limits.assertRoom(status, column.length);
      const keys = this.#positions.topMany(status, column.length);
      for (const [index, ticket] of column.entries()) positions.set(ticket, keys[index] ?? '');
    }
    return positions;
  }

  #create(
    source: TicketSource,
    ticket: ImportedTicket,
    position: string,
    ids: ReadonlyMap<string, string>,
  ): void {
    const { externalId, title, description, acceptanceCriteria, priority, status } = ticket;
    const createdAt = ticket.createdAt ?? timestampOf(this.#context.clock);
    const entity: Ticket = {
      ...{ source, externalId, title, description, acceptanceCriteria, priority, status, position },
      id: idOf(externalId, ids),
      labels: [...ticket.labels],
      dependsOn: ticket.dependsOn.map((dependency) => idOf(dependency, ids)),
      kind: 'feature',
      executionPlan: [],
      lastCompletedStage: PLANNED_STAGE,
      createdAt,
      updatedAt: ticket.updatedAt ?? createdAt,
    };
    this.#context.repositories.tickets.create(entity);
  }

  /** @returns A warning for each link that would close a cycle with what people linked here. */
  #linkAll(links: readonly ImportLink[], ids: ReadonlyMap<string, string>): ImportNotice[] {
    if (links.length === 0) return [];
    const { tickets } = this.#context.repositories;
    const graph = tickets.dependenciesFrom();
    return links.flatMap((link) => {
      const added = link.dependsOn.map((dependency) => idOf(dependency, ids));
      if (findPath(graph, added, link.id)) {
        const names = link.dependsOn.join(', ');
        const message = `${link.ticket.externalId} cannot wait for ${names}: on the board they wait for it`;
        return dependencyNotice(link.ticket, message);
      }
      const dependsOn = [...new Set([...(graph.get(link.id) ?? []), ...added])];
      graph.set(link.id, dependsOn);
      tickets.update(link.id, { dependsOn, ...updatedNow(this.#context.clock) });
      return [];
    });
  }
}

/** Sums a plan up. */
export function toImportReport(
  plan: ImportPlan,
  refused: readonly ImportNotice[] = [],
): ImportReport {
  return {
    created: plan.create.length,
    unchanged: plan.unchanged,
    linked: plan.links.length - refused.length,
    warnings: [...plan.warnings, ...refused],
  };
}

function idOf(externalId: string, ids: ReadonlyMap<string, string>): string {
  const id = ids.get(keyOf(externalId));
  if (id === undefined) throw new SweatShopError('Internal', `No id was made for ${externalId}.`);
  return id;
}
