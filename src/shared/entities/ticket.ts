import * as v from 'valibot';
import {
  CountSchema,
  GithubNumberSchema,
  IdSchema,
  LineSchema,
  MessageSchema,
  SearchTextSchema,
  TextSchema,
  TimestampSchema,
  clearable,
  listOf,
  oneOrMany,
  pageEntries,
} from './fields.ts';

export const TICKET_STATUSES = [
  'backlog',
  'ready',
  'in_progress',
  'qa_review',
  'approved',
  'merged',
  'rejected',
] as const;

/** From what comes first to what comes last. */
export const TICKET_PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;

export const TICKET_SOURCES = [
  'manual',
  'deathmark',
  'backlog-md',
  'github',
  'csv',
  'json',
  'vibe-ensemble',
  'dispatch',
] as const;

export const TICKET_KINDS = [
  'feature',
  'bug',
  'docs',
  'refactor',
  'test',
  'security',
  'chore',
] as const;

/** What stands in `lastCompletedStage` before any stage of the execution plan is completed. */
export const PLANNED_STAGE = 'Planned';

export const TicketStatusSchema = v.picklist(TICKET_STATUSES);
export const TicketPrioritySchema = v.picklist(TICKET_PRIORITIES);
export const TicketSourceSchema = v.picklist(TICKET_SOURCES);
export const TicketKindSchema = v.picklist(TICKET_KINDS);

export type TicketStatus = v.InferOutput<typeof TicketStatusSchema>;
export type TicketPriority = v.InferOutput<typeof TicketPrioritySchema>;
export type TicketSource = v.InferOutput<typeof TicketSourceSchema>;
export type TicketKind = v.InferOutput<typeof TicketKindSchema>;

/** A piece of work: written by a person or imported, done by an agent, approved by a person. */
export const TicketSchema = v.object({
  id: IdSchema,
  /** The id that the source gave it. */
  externalId: v.exactOptional(v.string()),
  source: TicketSourceSchema,
  title: v.string(),
  /** Markdown. */
  description: v.string(),
  /** Markdown. */
  acceptanceCriteria: v.string(),
  labels: v.array(v.string()),
  priority: TicketPrioritySchema,
  status: TicketStatusSchema,
  /** Ids of the tickets that must be merged before this one is ready. */
  dependsOn: v.array(IdSchema),
  assignedAgentId: v.exactOptional(IdSchema),
  /** Manual order within its column: a fractional index, compared as text. */
  position: v.string(),
  projectId: v.exactOptional(IdSchema),
  kind: TicketKindSchema,
  /** Worker types in the order in which they work on it. */
  executionPlan: v.array(v.string()),
  /** The stage of the plan that was completed last, or {@link PLANNED_STAGE}. */
  lastCompletedStage: v.string(),
  epicId: v.exactOptional(IdSchema),
  /** The stage of the epic it belongs to. */
  stageId: v.exactOptional(IdSchema),
  githubId: v.exactOptional(GithubNumberSchema),
  githubUrl: v.exactOptional(v.string()),
  repoPath: v.exactOptional(v.string()),
  repoUrl: v.exactOptional(v.string()),
  worktreePath: v.exactOptional(v.string()),
  branchName: v.exactOptional(v.string()),
  /** The type of agent it is for. */
  agentType: v.exactOptional(v.string()),
  assignedAt: v.exactOptional(TimestampSchema),
  /** When the work on it was done. */
  completedAt: v.exactOptional(TimestampSchema),
  /** When it ended, done or not. */
  closedAt: v.exactOptional(TimestampSchema),
  /** Since when it is out of sight. */
  archivedAt: v.exactOptional(TimestampSchema),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Ticket = v.InferOutput<typeof TicketSchema>;

/** A ticket as a board shows it: without its long texts, with what holds it up. */
export const TicketCardSchema = v.object({
  ...v.omit(TicketSchema, ['description', 'acceptanceCriteria']).entries,
  /** Ids of the tickets it waits for: those of `dependsOn` that are not merged. */
  blockedBy: v.array(IdSchema),
});
export type TicketCard = v.InferOutput<typeof TicketCardSchema>;

const LabelsSchema = v.pipe(
  listOf(LineSchema, 100),
  v.transform((labels) => [...new Set(labels)]),
);

const DependsOnSchema = v.pipe(
  listOf(IdSchema),
  v.transform((ids) => [...new Set(ids)]),
);

const ExecutionPlanSchema = v.pipe(
  listOf(LineSchema, 50),
  v.check(
    (plan) => new Set(plan).size === plan.length && !plan.includes(PLANNED_STAGE),
    `must name each worker type once, and none ${PLANNED_STAGE}`,
  ),
);

/** What a ticket need not have; in a patch `null` clears it. */
const optionalEntries = {
  externalId: LineSchema,
  projectId: IdSchema,
  epicId: IdSchema,
  stageId: IdSchema,
  githubId: GithubNumberSchema,
  githubUrl: LineSchema,
  repoPath: LineSchema,
  repoUrl: LineSchema,
  worktreePath: LineSchema,
  branchName: LineSchema,
  agentType: LineSchema,
};

const editableEntries = {
  title: LineSchema,
  description: TextSchema,
  acceptanceCriteria: TextSchema,
  labels: LabelsSchema,
  priority: TicketPrioritySchema,
  status: TicketStatusSchema,
  dependsOn: DependsOnSchema,
  source: TicketSourceSchema,
  kind: TicketKindSchema,
  executionPlan: ExecutionPlanSchema,
};

/** What a new ticket can be given; only the title is needed. */
export const TicketInputSchema = v.strictObject({
  ...v.partial(v.object(editableEntries)).entries,
  ...v.partial(v.object(optionalEntries)).entries,
  title: LineSchema,
});
export type TicketInput = v.InferInput<typeof TicketInputSchema>;

/** What can be changed in a ticket; what is left out stays, `null` clears a field. */
export const TicketPatchSchema = v.strictObject({
  ...v.partial(v.object(editableEntries)).entries,
  ...clearable(optionalEntries),
});
export type TicketPatch = v.InferInput<typeof TicketPatchSchema>;

/** Which tickets a list holds; each field narrows it, and a field with several values takes any of them. */
export const TicketFilterSchema = v.strictObject({
  ids: v.optional(listOf(IdSchema, 100_000)),
  /** How the id starts. */
  idPrefix: v.optional(v.pipe(SearchTextSchema, v.nonEmpty('must not be empty'))),
  status: v.optional(oneOrMany(TicketStatusSchema)),
  priority: v.optional(oneOrMany(TicketPrioritySchema)),
  source: v.optional(oneOrMany(TicketSourceSchema)),
  label: v.optional(oneOrMany(SearchTextSchema)),
  /** `null` stands for tickets that nobody works on. */
  assignedAgentId: v.optional(oneOrMany(v.nullable(IdSchema))),
  externalId: v.optional(SearchTextSchema),
  kind: v.optional(oneOrMany(TicketKindSchema)),
  /** `null` stands for tickets that belong to no project. */
  projectId: v.optional(oneOrMany(v.nullable(IdSchema))),
  epicId: v.optional(oneOrMany(v.nullable(IdSchema))),
  stageId: v.optional(oneOrMany(v.nullable(IdSchema))),
  agentType: v.optional(oneOrMany(v.nullable(LineSchema))),
  repoPath: v.optional(LineSchema),
  githubId: v.optional(GithubNumberSchema),
  /** Archived tickets are left out unless this says otherwise. */
  archived: v.optional(v.picklist(['exclude', 'include', 'only'])),
  /** Found anywhere in the title, texts, labels, id or external id, in any case. */
  text: v.optional(SearchTextSchema),
  /** `priority` (the default) means priority, then age; `position` means column by column in manual order. */
  orderBy: v.optional(v.picklist(['priority', 'position', 'createdAt', 'updatedAt', 'title'])),
  direction: v.optional(v.picklist(['asc', 'desc'])),
  ...pageEntries,
});
export type TicketFilter = v.InferInput<typeof TicketFilterSchema>;

/** Which of the tickets that can be started a list holds; each field narrows it. */
export const ReadyFilterSchema = v.strictObject({
  kind: v.optional(oneOrMany(TicketKindSchema)),
  label: v.optional(oneOrMany(SearchTextSchema)),
  /** `null` stands for tickets that belong to no project. */
  projectId: v.optional(oneOrMany(v.nullable(IdSchema))),
  epicId: v.optional(oneOrMany(v.nullable(IdSchema))),
  /** `null` stands for tickets that any type of agent may take. */
  agentType: v.optional(oneOrMany(v.nullable(LineSchema))),
  ...pageEntries,
});
export type ReadyFilter = v.InferInput<typeof ReadyFilterSchema>;

/** Which ticket an agent takes: the first that can be started and fits. */
export const ClaimFilterSchema = v.omit(ReadyFilterSchema, ['limit', 'offset']);
export type ClaimFilter = v.InferInput<typeof ClaimFilterSchema>;

/** How a ticket that waits for others is started all the same; the reason goes into the audit trail. */
export const overrideEntries = {
  override: v.optional(v.boolean()),
  reason: v.optional(MessageSchema),
};

/** What is said of an override without a reason. */
export const OVERRIDE_NEEDS_REASON = 'an override needs a reason';

export function isOverrideExplained(fields: {
  readonly override?: boolean | undefined;
  readonly reason?: string | undefined;
}): boolean {
  return fields.override !== true || fields.reason !== undefined;
}

/** Where a ticket goes on the board: a column, and the neighbour it shall stand before or after. */
export const TicketPlaceSchema = v.pipe(
  v.strictObject({
    status: TicketStatusSchema,
    beforeId: v.optional(IdSchema),
    afterId: v.optional(IdSchema),
    ...overrideEntries,
  }),
  v.check(
    ({ beforeId, afterId }) => beforeId === undefined || afterId === undefined,
    'give beforeId or afterId, not both',
  ),
  v.check((place) => isOverrideExplained(place), OVERRIDE_NEEDS_REASON),
);
/** Without a neighbour the ticket goes to the top of the column. */
export type TicketPlace = v.InferInput<typeof TicketPlaceSchema>;

/** What many tickets get at once; labels and dependencies are added to those they have, or taken from them. */
export const TicketBulkPatchSchema = v.strictObject({
  status: v.optional(TicketStatusSchema),
  priority: v.optional(TicketPrioritySchema),
  kind: v.optional(TicketKindSchema),
  projectId: v.optional(v.nullable(IdSchema)),
  epicId: v.optional(v.nullable(IdSchema)),
  stageId: v.optional(v.nullable(IdSchema)),
  agentType: v.optional(v.nullable(LineSchema)),
  addLabels: v.optional(LabelsSchema),
  removeLabels: v.optional(LabelsSchema),
  addDependsOn: v.optional(DependsOnSchema),
  removeDependsOn: v.optional(DependsOnSchema),
  archived: v.optional(v.boolean()),
  reason: v.optional(MessageSchema),
});
export type TicketBulkPatch = v.InferInput<typeof TicketBulkPatchSchema>;

/** The columns that hold work in progress; the others take any number of tickets. */
export const LIMITED_STATUSES = [
  'ready',
  'in_progress',
  'qa_review',
  'approved',
  'rejected',
] as const satisfies readonly TicketStatus[];

/** How many tickets a column may hold, archived ones not counted; a column that is left out has no limit. */
export const WipLimitsSchema = v.strictObject(
  v.entriesFromList(
    LIMITED_STATUSES,
    v.optional(v.pipe(CountSchema, v.minValue(1), v.maxValue(100_000))),
  ),
);
export type WipLimits = v.InferInput<typeof WipLimitsSchema>;
