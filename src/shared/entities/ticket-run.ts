import * as v from 'valibot';
import {
  CountSchema,
  IdSchema,
  LineSchema,
  MessageSchema,
  TextSchema,
  TimestampSchema,
  pageEntries,
} from './fields.ts';

export const RUN_STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;
export const INTERVENTION_TYPES = ['question', 'rework', 'guidance', 'error_recovery'] as const;

export const RunStatusSchema = v.picklist(RUN_STATUSES);
export type RunStatus = v.InferOutput<typeof RunStatusSchema>;

/**
 * A moment at which an agent needed a person.
 *
 * It is open, and the agent still waits, while `waitDurationMs` is 0 and `humanResponse` is absent; a rework
 * has its response from the start and is open while `waitDurationMs` is 0.
 */
export const InterventionEventSchema = v.object({
  timestamp: TimestampSchema,
  type: v.picklist(INTERVENTION_TYPES),
  /** What the agent asked or reported. */
  agentMessage: v.string(),
  /** What the person said. */
  humanResponse: v.exactOptional(v.string()),
  /** How long the agent waited. */
  waitDurationMs: CountSchema,
});
export type InterventionEvent = v.InferOutput<typeof InterventionEventSchema>;

/** One attempt of one agent at one ticket, with what it took. */
export const TicketRunSchema = v.object({
  id: IdSchema,
  ticketId: IdSchema,
  agentId: IdSchema,
  orgAlias: v.exactOptional(v.string()),
  branchName: v.exactOptional(v.string()),
  status: RunStatusSchema,
  startedAt: TimestampSchema,
  completedAt: v.exactOptional(TimestampSchema),
  humanInterventionCount: CountSchema,
  reworkCount: CountSchema,
  promptTokensUsed: CountSchema,
  completionTokensUsed: CountSchema,
  interventions: v.array(InterventionEventSchema),
});
export type TicketRun = v.InferOutput<typeof TicketRunSchema>;

/** What a run that is started by hand needs; an assignment starts one by itself. */
export const TicketRunInputSchema = v.strictObject({
  ticketId: IdSchema,
  agentId: IdSchema,
  orgAlias: v.optional(LineSchema),
  branchName: v.optional(LineSchema),
});
export type TicketRunInput = v.InferInput<typeof TicketRunInputSchema>;

export const RunOutcomeSchema = v.picklist(['completed', 'failed', 'cancelled']);
export type RunOutcome = v.InferOutput<typeof RunOutcomeSchema>;

/** Tokens to add to what a run has used so far. */
export const TokenUseSchema = v.strictObject({
  promptTokens: v.optional(CountSchema),
  completionTokens: v.optional(CountSchema),
});
export type TokenUse = v.InferInput<typeof TokenUseSchema>;

/** An intervention as a caller reports it; `timestamp` defaults to now. */
export const InterventionInputSchema = v.strictObject({
  timestamp: v.optional(TimestampSchema),
  type: v.picklist(INTERVENTION_TYPES),
  agentMessage: TextSchema,
  humanResponse: v.optional(MessageSchema),
  waitDurationMs: v.optional(CountSchema),
});
export type InterventionInput = v.InferInput<typeof InterventionInputSchema>;

/** Which runs a list holds, the newest first. */
export const TicketRunFilterSchema = v.strictObject({
  ticketId: v.optional(IdSchema),
  agentId: v.optional(IdSchema),
  status: v.optional(RunStatusSchema),
  ...pageEntries,
});
export type TicketRunFilter = v.InferInput<typeof TicketRunFilterSchema>;
