import type {
  Ticket,
  TicketPriority,
  TicketSource,
  TicketStatus,
} from '../../../shared/entities/ticket.ts';

/** What a person can change in a ticket; an empty `externalId` stands for none. */
export type TicketFields = {
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: string;
  readonly labels: readonly string[];
  readonly priority: TicketPriority;
  readonly status: TicketStatus;
  readonly dependsOn: readonly string[];
  readonly source: TicketSource;
  readonly externalId: string;
};

export type TicketField = keyof TicketFields;

export const BLANK_TICKET: TicketFields = {
  title: '',
  description: '',
  acceptanceCriteria: '',
  labels: [],
  priority: 'medium',
  status: 'backlog',
  dependsOn: [],
  source: 'manual',
  externalId: '',
};

export const TICKET_FIELDS = Object.keys(BLANK_TICKET) as readonly TicketField[];

export function fieldsOf(ticket: Ticket): TicketFields {
  return {
    title: ticket.title,
    description: ticket.description,
    acceptanceCriteria: ticket.acceptanceCriteria,
    labels: ticket.labels,
    priority: ticket.priority,
    status: ticket.status,
    dependsOn: ticket.dependsOn,
    source: ticket.source,
    externalId: ticket.externalId ?? '',
  };
}

/** Reads fields that were remembered, perhaps by an older page; what does not fit is blank. */
export function readFields(stored: unknown): TicketFields | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const fitting = Object.entries(stored).filter(([field, value]) => {
    const blank = (BLANK_TICKET as Record<string, unknown>)[field];
    return typeof value === typeof blank && Array.isArray(value) === Array.isArray(blank);
  });
  return { ...BLANK_TICKET, ...Object.fromEntries(fitting) };
}

/** Gives what is said of fields (values, errors) without some of them. */
export function without<T extends Partial<Record<TicketField, unknown>>>(
  byField: T,
  gone: readonly TicketField[],
): Partial<T> {
  const left = Object.entries(byField).filter(([field]) => !gone.includes(field as TicketField));
  return Object.fromEntries(left) as Partial<T>;
}
