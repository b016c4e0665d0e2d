import * as v from 'valibot';
import { CommentSchema } from './comment.ts';
import { EventRecordSchema } from './event.ts';
import { IdSchema, LineSchema, MessageSchema } from './fields.ts';
import { TicketSchema } from './ticket.ts';

/** What a worker reports when its stage of an execution plan is done. */
export const StageReportSchema = v.strictObject({
  /** The worker type whose turn it was. */
  stage: LineSchema,
  /** What was done; it becomes a comment on the ticket. */
  content: MessageSchema,
  /** The agent that did it; left out when a person did. */
  workerId: v.optional(IdSchema),
});
export type StageReport = v.InferInput<typeof StageReportSchema>;

/** What came of a completed stage. */
export const StageCompletionSchema = v.object({
  ticket: TicketSchema,
  comment: CommentSchema,
  event: EventRecordSchema,
  /** The worker type whose turn it is now; null after the last one. */
  nextStage: v.nullable(v.string()),
});
export type StageCompletion = v.InferOutput<typeof StageCompletionSchema>;

/** How a ticket ends before its plan does: the work is done all the same, or nobody wants it any more. */
export const ClosingSchema = v.strictObject({
  outcome: v.optional(v.picklist(['merged', 'rejected'])),
  reason: MessageSchema,
});
export type Closing = v.InferInput<typeof ClosingSchema>;
