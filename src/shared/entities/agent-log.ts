import * as v from 'valibot';
import {
  IdSchema,
  JsonObjectSchema,
  MessageSchema,
  TimestampSchema,
  oneOrMany,
  pageEntries,
} from './fields.ts';

/** From what matters least to what matters most. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const LogLevelSchema = v.picklist(LOG_LEVELS);
export type LogLevel = v.InferOutput<typeof LogLevelSchema>;

/** A line of an agent's log. */
export const AgentLogSchema = v.object({
  id: IdSchema,
  agentId: IdSchema,
  ticketId: v.exactOptional(IdSchema),
  level: LogLevelSchema,
  message: v.string(),
  context: v.exactOptional(v.record(v.string(), v.unknown())),
  createdAt: TimestampSchema,
});
export type AgentLog = v.InferOutput<typeof AgentLogSchema>;

/** Without a ticket it is about the one the agent works on. */
export const AgentLogInputSchema = v.strictObject({
  level: v.optional(LogLevelSchema),
  message: MessageSchema,
  ticketId: v.optional(IdSchema),
  context: v.optional(JsonObjectSchema),
});
export type AgentLogInput = v.InferInput<typeof AgentLogInputSchema>;

/** Which lines a list holds, the newest first. */
export const AgentLogFilterSchema = v.strictObject({
  agentId: v.optional(IdSchema),
  ticketId: v.optional(IdSchema),
  level: v.optional(oneOrMany(LogLevelSchema)),
  /** Only lines older than this one. */
  beforeId: v.optional(IdSchema),
  ...pageEntries,
});
export type AgentLogFilter = v.InferInput<typeof AgentLogFilterSchema>;
