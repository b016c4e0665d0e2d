import type {
  Agent,
  Epic,
  EventRecord,
  Gate,
  Proposal,
  PullRequest,
  ScratchOrg,
  Stage,
  Ticket,
  TicketRun,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { createId, defined, type ServiceContext } from './context.ts';

/** Who acts when nobody else is named: the person before the screen. */
export const HUMAN = 'human';

/** Who acts when a rule does. */
export const SYSTEM = 'system';

/** Who acts when a source that was imported again has changed. */
export const IMPORT = 'import';

/** One call that changes something: what it changes belongs together. */
export type Change = {
  readonly id: string;
  /** `human`, `agent:<id>`, `import` or `system`. */
  readonly actor: string;
  readonly reason?: string | undefined;
};

/** The rows whose changes are recorded, by table. */
type Subjects = {
  readonly tickets: Ticket;
  readonly agents: Agent;
  readonly scratch_orgs: ScratchOrg;
  readonly ticket_runs: TicketRun;
  readonly epics: Epic;
  readonly stages: Stage;
  readonly gates: Gate;
  readonly proposals: Proposal;
  readonly pull_requests: PullRequest;
};

type Subject = keyof Subjects;

/** The fields by which a row names a ticket or an agent. */
type Links = {
  readonly id: string;
  readonly assignedAgentId?: string;
  readonly assignedTicketId?: string;
  readonly ticketId?: string;
  readonly agentId?: string;
  readonly relatedTicketId?: string;
};

/** Says nothing by itself. */
const UNRECORDED: ReadonlySet<string> = new Set(['id', 'updatedAt', 'lastHeartbeatAt']);

/** Writes down what became of rows: who changed what, why and when. */
export class AuditTrail {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Starts the record of a call. */
  begin(actor: string = HUMAN, reason?: string): Change {
    return { id: createId('change'), actor, reason };
  }

  /**
   * Records how a row changed; nothing, if it did not.
   *
   * @param undoes The event that the change takes back.
   */
  recordUpdate<S extends Subject>(
    change: Change,
    subject: S,
    before: Subjects[S],
    after: Subjects[S],
    undoes?: string,
  ): void {
    const fields = changedFields(before, after);
    if (fields.length === 0) return;
    this.#record(change, subject, after, {
      eventType: fields.includes('status') ? 'status_changed' : 'row_changed',
      before: pick(before, fields),
      after: pick(after, fields),
      ...(undoes === undefined ? {} : { undoesEventId: undoes }),
    });
  }

  /** Records that a ticket was made; such an event has no `before`. */
  recordCreation(change: Change, ticket: Ticket, undoes?: string): void {
    this.#record(change, 'tickets', ticket, {
      eventType: 'row_changed',
      after: pick(ticket, ['title', 'status']),
      ...(undoes === undefined ? {} : { undoesEventId: undoes }),
    });
  }

  /** Records that a ticket was deleted, with all that it held; such an event has no `after`. */
  recordDeletion(change: Change, ticket: Ticket, undoes?: string): void {
    this.#record(change, 'tickets', ticket, {
      eventType: 'row_deleted',
      before: { ...ticket },
      ...(undoes === undefined ? {} : { undoesEventId: undoes }),
    });
  }

  #record<S extends Subject>(
    { id: changeId, actor, reason }: Change,
    subject: S,
    row: Subjects[S],
    fields: Pick<EventRecord, 'eventType'> & Partial<EventRecord>,
  ): void {
    const now = timestampOf(this.#context.clock);
    const isGone = fields.eventType === 'row_deleted';
    this.#context.repositories.events.create({
      id: createId('event'),
      ...defined({ reason, ...(isGone ? {} : this.#presentPeopleOf(subject, row)) }),
      createdAt: now,
      processed: true,
      processedAt: now,
      subject,
      subjectId: row.id,
      actor,
      changeId,
      ...fields,
    });
  }

  /** Leaves out who another program deleted: a row that still names them must stay changeable. */
  #presentPeopleOf(subject: Subject, row: Subjects[Subject]) {
    const { tickets, agents } = this.#context.repositories;
    const { ticketId, workerId } = peopleOf(subject, row);
    return {
      ticketId: ticketId && tickets.countQuery([['id', '=', ticketId]]) > 0 ? ticketId : undefined,
      workerId: workerId && agents.countQuery([['id', '=', workerId]]) > 0 ? workerId : undefined,
    };
  }
}

/** Gives the ticket and the agent that a row is about. */
function peopleOf(
  subject: Subject,
  row: Subjects[Subject],
): { readonly ticketId?: string | undefined; readonly workerId?: string | undefined } {
  const fields = row as Links;
  switch (subject) {
    case 'tickets':
      return { ticketId: row.id, workerId: fields.assignedAgentId };
    case 'agents':
      return { ticketId: fields.assignedTicketId, workerId: row.id };
    case 'scratch_orgs':
      return { workerId: fields.assignedAgentId };
    case 'ticket_runs':
      return { ticketId: fields.ticketId, workerId: fields.agentId };
    case 'pull_requests':
      return { ticketId: fields.ticketId };
    case 'proposals':
      return { ticketId: fields.relatedTicketId };
    case 'epics':
    case 'stages':
    case 'gates':
      return {};
  }
}

function changedFields(before: object, after: object): string[] {
  const [old, now] = [before, after] as Record<string, unknown>[];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter(
    (field) => !UNRECORDED.has(field) && !isSame(old?.[field], now?.[field]),
  );
}

/** Tells whether two values of a field are the same; values of fields are plain JSON. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** An absent field becomes null, which JSON can tell. */
function pick(row: object, fields: readonly string[]): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
}
