import * as v from 'valibot';
import {
  IdSchema,
  JsonObjectSchema,
  LineSchema,
  MessageSchema,
  TextSchema,
  TimestampSchema,
  oneOrMany,
  pageEntries,
} from './fields.ts';

/** Events that somebody has to look at, and which so wait in the queue. */
export const QUEUED_EVENT_TYPES = [
  'ticket_stage_completed',
  'worker_stopped',
  'worker_stale',
] as const;

/** Events that only tell what happened; they are processed from the start. */
export const AUDIT_EVENT_TYPES = ['status_changed', 'row_changed', 'row_deleted'] as const;

export const EventTypeSchema = v.picklist([...QUEUED_EVENT_TYPES, ...AUDIT_EVENT_TYPES]);
export type EventType = v.InferOutput<typeof EventTypeSchema>;

/** Something that happened: an item of the queue, or a line of the audit trail. */
export const EventRecordSchema = v.object({
  id: IdSchema,
  eventType: EventTypeSchema,
  /** The ticket it is about, as long as it exists. */
  ticketId: v.exactOptional(IdSchema),
  /** The agent it is about, as long as it exists. */
  workerId: v.exactOptional(IdSchema),
  /** The stage of the execution plan that was completed. */
  stage: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  processed: v.boolean(),
  processedAt: v.exactOptional(TimestampSchema),
  /** What came of it. */
  resolution: v.exactOptional(v.string()),
  /** The table of the row it is about. */
  subject: v.exactOptional(v.string()),
  /** The id of the row it is about, which may be gone by now. */
  subjectId: v.exactOptional(IdSchema),
  /** Who did it: `human`, `human:<name>`, `agent:<id>`, `import` or `system`. */
  actor: v.string(),
  /** The fields that changed, as they were. */
  before: v.exactOptional(v.record(v.string(), v.unknown())),
  /** The fields that changed, as they became. */
  after: v.exactOptional(v.record(v.string(), v.unknown())),
  /** The event that this one took back. */
  undoesEventId: v.exactOptional(IdSchema),
  /** The same for all events of one call, which are taken back together. */
  changeId: v.exactOptional(IdSchema),
});
export type EventRecord = v.InferOutput<typeof EventRecordSchema>;

/** What a program can put into the queue. */
export const EventInputSchema = v.strictObject({
  eventType: v.picklist(QUEUED_EVENT_TYPES),
  ticketId: v.optional(IdSchema),
  workerId: v.optional(IdSchema),
  stage: v.optional(LineSchema),
  reason: v.optional(TextSchema),
});
export type EventInput = v.InferInput<typeof EventInputSchema>;

/** What an event of the queue is settled with. */
export const ResolutionSchema = MessageSchema;

/** Which events a list holds, the newest first; those of the queue that wait come oldest first. */
export const EventFilterSchema = v.strictObject({
  eventType: v.optional(oneOrMany(EventTypeSchema)),
  ticketId: v.optional(IdSchema),
  workerId: v.optional(IdSchema),
  subject: v.optional(LineSchema),
  subjectId: v.optional(IdSchema),
  actor: v.optional(LineSchema),
  /** `false` lists the queue of what waits, the oldest first. */
  processed: v.optional(v.boolean()),
  ...pageEntries,
});
export type EventFilter = v.InferInput<typeof EventFilterSchema>;

/** The fields of a row before and after a change. */
export const ChangedFieldsSchema = JsonObjectSchema;
export type ChangedFields = v.InferOutput<typeof ChangedFieldsSchema>;
