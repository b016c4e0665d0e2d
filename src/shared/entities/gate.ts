import * as v from 'valibot';
import { EpicSchema, StageSchema } from './epic.ts';
import {
  CountSchema,
  IdSchema,
  LineSchema,
  MessageSchema,
  TextSchema,
  TimestampSchema,
  listOf,
  oneOrMany,
  pageEntries,
} from './fields.ts';

export const GATE_TYPES = ['approval', 'review', 'checkpoint', 'decision'] as const;
export const GATE_STATUSES = ['pending', 'approved', 'rejected', 'skipped'] as const;

export const GateTypeSchema = v.picklist(GATE_TYPES);
export const GateStatusSchema = v.picklist(GATE_STATUSES);
export type GateType = v.InferOutput<typeof GateTypeSchema>;
export type GateStatus = v.InferOutput<typeof GateStatusSchema>;

/** What an epic cannot pass, at the end of a stage, before people approve. */
export const GateSchema = v.object({
  id: IdSchema,
  stageId: IdSchema,
  gateType: GateTypeSchema,
  description: v.string(),
  /** Who may approve; absent means anyone. */
  requiredApprovers: v.exactOptional(v.array(v.string())),
  /** How many of them have to. */
  approvalsNeeded: CountSchema,
  status: GateStatusSchema,
  /** Who did approve, in order. */
  approvedBy: v.array(v.string()),
  rejectionReason: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  approvedAt: v.exactOptional(TimestampSchema),
});
export type Gate = v.InferOutput<typeof GateSchema>;

/** Without `approvalsNeeded` every named approver has to approve, or one person where anyone may. */
export const GateInputSchema = v.pipe(
  v.strictObject({
    stageId: IdSchema,
    gateType: GateTypeSchema,
    description: TextSchema,
    requiredApprovers: v.optional(
      v.pipe(
        listOf(LineSchema, 100),
        v.transform((names) => [...new Set(names)]),
        v.minLength(1, 'must name somebody; leave it out when anyone may approve'),
      ),
    ),
    approvalsNeeded: v.optional(v.pipe(CountSchema, v.minValue(1), v.maxValue(100))),
  }),
  v.forward(
    v.check(
      ({ requiredApprovers, approvalsNeeded = 1 }) =>
        requiredApprovers === undefined || approvalsNeeded <= requiredApprovers.length,
      'must not be more than there are approvers',
    ),
    ['approvalsNeeded'],
  ),
);
export type GateInput = v.InferInput<typeof GateInputSchema>;

/** Which gates a list holds, the oldest first. */
export const GateFilterSchema = v.strictObject({
  stageId: v.optional(IdSchema),
  epicId: v.optional(IdSchema),
  status: v.optional(oneOrMany(GateStatusSchema)),
  ...pageEntries,
});
export type GateFilter = v.InferInput<typeof GateFilterSchema>;

/** A remark on a gate. */
export const GateCommentSchema = v.object({
  id: IdSchema,
  gateId: IdSchema,
  author: v.string(),
  /** Markdown; hostile until sanitised. */
  content: v.string(),
  createdAt: TimestampSchema,
});
export type GateComment = v.InferOutput<typeof GateCommentSchema>;

export const GateCommentInputSchema = v.strictObject({
  gateId: IdSchema,
  author: LineSchema,
  content: MessageSchema,
});
export type GateCommentInput = v.InferInput<typeof GateCommentInputSchema>;

/** What a person says to a gate. */
export const GateVerdictSchema = v.strictObject({
  by: LineSchema,
  comment: v.optional(MessageSchema),
});
export type GateVerdict = v.InferInput<typeof GateVerdictSchema>;

/** Why a person does not let the work pass, or lets it pass without approval. */
export const GateReasonSchema = v.strictObject({ by: LineSchema, reason: MessageSchema });
export type GateReason = v.InferInput<typeof GateReasonSchema>;

/** An epic with its stages in order, and the gates of each. */
export const EpicDetailSchema = v.object({
  ...EpicSchema.entries,
  stages: v.array(v.object({ ...StageSchema.entries, gates: v.array(GateSchema) })),
});
export type EpicDetail = v.InferOutput<typeof EpicDetailSchema>;
