import type { SearchHit, SearchKind, SnippetPart } from '../../shared/entities/search.ts';
import type { TicketStatus } from '../../shared/types.ts';
import { rarityOf } from '../database/functions.ts';
import type { Database, Row } from '../database/database.ts';
import { allOf, isOneOf, type Condition } from './condition.ts';

/** So many of the newest rows that match are ranked; what matches more often is no answer but a mass. */
const MAX_CANDIDATES = 200;

/** So many of the newest rows with a phrase are counted; past that, how close they stand tells how many there are. */
const MAX_COUNTED = 2_000;

/** Past this many rows, what starts with a letter or two is so much that finding it takes longer than anyone waits. */
const MANY_ROWS = 20_000;
const MIN_OPEN_LENGTH = 3;

const SNIPPET_WORDS = 24;

/** Control characters that no text of a person holds. */
const MATCH_START = '\u0002';
const MATCH_END = '\u0003';

/** What to look for, and what narrows it. */
export type SearchFilter = {
  /** What must occur, none of it with a character that means something to a full-text index. */
  readonly phrases: readonly string[];
  /** Whether the last phrase also stands for words that start with it. */
  readonly isOpen: boolean;
  readonly projectId?: string | undefined;
  readonly status?: readonly TicketStatus[] | undefined;
  readonly includeArchived?: boolean | undefined;
};

/** Where a kind of hit comes from: the full-text index, the table under it and what stands beside. */
type Source = {
  readonly index: string;
  readonly table: string;
  /** Weight of each column of the index. */
  readonly weights: string;
  /** The table as `item`, with what it is joined to; `CROSS JOIN` keeps the full-text index first. */
  readonly joins: string;
  readonly columns: {
    readonly id: string;
    readonly title: string;
    readonly at: string;
    readonly ticketId: string;
    readonly agentId: string;
    readonly journeyId: string;
    readonly archivedAt: string;
  };
  /** The columns that the filters narrow; without one, a filter takes in nothing of this kind. */
  readonly projectId: string | null;
  readonly status: string | null;
};

const NOTHING = 'NULL';

const SOURCES: Readonly<Record<SearchKind, Source>> = {
  ticket: {
    index: 'tickets_fts',
    table: 'tickets',
    weights: '6 1 1 4 6',
    joins: 'CROSS JOIN tickets AS item ON item.seq = found.docid',
    columns: {
      id: 'item.id',
      title: 'item.title',
      at: 'item.updated_at',
      ticketId: 'item.id',
      agentId: 'item.assigned_agent_id',
      journeyId: NOTHING,
      archivedAt: 'item.archived_at',
    },
    projectId: 'item.project_id',
    status: 'item.status',
  },
  comment: {
    index: 'comments_fts',
    table: 'comments',
    weights: '1',
    joins:
      'CROSS JOIN comments AS item ON item.seq = found.docid CROSS JOIN tickets AS ticket ON ticket.id = item.ticket_id',
    columns: {
      id: 'item.id',
      title: 'ticket.title',
      at: 'item.created_at',
      ticketId: 'item.ticket_id',
      agentId: 'item.worker_id',
      journeyId: NOTHING,
      archivedAt: 'ticket.archived_at',
    },
    projectId: 'ticket.project_id',
    status: 'ticket.status',
  },
  chat: {
    index: 'chat_messages_fts',
    table: 'chat_messages',
    weights: '1',
    joins:
      'CROSS JOIN chat_messages AS item ON item.seq = found.docid CROSS JOIN agents AS agent ON agent.id = item.agent_id',
    columns: {
      id: 'item.id',
      title: 'agent.name',
      at: 'item.timestamp',
      ticketId: NOTHING,
      agentId: 'item.agent_id',
      journeyId: NOTHING,
      archivedAt: NOTHING,
    },
    projectId: 'agent.project_id',
    status: null,
  },
  log: {
    index: 'agent_logs_fts',
    table: 'agent_logs',
    weights: '1',
    joins:
      'CROSS JOIN agent_logs AS item ON item.seq = found.docid CROSS JOIN agents AS agent ON agent.id = item.agent_id ' +
      'LEFT JOIN tickets AS ticket ON ticket.id = item.ticket_id',
    columns: {
      id: 'item.id',
      title: 'agent.name',
      at: 'item.created_at',
      ticketId: 'item.ticket_id',
      agentId: 'item.agent_id',
      journeyId: NOTHING,
      archivedAt: 'ticket.archived_at',
    },
    projectId: 'agent.project_id',
    status: 'ticket.status',
  },
  artifact: {
    index: 'artifacts_fts',
    table: 'artifacts',
    weights: '4 1',
    joins:
      'CROSS JOIN artifacts AS item ON item.seq = found.docid CROSS JOIN journey_stages AS stage ON stage.id = item.stage_id',
    columns: {
      id: 'item.id',
      title: 'item.title',
      at: 'item.created_at',
      ticketId: NOTHING,
      agentId: NOTHING,
      journeyId: 'stage.journey_id',
      archivedAt: NOTHING,
    },
    projectId: null,
    status: null,
  },
};

/** A row that matches; within one kind all have the same expression. */
export type Candidate = {
  readonly kind: SearchKind;
  readonly expression: string;
  readonly docid: number;
  readonly score: number;
};

/** Looks through the full-text indexes. */
export class SearchRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Finds rows of one kind that answer a search, and how well.
   *
   * Of the rows that match, only the newest are ranked: a word that stands in a hundred thousand of them answers
   * nothing, and ranking them all would take seconds. Words that start with the last phrase are looked for only
   * where the phrase itself is not found often enough.
   */
  candidates(kind: SearchKind, filter: SearchFilter): Candidate[] {
    const source = SOURCES[kind];
    const condition = toCondition(source, filter);
    if (!condition) return [];
    const { phrases, isOpen } = filter;
    const rowCount = Number(this.#database.get(`SELECT max(seq) FROM ${source.table}`)?.[0] ?? 0);
    const rarities = phrases.map((phrase) => this.#rarity(source, phrase, rowCount));
    const rank = (expression: string) =>
      this.#rank(source, expression, rarities, condition).map(([docid, score]): Candidate => ({
        kind,
        expression,
        docid,
        score,
      }));
    const closed = rank(toExpression(phrases, false));
    const opens =
      isOpen && (rowCount < MANY_ROWS || (phrases.at(-1)?.length ?? 0) >= MIN_OPEN_LENGTH);
    return opens && closed.length < MAX_CANDIDATES ? rank(toExpression(phrases, true)) : closed;
  }

  /** Gives what people see of candidates, in the same order. */
  hits(candidates: readonly Candidate[]): SearchHit[] {
    const byKind = Map.groupBy(candidates, ({ kind }) => kind);
    const hits = new Map(Array.from(byKind, ([kind, some]) => [kind, this.#hits(kind, some)]));
    return candidates.flatMap(({ kind, docid }) => hits.get(kind)?.get(docid) ?? []);
  }

  #rarity({ index }: Source, phrase: string, rowCount: number): number {
    const [counted, oldest] = this.#database.get(
      `SELECT count(*), min(docid) FROM (SELECT docid FROM ${index} WHERE ${index} MATCH ? ORDER BY docid DESC LIMIT ?)`,
      [toExpression([phrase], false), MAX_COUNTED],
    ) ?? [0, 0];
    const count = Number(counted);
    if (count < MAX_COUNTED) return rarityOf(count, rowCount);
    return rarityOf((count * rowCount) / Math.max(1, rowCount - Number(oldest) + 1), rowCount);
  }

  #rank(
    { index, weights, joins }: Source,
    expression: string,
    rarities: readonly number[],
    condition: Condition,
  ): [docid: number, score: number][] {
    return this.#database
      .all(
        `SELECT found.docid, bm25(matchinfo(${index}, 'pcnaly'), ?, ?) FROM ${index} AS found ${joins} ` +
          `WHERE ${index} MATCH ? AND ${condition.sql} ORDER BY found.docid DESC LIMIT ?`,
        [weights, rarities.join(' '), expression, ...condition.params, MAX_CANDIDATES],
      )
      .map(([docid, score]) => [Number(docid), Number(score)]);
  }

  #hits(kind: SearchKind, candidates: readonly Candidate[]): Map<number, SearchHit> {
    const { index, joins, columns } = SOURCES[kind];
    const docids = candidates.map(({ docid }) => docid);
    const scores = new Map(candidates.map(({ docid, score }) => [docid, score]));
    const { id, title, at, ticketId, agentId, journeyId, archivedAt } = columns;
    const rows = this.#database.all(
      `SELECT found.docid, snippet(${index}, ?, ?, '…', -1, ${String(SNIPPET_WORDS)}), ` +
        `${[id, title, at, ticketId, agentId, journeyId, archivedAt].join(', ')} ` +
        `FROM ${index} AS found ${joins} WHERE ${index} MATCH ? ` +
        'AND found.docid >= ? AND found.docid <= ? AND +found.docid IN (SELECT value FROM json_each(?))',
      [
        MATCH_START,
        MATCH_END,
        candidates[0]?.expression ?? '',
        Math.min(...docids),
        Math.max(...docids),
        JSON.stringify(docids),
      ],
    );
    return new Map(
      rows.map((row) => [Number(row[0]), toHit(kind, row, scores.get(Number(row[0])) ?? 0)]),
    );
  }
}

/** @param isOpen Whether the last phrase also stands for words that start with it. */
function toExpression(phrases: readonly string[], isOpen: boolean): string {
  return phrases
    .map((phrase) => `"${phrase}"`)
    .join(' ')
    .replace(/"$/, isOpen ? '*"' : '"');
}

/** @returns Undefined when the filter takes in nothing of this kind. */
function toCondition(source: Source, filter: SearchFilter): Condition | undefined {
  const { projectId, status, includeArchived = false } = filter;
  if (projectId !== undefined && source.projectId === null) return undefined;
  if (status !== undefined && source.status === null) return undefined;
  const { archivedAt } = source.columns;
  return allOf([
    isOneOf(source.projectId ?? '', projectId === undefined ? undefined : [projectId]),
    isOneOf(source.status ?? '', status),
    includeArchived || archivedAt === NOTHING
      ? undefined
      : { sql: `${archivedAt} IS NULL`, params: [] },
  ]);
}

function toHit(kind: SearchKind, row: Row, score: number): SearchHit {
  const [, snippet, id, title, at, ticketId, agentId, journeyId, archivedAt] = row;
  return {
    kind,
    id: String(id),
    title: String(title),
    snippet: toParts(String(snippet)),
    score,
    at: String(at),
    isArchived: archivedAt !== null && archivedAt !== undefined,
    ...(typeof ticketId === 'string' ? { ticketId } : {}),
    ...(typeof agentId === 'string' ? { agentId } : {}),
    ...(typeof journeyId === 'string' ? { journeyId } : {}),
  };
}

function toParts(snippet: string): SnippetPart[] {
  return snippet.split(MATCH_START).flatMap((piece, index) => {
    const end = index === 0 ? -1 : piece.indexOf(MATCH_END);
    const match = piece.slice(0, Math.max(0, end));
    const rest = piece.slice(end + 1);
    return [
      ...(match === '' ? [] : [{ text: match, isMatch: true }]),
      ...(rest === '' ? [] : [{ text: rest, isMatch: false }]),
    ];
  });
}
