import * as v from 'valibot';
import {
  GithubNumberSchema,
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

export const EPIC_STATUSES = [
  'draft',
  'ready',
  'in_progress',
  'awaiting_gate',
  'completed',
  'cancelled',
] as const;

export const EpicStatusSchema = v.picklist(EPIC_STATUSES);
export type EpicStatus = v.InferOutput<typeof EpicStatusSchema>;

/** A large piece of work: stages in order, each with tickets and with gates that a person opens. */
export const EpicSchema = v.object({
  id: IdSchema,
  githubId: v.exactOptional(GithubNumberSchema),
  githubUrl: v.exactOptional(v.string()),
  title: v.string(),
  /** Markdown. */
  description: v.string(),
  acceptanceCriteria: v.array(v.string()),
  /** The folder of the repository; empty where there is none. */
  repoPath: v.string(),
  repoUrl: v.exactOptional(v.string()),
  status: EpicStatusSchema,
  currentStageId: v.exactOptional(IdSchema),
  /** The gate it waits at. */
  blockedAtGateId: v.exactOptional(IdSchema),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
  completedAt: v.exactOptional(TimestampSchema),
});
export type Epic = v.InferOutput<typeof EpicSchema>;

const CriteriaSchema = listOf(LineSchema, 1_000);

/** What a new epic can be given; only the title is needed. */
export const EpicInputSchema = v.strictObject({
  title: LineSchema,
  description: v.optional(TextSchema),
  acceptanceCriteria: v.optional(CriteriaSchema),
  repoPath: v.optional(LineSchema),
  repoUrl: v.optional(LineSchema),
  githubId: v.optional(GithubNumberSchema),
  githubUrl: v.optional(LineSchema),
});
export type EpicInput = v.InferInput<typeof EpicInputSchema>;

/** What can be changed in an epic; `null` clears a field. Its status changes by calls of its own. */
export const EpicPatchSchema = v.strictObject({
  title: v.optional(LineSchema),
  description: v.optional(TextSchema),
  acceptanceCriteria: v.optional(CriteriaSchema),
  repoPath: v.optional(LineSchema),
  repoUrl: v.optional(v.nullable(LineSchema)),
  githubId: v.optional(v.nullable(GithubNumberSchema)),
  githubUrl: v.optional(v.nullable(LineSchema)),
});
export type EpicPatch = v.InferInput<typeof EpicPatchSchema>;

/** Which epics a list holds, the newest first. */
export const EpicFilterSchema = v.strictObject({
  status: v.optional(oneOrMany(EpicStatusSchema)),
  repoPath: v.optional(LineSchema),
  ...pageEntries,
});
export type EpicFilter = v.InferInput<typeof EpicFilterSchema>;

/** Starts or passes a stage though tickets of it are unfinished; it must say why. */
export const AdvanceSchema = v.pipe(
  v.strictObject({ override: v.optional(v.boolean()), reason: v.optional(MessageSchema) }),
  v.forward(
    v.check(
      ({ override, reason }) => override !== true || reason !== undefined,
      'must say why, to override',
    ),
    ['reason'],
  ),
);
export type Advance = v.InferInput<typeof AdvanceSchema>;

export const STAGE_STATUSES = [
  'pending',
  'in_progress',
  'awaiting_gate',
  'approved',
  'skipped',
] as const;

export const StageStatusSchema = v.picklist(STAGE_STATUSES);
export type StageStatus = v.InferOutput<typeof StageStatusSchema>;

/** A step of an epic. */
export const StageSchema = v.object({
  id: IdSchema,
  epicId: IdSchema,
  name: v.string(),
  description: v.exactOptional(v.string()),
  /** Its place within the epic, counted from 0. */
  stageOrder: CountSchema,
  status: StageStatusSchema,
  createdAt: TimestampSchema,
  startedAt: v.exactOptional(TimestampSchema),
  completedAt: v.exactOptional(TimestampSchema),
});
export type Stage = v.InferOutput<typeof StageSchema>;

export const StageInputSchema = v.strictObject({
  epicId: IdSchema,
  name: LineSchema,
  description: v.optional(TextSchema),
});
export type StageInput = v.InferInput<typeof StageInputSchema>;

/** What can be changed in a stage; `null` clears a field. */
export const StagePatchSchema = v.strictObject({
  name: v.optional(LineSchema),
  description: v.optional(v.nullable(TextSchema)),
});
export type StagePatch = v.InferInput<typeof StagePatchSchema>;
