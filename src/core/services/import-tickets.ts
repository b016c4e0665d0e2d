import { SweatShopError } from '../../shared/errors.ts';
import type { TicketStatus } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ServiceContext } from './context.ts';
import { findCycles } from './import-cycles.ts';
import { candidateOf, nameOf, type ImportItem } from './import-items.ts';
import type { ImportNotices } from './import-notices.ts';
import { isSame } from './audit-trail.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

const SHOWN_PATH_END = 6;

/** What the board asks of tickets that come in: no cycles, a place in a column, and room there. */
export class ImportTickets {
  readonly #context: ServiceContext;
  readonly #positions: TicketPositions;
  readonly #limits: WipLimitService;
  readonly #notices: ImportNotices;

  constructor(
    context: ServiceContext,
    parts: {
      readonly positions: TicketPositions;
      readonly limits: WipLimitService;
      readonly notices: ImportNotices;
    },
  ) {
    this.#context = context;
    this.#positions = parts.positions;
    this.#limits = parts.limits;
    this.#notices = parts.notices;
  }

  /**
   * Completes tickets before they are written.
   *
   * @param items Those that are created or changed.
   * @throws SweatShopError LimitReached when a column has no room for what comes in.
   */
  arrange(items: readonly ImportItem[]): void {
    this.#cutCycles(items);
    this.#setEnds(items);
    this.#place(items);
  }

  #cutCycles(items: readonly ImportItem[]): void {
    const added = new Map(items.map((item) => [item.id, new Set(addedDependencies(item))]));
    const starts = items.filter(({ id }) => (added.get(id)?.size ?? 0) > 0);
    if (starts.length === 0) return;
    const byId = new Map(items.map((item) => [item.id, item]));
    const graph = new Map<string, readonly string[]>(
      this.#context.repositories.tickets.dependenciesFrom(),
    );
    for (const item of items) graph.set(item.id, dependenciesOf(item));
    findCycles(
      graph,
      starts.map(({ id }) => id),
      (from, to) => added.get(from)?.has(to) ?? false,
      (from, to, path) => {
        const item = byId.get(from);
        if (!item) return;
        leaveOut(item, to);
        const names = path.map((id) => this.#nameOf(id, byId));
        this.#notices.warn(
          item,
          `${formatPath(names)} is a cycle; that ${nameOf(item)} waits for ${this.#nameOf(to, byId)} is left out`,
        );
      },
    );
  }

  /** A merged ticket has the dates of its end, and one that is not merged any more has them no longer. */
  #setEnds(items: readonly ImportItem[]): void {
    for (const { entity, patch } of items) {
      const status = patch['status'];
      if (status === undefined || entity === null) continue;
      for (const field of ['completedAt', 'closedAt']) {
        if (patch[field] !== undefined) continue;
        if (status === 'merged') patch[field] = entity[field] ?? timestampOf(this.#context.clock);
        else if (entity['status'] === 'merged') patch[field] = null;
      }
    }
  }

  /** Puts each column into the order of the source, above what is there. */
  #place(items: readonly ImportItem[]): void {
    const leaving = new Map<unknown, number>();
    for (const { state, entity, patch } of items) {
      if (state !== 'known' || patch['status'] === undefined || isArchived(entity)) continue;
      const from = entity?.['status'];
      leaving.set(from, (leaving.get(from) ?? 0) + 1);
    }
    const entering = items.filter(
      ({ state, patch }) => state === 'new' || patch['status'] !== undefined,
    );
    const columns = Map.groupBy(entering, (item) => candidateOf(item)['status'] as TicketStatus);
    for (const [status, column] of columns) {
      const shown = column.filter((item) => !isArchived(candidateOf(item)));
      this.#assertRoom(status, shown.length - (leaving.get(status) ?? 0));
      const placed = column.filter(({ entity, state }) => state !== 'new' || !entity?.['position']);
      const positions = this.#positions.topMany(status, placed.length);
      for (const [index, item] of placed.entries()) {
        const position = positions[index];
        if (item.state !== 'new') item.patch['position'] ??= position;
        else item.entity = { ...candidateOf(item), position };
      }
    }
  }

  #assertRoom(status: TicketStatus, entering: number): void {
    if (entering <= 0) return;
    try {
      this.#limits.assertRoom(status, entering);
    } catch (error) {
      if (!(error instanceof SweatShopError) || error.code !== 'LimitReached') throw error;
      const { count, limit } = error.details;
      throw new SweatShopError(
        'LimitReached',
        `Nothing was imported: the column ${status} holds ${String(count)} of at most ${String(limit)} tickets, and ` +
          `${String(entering)} more would come in. Raise its limit (the setting wip.limits), then import again.`,
        { ...error.details, entering },
        error,
      );
    }
  }

  #nameOf(id: string, items: ReadonlyMap<string, ImportItem>): string {
    const item = items.get(id);
    if (item) return nameOf(item);
    const ticket = this.#context.repositories.tickets.get(id);
    return ticket?.externalId ?? ticket?.title ?? id;
  }
}

function dependenciesOf(item: ImportItem): readonly string[] {
  return (item.patch['dependsOn'] ?? item.entity?.['dependsOn'] ?? []) as readonly string[];
}

function addedDependencies(item: ImportItem): readonly string[] {
  if (item.state === 'new') return dependenciesOf(item);
  const here = new Set(item.entity?.['dependsOn'] as readonly string[] | undefined);
  return dependenciesOf(item).filter((id) => !here.has(id));
}

function leaveOut(item: ImportItem, dependency: string): void {
  const without = dependenciesOf(item).filter((id) => id !== dependency);
  item.written['dependsOn'] = without;
  if (item.state === 'new') item.entity = { ...candidateOf(item), dependsOn: without };
  else if (isSame(without, item.entity?.['dependsOn']))
    Reflect.deleteProperty(item.patch, 'dependsOn');
  else item.patch['dependsOn'] = without;
}

function isArchived(entity: ImportItem['entity']): boolean {
  return entity?.['archivedAt'] !== undefined;
}

/** A path that is too long to read keeps its ends. */
function formatPath(path: readonly string[]): string {
  const ends =
    path.length <= 2 * SHOWN_PATH_END
      ? path
      : [...path.slice(0, SHOWN_PATH_END), '…', ...path.slice(-SHOWN_PATH_END)];
  return ends.join(' → ');
}
