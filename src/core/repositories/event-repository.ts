import type * as v from 'valibot';
import {
  AUDIT_EVENT_TYPES,
  EventRecordSchema,
  type EventFilterSchema,
  type EventRecord,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf, type Condition } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<EventRecord>('events', EventRecordSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedEventFilter = v.InferOutput<typeof EventFilterSchema>;

/** Must read like the condition of the index, or SQLite does not use it. */
const UNPROCESSED: Condition = { sql: 'processed = 0', params: [] };
const PROCESSED: Condition = { sql: 'processed = 1', params: [] };

/** Takes lines of the audit trail that neither took another back nor were taken back. */
const STANDS: Condition = {
  sql:
    'undoes_event_id IS NULL AND NOT EXISTS ' +
    '(SELECT 1 FROM events AS undoing WHERE undoing.undoes_event_id = events.id)',
  params: [],
};

/** Keeps the queue of events and the audit trail. */
export class EventRepository extends Repository<EventRecord> {
  constructor(database: Database) {
    super(database, table, 'event');
  }

  /** Lists what a filter takes in: the newest first, or the oldest where it asks for what waits. */
  list(filter: ParsedEventFilter = {}): EventRecord[] {
    const { limit, offset } = filter;
    const orderBy = filter.processed === false ? 'created_at, seq' : 'created_at DESC, seq DESC';
    return this.select({ where: this.#where(filter), orderBy, limit, offset });
  }

  count(filter: ParsedEventFilter = {}): number {
    return this.countWhere(this.#where(filter));
  }

  /** Lists the queue: what nobody has processed, the oldest first. */
  listUnprocessed(limit?: number): EventRecord[] {
    return this.list({ processed: false, limit });
  }

  /** Lists the events of one call, the newest first. */
  listByChange(changeId: string): EventRecord[] {
    return this.select({ where: this.whereAll({ changeId }), orderBy: 'seq DESC' });
  }

  /** Gives the newest line of the audit trail by an actor that neither took another back nor was taken back. */
  newestToUndo(actor: string): EventRecord | null {
    const where = allOf([
      this.where('actor', actor),
      this.where('eventType', AUDIT_EVENT_TYPES),
      STANDS,
    ]);
    const orderBy = 'created_at DESC, seq DESC';
    return this.select({ where, orderBy, limit: 1 })[0] ?? null;
  }

  /** Tells whether the row of an event was changed after it, other than by what was taken back. */
  hasLaterChange({ id, subject, subjectId }: EventRecord): boolean {
    const where = allOf([
      this.where('subject', subject),
      this.where('subjectId', subjectId),
      { sql: 'seq > (SELECT seq FROM events AS earlier WHERE earlier.id = ?)', params: [id] },
      STANDS,
    ]);
    return this.countWhere(where) > 0;
  }

  /** Gives the event that took this one back, or null. */
  getUndoOf(id: string): EventRecord | null {
    const where = this.whereAll({ undoesEventId: id });
    return this.select({ where, orderBy: 'seq', limit: 1 })[0] ?? null;
  }

  #where(filter: ParsedEventFilter): Condition {
    const { eventType, ticketId, workerId, subject, subjectId, actor, processed } = filter;
    const state = processed === true ? PROCESSED : UNPROCESSED;
    return allOf([
      this.whereAll({ eventType, ticketId, workerId, subject, subjectId, actor }),
      processed === undefined ? undefined : state,
    ]);
  }
}
