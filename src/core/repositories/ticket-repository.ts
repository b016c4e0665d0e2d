import * as v from 'valibot';
import {
  TicketSchema,
  type Ticket,
  type TicketCard,
  type ReadyFilterSchema,
  type TicketFilterSchema,
  type TicketStatus,
} from '../../shared/types.ts';
import type { Database, Row } from '../database/database.ts';
import { allOf, contains, hasOneOf, itemsOf, startsWith, type Condition } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Ticket>('tickets', TicketSchema);

/** A card leaves the long texts in the database. */
const cardTable = new Table<Omit<TicketCard, 'blockedBy'>>(
  'tickets',
  v.omit(TicketSchema, ['description', 'acceptanceCriteria']),
);

/** Must read like the expression of the indexes, or SQLite does not use them. */
const PRIORITY_RANK =
  "CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END";

const BY_PRIORITY_AND_AGE = `${PRIORITY_RANK}, created_at, id`;

const ORDERS = {
  priority: (direction: string) =>
    `${PRIORITY_RANK} ${direction}, created_at ${direction}, id ${direction}`,
  position: (direction: string) => `status ${direction}, position ${direction}, id ${direction}`,
  createdAt: (direction: string) => `created_at ${direction}, id ${direction}`,
  updatedAt: (direction: string) => `updated_at ${direction}, id ${direction}`,
  title: (direction: string) => `title COLLATE NOCASE ${direction}, id ${direction}`,
};

const UNFINISHED: Condition = { sql: "status <> 'merged'", params: [] };

const SHOWN: Condition = { sql: 'archived_at IS NULL', params: [] };
const ARCHIVED: Condition = { sql: 'archived_at IS NOT NULL', params: [] };

const WAITS: Condition = {
  sql:
    `depends_on <> '[]' AND EXISTS (SELECT 1 FROM ${itemsOf('tickets.depends_on')} AS dependency ` +
    "JOIN tickets AS blocker ON blocker.id = dependency.value WHERE blocker.status <> 'merged')",
  params: [],
};

/** Filters as they leave the contract's parser. */
export type ParsedTicketFilter = v.InferOutput<typeof TicketFilterSchema>;
export type ParsedReadyFilter = v.InferOutput<typeof ReadyFilterSchema>;

/** Where a ticket stands in its column. */
export type Placement = { readonly id: string; readonly position: string };

/** Keeps the tickets. */
export class TicketRepository extends Repository<Ticket> {
  constructor(database: Database) {
    super(database, table, 'ticket');
  }

  /** Lists what a filter takes in, by priority and then age unless it says otherwise. */
  list(filter: ParsedTicketFilter = {}): Ticket[] {
    return this.select(this.#selection(filter));
  }

  count(filter: ParsedTicketFilter = {}): number {
    return this.countWhere(this.#selection(filter).where);
  }

  /** Lists tickets without their long texts, each with the unfinished tickets it waits for. */
  listCards(filter: ParsedTicketFilter = {}): TicketCard[] {
    return this.#selectCards(this.#selection(filter));
  }

  /** Lists the tickets an agent could start now, by priority and then age. */
  listReady({ limit, offset, label, ...filter }: ParsedReadyFilter = {}): Ticket[] {
    const where = allOf([
      this.where('status', 'ready'),
      SHOWN,
      { sql: `assigned_agent_id IS NULL AND NOT (${WAITS.sql})`, params: [] },
      this.where('kind', filter.kind),
      this.where('projectId', filter.projectId),
      this.where('epicId', filter.epicId),
      this.where('agentType', filter.agentType),
      hasOneOf('labels', label),
    ]);
    return this.select({ where, orderBy: BY_PRIORITY_AND_AGE, limit, offset });
  }

  /** Lists unfinished tickets that wait for others, by priority and then age. */
  listBlocked(): TicketCard[] {
    return this.#selectCards({
      where: allOf([SHOWN, UNFINISHED, WAITS]),
      orderBy: BY_PRIORITY_AND_AGE,
    });
  }

  /** Lists every label in use, in alphabetical order. */
  listLabels(): string[] {
    return this.database
      .all(
        `SELECT DISTINCT label.value FROM tickets, ${itemsOf('tickets.labels')} AS label ` +
          "WHERE tickets.labels <> '[]' ORDER BY label.value COLLATE NOCASE",
      )
      .map(([label]) => String(label));
  }

  /** Gives the ids of all tickets of a project, archived ones too. */
  listIdsOfProject(projectId: string): string[] {
    const where = this.whereAll({ projectId });
    return this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id));
  }

  /** Gives the ids of the open tickets of a project whose execution plan names a worker type. */
  listPlannedFor(projectId: string, workerType: string): string[] {
    const where = allOf([
      this.where('projectId', projectId),
      { sql: "closed_at IS NULL AND execution_plan <> '[]'", params: [] },
      hasOneOf('execution_plan', [workerType]),
    ]);
    return this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id));
  }

  /** Gives the ids of the open tickets of a stage of an epic that are neither merged nor rejected. */
  listUnfinishedOfStage(stageId: string): string[] {
    const where = allOf([
      this.where('stageId', stageId),
      { sql: "status NOT IN ('merged', 'rejected') AND archived_at IS NULL", params: [] },
    ]);
    return this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id));
  }

  /** Gives the ids out of a list that name a ticket. */
  existing(ids: readonly string[]): ReadonlySet<string> {
    const where = allOf([this.where('id', ids)]);
    return new Set(this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id)));
  }

  /** Gives the ids of the tickets that name this one among their dependencies. */
  dependentsOf(id: string): string[] {
    const where = allOf([
      { sql: "depends_on <> '[]'", params: [] },
      // Most lists do not hold the id anywhere, and need not be parsed to know that.
      { sql: 'instr(depends_on, ?)', params: [JSON.stringify(id)] },
      hasOneOf('depends_on', [id]),
    ]);
    return this.selectRows('id', { where, orderBy: 'id' }).map(([dependent]) => String(dependent));
  }

  /**
   * Gives the dependencies of tickets, of those they depend on, and so on.
   *
   * @param starts Where to start; without it, those of all tickets.
   */
  dependenciesFrom(starts?: readonly string[]): Map<string, string[]> {
    const rows =
      starts === undefined
        ? this.database.all(
            `SELECT tickets.id, dependency.value FROM tickets, ${itemsOf('tickets.depends_on')} AS dependency ` +
              "WHERE tickets.depends_on <> '[]'",
          )
        : this.database.all(
            'WITH RECURSIVE reached (id) AS (SELECT value FROM json_each(?) UNION ' +
              'SELECT dependency.value FROM reached CROSS JOIN tickets ON tickets.id = reached.id ' +
              `CROSS JOIN ${itemsOf('tickets.depends_on')} AS dependency) ` +
              'SELECT tickets.id, dependency.value FROM reached CROSS JOIN tickets ON tickets.id = reached.id ' +
              `CROSS JOIN ${itemsOf('tickets.depends_on')} AS dependency`,
            [JSON.stringify(starts)],
          );
    return grouped(rows);
  }

  /** Gives those out of a list of ids that name a ticket which is not merged. */
  unfinishedAmong(ids: readonly string[]): string[] {
    if (ids.length === 0) return [];
    const where = allOf([this.where('id', ids), UNFINISHED]);
    return this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id));
  }

  /** Tells to which epic and project tickets belong. */
  placesOf(
    ids: readonly string[],
  ): Map<string, { readonly epicId: string | null; readonly projectId: string | null }> {
    const rows = this.database.all(
      'SELECT tickets.id, epic_id, project_id FROM json_each(?) AS wanted ' +
        'CROSS JOIN tickets ON tickets.id = wanted.value',
      [JSON.stringify(ids)],
    );
    const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
    return new Map(
      rows.map(([id, epicId, projectId]) => [
        String(id),
        { epicId: textOrNull(epicId), projectId: textOrNull(projectId) },
      ]),
    );
  }

  /** Lists the tickets of a column in manual order. */
  placements(status: TicketStatus): Placement[] {
    const where = this.whereAll({ status });
    return this.selectRows('id, position', { where, orderBy: 'position, id' }).map(toPlacement);
  }

  /** Gives the first ticket of a column in manual order. */
  topOf(status: TicketStatus): Placement | undefined {
    const where = this.whereAll({ status });
    return this.selectRows('id, position', { where, orderBy: 'position, id', limit: 1 }).map(
      toPlacement,
    )[0];
  }

  /**
   * Gives the ticket beside another one in its column.
   *
   * @param anchor The ticket to start from.
   * @param side Which neighbour.
   * @param exceptId A ticket to pass over: the one that is being moved.
   */
  neighbour(anchor: Ticket, side: 'before' | 'after', exceptId: string): Placement | undefined {
    const [comparison, direction] = side === 'before' ? ['<', 'DESC'] : ['>', 'ASC'];
    const where = allOf([
      this.where('status', anchor.status),
      {
        sql: `(position, id) ${comparison} (?, ?) AND id <> ?`,
        params: [anchor.position, anchor.id, exceptId],
      },
    ]);
    const orderBy = `position ${direction}, id ${direction}`;
    return this.selectRows('id, position', { where, orderBy, limit: 1 }).map(toPlacement)[0];
  }

  #selection(filter: ParsedTicketFilter) {
    const { orderBy = 'priority', direction = 'asc', archived = 'exclude', limit, offset } = filter;
    const where = allOf([
      this.where('id', filter.ids),
      startsWith('id', filter.idPrefix),
      { exclude: SHOWN, include: undefined, only: ARCHIVED }[archived],
      this.where('status', filter.status),
      this.where('priority', filter.priority),
      this.where('source', filter.source),
      this.where('assignedAgentId', filter.assignedAgentId),
      this.where('externalId', filter.externalId),
      this.where('kind', filter.kind),
      this.where('projectId', filter.projectId),
      this.where('epicId', filter.epicId),
      this.where('stageId', filter.stageId),
      this.where('agentType', filter.agentType),
      this.where('repoPath', filter.repoPath),
      filter.githubId === undefined
        ? undefined
        : { sql: 'github_id = ?', params: [filter.githubId] },
      hasOneOf('labels', filter.label),
      contains(
        ['title', 'description', 'acceptance_criteria', 'labels', 'id', 'external_id'],
        filter.text,
      ),
    ]);
    return { where, orderBy: ORDERS[orderBy](direction.toUpperCase()), limit, offset };
  }

  #selectCards(selection: Parameters<typeof this.select>[0]): TicketCard[] {
    const cards = this.selectAs(cardTable, selection);
    const waiting = cards.filter(({ dependsOn }) => dependsOn.length > 0).map(({ id }) => id);
    const blockers = this.#blockersOf(waiting);
    return cards.map((card) => ({ ...card, blockedBy: blockers.get(card.id) ?? [] }));
  }

  /** Gives the unfinished dependencies of tickets, by ticket; CROSS JOIN keeps SQLite from reading them all. */
  #blockersOf(ids: readonly string[]): Map<string, string[]> {
    const rows = this.database.all(
      'SELECT waiting.id, blocker.id FROM json_each(?) AS wanted ' +
        'CROSS JOIN tickets AS waiting ON waiting.id = wanted.value ' +
        `CROSS JOIN ${itemsOf('waiting.depends_on')} AS dependency ` +
        "CROSS JOIN tickets AS blocker ON blocker.id = dependency.value AND blocker.status <> 'merged'",
      [JSON.stringify(ids)],
    );
    return grouped(rows);
  }
}

/** Gathers pairs of texts by the first. */
function grouped(rows: readonly Row[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of rows) {
    const group = groups.get(String(key));
    if (group) group.push(String(value));
    else groups.set(String(key), [String(value)]);
  }
  return groups;
}

function toPlacement([id, position]: readonly unknown[]): Placement {
  return { id: String(id), position: String(position) };
}
