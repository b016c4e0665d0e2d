import * as v from 'valibot';
import { IdSchema, MessageSchema, TimestampSchema } from './fields.ts';

export const VOTE_DECISIONS = ['approve', 'reject', 'abstain', 'need_more_info'] as const;

export const VoteDecisionSchema = v.picklist(VOTE_DECISIONS);
export type VoteDecision = v.InferOutput<typeof VoteDecisionSchema>;

const ConfidenceSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** What one agent says to a proposal. */
export const VoteSchema = v.object({
  id: IdSchema,
  proposalId: IdSchema,
  voterId: IdSchema,
  /** The type of the agent at the time of its vote. */
  voterType: v.string(),
  decision: VoteDecisionSchema,
  reasoning: v.string(),
  /** From 0, a guess, to 1, certain. */
  confidence: v.exactOptional(ConfidenceSchema),
  createdAt: TimestampSchema,
});
export type Vote = v.InferOutput<typeof VoteSchema>;

export const VoteInputSchema = v.strictObject({
  voterId: IdSchema,
  decision: VoteDecisionSchema,
  reasoning: MessageSchema,
  confidence: v.optional(ConfidenceSchema),
});
export type VoteInput = v.InferInput<typeof VoteInputSchema>;
