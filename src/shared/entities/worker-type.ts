import * as v from 'valibot';
import { IdSchema, LineSchema, MessageSchema, TextSchema, TimestampSchema } from './fields.ts';

/** A kind of worker of one project, with the prompt that makes an agent one. */
export const WorkerTypeSchema = v.object({
  id: IdSchema,
  projectId: IdSchema,
  /** Its name, which execution plans use; no two of a project share it. */
  workerType: v.string(),
  shortDescription: v.exactOptional(v.string()),
  /** Markdown. */
  systemPrompt: v.string(),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type WorkerType = v.InferOutput<typeof WorkerTypeSchema>;

export const WorkerTypeInputSchema = v.strictObject({
  projectId: IdSchema,
  workerType: LineSchema,
  shortDescription: v.optional(TextSchema),
  systemPrompt: MessageSchema,
});
export type WorkerTypeInput = v.InferInput<typeof WorkerTypeInputSchema>;

/** What can be changed in a worker type; `null` clears a field. */
export const WorkerTypePatchSchema = v.strictObject({
  workerType: v.optional(LineSchema),
  shortDescription: v.optional(v.nullable(TextSchema)),
  systemPrompt: v.optional(MessageSchema),
});
export type WorkerTypePatch = v.InferInput<typeof WorkerTypePatchSchema>;

/** Which worker types a list holds, by name. */
export const WorkerTypeFilterSchema = v.strictObject({
  projectId: v.optional(IdSchema),
  workerType: v.optional(LineSchema),
});
export type WorkerTypeFilter = v.InferInput<typeof WorkerTypeFilterSchema>;
