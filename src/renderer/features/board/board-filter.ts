import {
  TICKET_PRIORITIES,
  TICKET_SOURCES,
  TICKET_STATUSES,
  type TicketCard,
  type TicketPriority,
  type TicketSource,
  type TicketStatus,
} from '../../../shared/entities/ticket.ts';

/** Stands for "nobody" where agents are named by id. */
export const NOBODY = 'nobody';

/** What narrows the board; an empty list narrows nothing. */
export type BoardFilter = {
  readonly text: string;
  readonly status: readonly TicketStatus[];
  readonly priority: readonly TicketPriority[];
  readonly label: readonly string[];
  /** Agent ids, or {@link NOBODY}. */
  readonly agent: readonly string[];
  readonly source: readonly TicketSource[];
};

export const NO_FILTER: BoardFilter = {
  text: '',
  status: [],
  priority: [],
  label: [],
  agent: [],
  source: [],
};

export type FilterField = Exclude<keyof BoardFilter, 'text'>;
export const FILTER_FIELDS: readonly FilterField[] = [
  'status',
  'priority',
  'label',
  'agent',
  'source',
];

export function isFiltering(filter: BoardFilter): boolean {
  return filter.text.trim() !== '' || FILTER_FIELDS.some((field) => filter[field].length > 0);
}

/**
 * Tells which tickets a filter takes in.
 *
 * @param bodyMatches Ids of the tickets whose long texts hold the text, as far as they are known.
 */
export function makeMatcher(
  filter: BoardFilter,
  bodyMatches: ReadonlySet<string>,
): (card: TicketCard) => boolean {
  const text = filter.text.trim().toLowerCase();
  const { status, priority, label, agent, source } = filter;
  return (card) =>
    has(status, card.status) &&
    has(priority, card.priority) &&
    has(source, card.source) &&
    has(agent, card.assignedAgentId ?? NOBODY) &&
    (label.length === 0 || card.labels.some((name) => label.includes(name))) &&
    (text === '' || holdsText(card, text) || bodyMatches.has(card.id));
}

/** Writes a filter into the query of an address; what narrows nothing is left out. */
export function filterToQuery(filter: BoardFilter): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  if (filter.text !== '') query.set('text', filter.text);
  for (const field of FILTER_FIELDS) {
    // Labels may hold any character, so the list is JSON and not joined.
    if (filter[field].length > 0) query.set(field, JSON.stringify(filter[field]));
  }
  return query;
}

/** Reads a filter out of the query of an address; what makes no sense is left out. */
export function filterFromQuery(query: ReadonlyMap<string, string>): BoardFilter {
  return {
    text: query.get('text') ?? '',
    status: among(TICKET_STATUSES, list(query.get('status'))),
    priority: among(TICKET_PRIORITIES, list(query.get('priority'))),
    label: list(query.get('label')),
    agent: list(query.get('agent')),
    source: among(TICKET_SOURCES, list(query.get('source'))),
  };
}

function has<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function holdsText(card: TicketCard, text: string): boolean {
  return [card.title, card.id, card.externalId ?? '', ...card.labels].some((field) =>
    field.toLowerCase().includes(text),
  );
}

function among<T extends string>(allowed: readonly T[], values: readonly string[]): T[] {
  return allowed.filter((candidate) => values.includes(candidate));
}

function list(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
