import * as v from 'valibot';
import {
  CountSchema,
  IdSchema,
  LineSchema,
  MessageSchema,
  TimestampSchema,
  pageEntries,
} from './fields.ts';

/** What a person or a worker wrote about a ticket. */
export const CommentSchema = v.object({
  id: IdSchema,
  ticketId: IdSchema,
  /** What kind of worker wrote it; absent in a person's comment. */
  workerType: v.exactOptional(v.string()),
  /** The agent that wrote it, as long as it exists. */
  workerId: v.exactOptional(IdSchema),
  /** Which step of the execution plan it reports, counted from 1. */
  stageNumber: v.exactOptional(CountSchema),
  /** Markdown; hostile until sanitised. */
  content: v.string(),
  createdAt: TimestampSchema,
});
export type Comment = v.InferOutput<typeof CommentSchema>;

export const CommentInputSchema = v.strictObject({
  ticketId: IdSchema,
  content: MessageSchema,
  workerType: v.optional(LineSchema),
  workerId: v.optional(IdSchema),
  stageNumber: v.optional(v.pipe(CountSchema, v.minValue(1))),
});
export type CommentInput = v.InferInput<typeof CommentInputSchema>;

export const CommentPatchSchema = v.strictObject({ content: v.optional(MessageSchema) });
export type CommentPatch = v.InferInput<typeof CommentPatchSchema>;

/** Which comments a list holds, the oldest first. */
export const CommentFilterSchema = v.strictObject({
  ticketId: v.optional(IdSchema),
  workerId: v.optional(IdSchema),
  ...pageEntries,
});
export type CommentFilter = v.InferInput<typeof CommentFilterSchema>;
