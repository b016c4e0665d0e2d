import * as v from 'valibot';
import {
  IdSchema,
  JsonObjectSchema,
  LineSchema,
  MessageSchema,
  TextSchema,
  TimestampSchema,
  listOf,
  oneOrMany,
  pageEntries,
} from './fields.ts';

export const PROPOSAL_TYPES = [
  'implementation_approach',
  'tech_stack_choice',
  'architecture_decision',
  'new_agent_type',
  'workflow_change',
  'governance_rule',
  'tool_integration',
  'prompt_improvement',
] as const;

export const PROPOSAL_STATUSES = [
  'open',
  'voting',
  'approved',
  'rejected',
  'executing',
  'executed',
  'rolled_back',
  'vetoed',
] as const;

/** How much approval a proposal needs. */
export const THRESHOLDS = [
  'unanimous',
  'super_majority',
  'simple_majority',
  'single_approval',
] as const;

export const ProposalTypeSchema = v.picklist(PROPOSAL_TYPES);
export const ProposalStatusSchema = v.picklist(PROPOSAL_STATUSES);
export const ThresholdSchema = v.picklist(THRESHOLDS);
export type ProposalType = v.InferOutput<typeof ProposalTypeSchema>;
export type ProposalStatus = v.InferOutput<typeof ProposalStatusSchema>;
export type Threshold = v.InferOutput<typeof ThresholdSchema>;

/** For each status of a proposal, those it may go to next. */
export const PROPOSAL_TRANSITIONS = {
  open: ['voting', 'approved', 'rejected', 'vetoed'],
  voting: ['approved', 'rejected', 'vetoed'],
  approved: ['executing', 'vetoed'],
  rejected: ['approved', 'vetoed'],
  executing: ['executed', 'rolled_back'],
  executed: ['rolled_back'],
  rolled_back: [],
  vetoed: ['approved'],
} as const satisfies Record<ProposalStatus, readonly ProposalStatus[]>;

/** Something an agent wants to be decided, by the votes of agents or by a person. */
export const ProposalSchema = v.object({
  id: IdSchema,
  proposalType: ProposalTypeSchema,
  proposerId: IdSchema,
  title: v.string(),
  /** Markdown. */
  description: v.string(),
  /** Markdown. */
  rationale: v.string(),
  relatedTicketId: v.exactOptional(IdSchema),
  affectedComponents: v.array(v.string()),
  /** What there is to choose from, where it is a choice. */
  options: v.array(v.string()),
  chosenOption: v.exactOptional(v.string()),
  status: ProposalStatusSchema,
  /** The types of agents whose votes must be in before there is an outcome. */
  requiredVoters: v.array(v.string()),
  threshold: ThresholdSchema,
  implementationPlan: v.exactOptional(v.string()),
  rollbackPlan: v.exactOptional(v.string()),
  executionResult: v.exactOptional(v.record(v.string(), v.unknown())),
  forcedBy: v.exactOptional(v.string()),
  forceReason: v.exactOptional(v.string()),
  vetoedBy: v.exactOptional(v.string()),
  vetoReason: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  votingDeadline: v.exactOptional(TimestampSchema),
  resolvedAt: v.exactOptional(TimestampSchema),
  executedAt: v.exactOptional(TimestampSchema),
});
export type Proposal = v.InferOutput<typeof ProposalSchema>;

const NamesSchema = v.pipe(
  listOf(LineSchema, 100),
  v.transform((names) => [...new Set(names)]),
);

export const ProposalInputSchema = v.strictObject({
  proposalType: ProposalTypeSchema,
  proposerId: IdSchema,
  title: LineSchema,
  description: TextSchema,
  rationale: TextSchema,
  relatedTicketId: v.optional(IdSchema),
  affectedComponents: v.optional(NamesSchema),
  options: v.optional(NamesSchema),
  requiredVoters: v.optional(NamesSchema),
  threshold: ThresholdSchema,
  implementationPlan: v.optional(TextSchema),
  rollbackPlan: v.optional(TextSchema),
  votingDeadline: v.optional(TimestampSchema),
});
export type ProposalInput = v.InferInput<typeof ProposalInputSchema>;

/** What can be changed in a proposal before the vote; `null` clears a field. */
export const ProposalPatchSchema = v.strictObject({
  title: v.optional(LineSchema),
  description: v.optional(TextSchema),
  rationale: v.optional(TextSchema),
  relatedTicketId: v.optional(v.nullable(IdSchema)),
  affectedComponents: v.optional(NamesSchema),
  options: v.optional(NamesSchema),
  requiredVoters: v.optional(NamesSchema),
  threshold: v.optional(ThresholdSchema),
  implementationPlan: v.optional(v.nullable(TextSchema)),
  rollbackPlan: v.optional(v.nullable(TextSchema)),
  votingDeadline: v.optional(v.nullable(TimestampSchema)),
});
export type ProposalPatch = v.InferInput<typeof ProposalPatchSchema>;

/** Which proposals a list holds, the newest first. */
export const ProposalFilterSchema = v.strictObject({
  status: v.optional(oneOrMany(ProposalStatusSchema)),
  proposalType: v.optional(oneOrMany(ProposalTypeSchema)),
  relatedTicketId: v.optional(IdSchema),
  proposerId: v.optional(IdSchema),
  ...pageEntries,
});
export type ProposalFilter = v.InferInput<typeof ProposalFilterSchema>;

/** What a person vetoes a proposal with. */
export const OverrideSchema = v.strictObject({
  by: LineSchema,
  reason: MessageSchema,
});
export type Override = v.InferInput<typeof OverrideSchema>;

/** What a person decides without, or against, the vote. */
export const ForcingSchema = v.strictObject({
  ...OverrideSchema.entries,
  outcome: v.picklist(['approved', 'rejected']),
  chosenOption: v.optional(LineSchema),
});
export type Forcing = v.InferInput<typeof ForcingSchema>;

/** How the execution of a proposal went. */
export const ExecutionSchema = v.strictObject({
  outcome: v.picklist(['executed', 'rolled_back']),
  result: JsonObjectSchema,
});
export type Execution = v.InferInput<typeof ExecutionSchema>;
