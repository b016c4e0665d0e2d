import * as v from 'valibot';
import { IdSchema, TimestampSchema, oneOrMany, pageEntries } from './fields.ts';

export const DECISION_TYPES = [
  'proposal_approved',
  'proposal_rejected',
  'human_override',
  'human_veto',
  'gate_approved',
  'gate_rejected',
] as const;

export const DecisionTypeSchema = v.picklist(DECISION_TYPES);
export type DecisionType = v.InferOutput<typeof DecisionTypeSchema>;

/** What was decided, for good. */
export const DecisionSchema = v.object({
  id: IdSchema,
  proposalId: v.exactOptional(IdSchema),
  ticketId: v.exactOptional(IdSchema),
  epicId: v.exactOptional(IdSchema),
  decisionType: DecisionTypeSchema,
  description: v.string(),
  outcome: v.record(v.string(), v.unknown()),
  /** `sangha` for the agents together, `human:<name>` or `agent:<id>`. */
  decidedBy: v.string(),
  createdAt: TimestampSchema,
});
export type Decision = v.InferOutput<typeof DecisionSchema>;

/** Which decisions a list holds, the newest first. */
export const DecisionFilterSchema = v.strictObject({
  proposalId: v.optional(IdSchema),
  ticketId: v.optional(IdSchema),
  epicId: v.optional(IdSchema),
  decisionType: v.optional(oneOrMany(DecisionTypeSchema)),
  ...pageEntries,
});
export type DecisionFilter = v.InferInput<typeof DecisionFilterSchema>;
