import * as v from 'valibot';
import { IdSchema, MessageSchema, TimestampSchema, pageEntries } from './fields.ts';

/** The prompt that a run was given, or that it taught us to give next time. */
export const RefinedPromptSchema = v.object({
  id: IdSchema,
  ticketId: IdSchema,
  runId: IdSchema,
  promptText: v.string(),
  createdAt: TimestampSchema,
});
export type RefinedPrompt = v.InferOutput<typeof RefinedPromptSchema>;

export const RefinedPromptInputSchema = v.strictObject({
  ticketId: IdSchema,
  runId: IdSchema,
  promptText: MessageSchema,
});
export type RefinedPromptInput = v.InferInput<typeof RefinedPromptInputSchema>;

/** Which prompts a list holds, the newest first. */
export const RefinedPromptFilterSchema = v.strictObject({
  ticketId: v.optional(IdSchema),
  runId: v.optional(IdSchema),
  ...pageEntries,
});
export type RefinedPromptFilter = v.InferInput<typeof RefinedPromptFilterSchema>;
