import * as v from 'valibot';
import {
  CountSchema,
  IdSchema,
  JsonObjectSchema,
  LineSchema,
  MessageSchema,
  TextSchema,
  TimestampSchema,
  oneOrMany,
  pageEntries,
} from './fields.ts';

export const JOURNEY_STATUSES = ['running', 'paused', 'stopped', 'complete', 'error'] as const;

export const JOURNEY_STAGE_TYPES = [
  'discovering',
  'chasing',
  'solving',
  'challenging',
  'questioning',
  'searching',
  'imagining',
  'building',
] as const;

export const JOURNEY_STAGE_STATUSES = ['pending', 'running', 'complete', 'error'] as const;
export const ARTIFACT_TYPES = ['document', 'code', 'visualization', 'mindmap', 'other'] as const;

export const JourneyStatusSchema = v.picklist(JOURNEY_STATUSES);
export const JourneyStageTypeSchema = v.picklist(JOURNEY_STAGE_TYPES);
export const JourneyStageStatusSchema = v.picklist(JOURNEY_STAGE_STATUSES);
export const ArtifactTypeSchema = v.picklist(ARTIFACT_TYPES);
export type JourneyStatus = v.InferOutput<typeof JourneyStatusSchema>;
export type JourneyStageType = v.InferOutput<typeof JourneyStageTypeSchema>;
export type JourneyStageStatus = v.InferOutput<typeof JourneyStageStatusSchema>;
export type ArtifactType = v.InferOutput<typeof ArtifactTypeSchema>;

/** For each status of a journey, those it may go to next. */
export const JOURNEY_TRANSITIONS = {
  running: ['paused', 'stopped', 'complete', 'error'],
  paused: ['running', 'stopped'],
  stopped: [],
  complete: [],
  error: ['running', 'stopped'],
} as const satisfies Record<JourneyStatus, readonly JourneyStatus[]>;

/** How a journey goes on; a source may keep more in it than SweatShop knows. */
export const JourneySettingsSchema = v.looseObject({
  /** The journey is complete after so many stages. */
  maxStages: v.pipe(CountSchema, v.minValue(1)),
  /** Whether the next stage starts by itself. */
  autoAdvance: v.boolean(),
});
export type JourneySettings = v.InferOutput<typeof JourneySettingsSchema>;

export const DEFAULT_JOURNEY_SETTINGS: JourneySettings = { maxStages: 100, autoAdvance: true };

/** An inquiry that goes on stage by stage from what a person put in. */
export const JourneySchema = v.object({
  id: IdSchema,
  input: v.string(),
  status: JourneyStatusSchema,
  settings: JourneySettingsSchema,
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Journey = v.InferOutput<typeof JourneySchema>;

/** Settings that are left out have their defaults. */
export const JourneyInputSchema = v.strictObject({
  input: MessageSchema,
  settings: v.optional(v.pipe(JsonObjectSchema, v.partial(JourneySettingsSchema))),
});
export type JourneyInput = v.InferInput<typeof JourneyInputSchema>;

/** What can be changed in a journey; settings that are left out stay, and its status obeys {@link JOURNEY_TRANSITIONS}. */
export const JourneyPatchSchema = v.strictObject({
  status: v.optional(JourneyStatusSchema),
  settings: v.optional(v.pipe(JsonObjectSchema, v.partial(JourneySettingsSchema))),
});
export type JourneyPatch = v.InferInput<typeof JourneyPatchSchema>;

/** Which journeys a list holds, the newest first. */
export const JourneyFilterSchema = v.strictObject({
  status: v.optional(oneOrMany(JourneyStatusSchema)),
  ...pageEntries,
});
export type JourneyFilter = v.InferInput<typeof JourneyFilterSchema>;

/** For each status of a stage, those it may go to next; one that erred can be tried again. */
export const JOURNEY_STAGE_TRANSITIONS = {
  pending: ['running', 'error'],
  running: ['complete', 'error'],
  complete: [],
  error: ['running'],
} as const satisfies Record<JourneyStageStatus, readonly JourneyStageStatus[]>;

/** One step of a journey. */
export const JourneyStageSchema = v.object({
  id: IdSchema,
  journeyId: IdSchema,
  type: JourneyStageTypeSchema,
  status: JourneyStageStatusSchema,
  prompt: v.exactOptional(v.string()),
  result: v.exactOptional(v.string()),
  thinking: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
});
export type JourneyStage = v.InferOutput<typeof JourneyStageSchema>;

export const JourneyStageInputSchema = v.strictObject({
  journeyId: IdSchema,
  type: JourneyStageTypeSchema,
  prompt: v.optional(TextSchema),
});
export type JourneyStageInput = v.InferInput<typeof JourneyStageInputSchema>;

/** What can be changed in a stage; `null` clears a field. */
export const JourneyStagePatchSchema = v.strictObject({
  status: v.optional(JourneyStageStatusSchema),
  prompt: v.optional(v.nullable(TextSchema)),
  result: v.optional(v.nullable(TextSchema)),
  thinking: v.optional(v.nullable(TextSchema)),
});
export type JourneyStagePatch = v.InferInput<typeof JourneyStagePatchSchema>;

/** Something that a stage brought forth. */
export const ArtifactSchema = v.object({
  id: IdSchema,
  stageId: IdSchema,
  type: ArtifactTypeSchema,
  title: v.string(),
  /** Hostile until sanitised. */
  content: v.string(),
  metadata: v.record(v.string(), v.unknown()),
  createdAt: TimestampSchema,
});
export type Artifact = v.InferOutput<typeof ArtifactSchema>;

export const ArtifactInputSchema = v.strictObject({
  stageId: IdSchema,
  type: ArtifactTypeSchema,
  title: LineSchema,
  content: TextSchema,
  metadata: v.optional(JsonObjectSchema),
});
export type ArtifactInput = v.InferInput<typeof ArtifactInputSchema>;

/** What can be changed in an artifact; metadata is replaced as a whole. */
export const ArtifactPatchSchema = v.strictObject({
  type: v.optional(ArtifactTypeSchema),
  title: v.optional(LineSchema),
  content: v.optional(TextSchema),
  metadata: v.optional(JsonObjectSchema),
});
export type ArtifactPatch = v.InferInput<typeof ArtifactPatchSchema>;

/** How many artifacts a search gives at most: 20, unless it says otherwise. */
export const ArtifactSearchOptionsSchema = v.strictObject({
  limit: v.optional(v.pipe(pageEntries.limit.wrapped, v.maxValue(200))),
});
export type ArtifactSearchOptions = v.InferInput<typeof ArtifactSearchOptionsSchema>;

/** Which artifacts a list holds, the newest first. */
export const ArtifactFilterSchema = v.strictObject({
  stageId: v.optional(IdSchema),
  type: v.optional(oneOrMany(ArtifactTypeSchema)),
  ...pageEntries,
});
export type ArtifactFilter = v.InferInput<typeof ArtifactFilterSchema>;

/** A journey with everything in it, each list in order of age. */
export const JourneyWithStagesSchema = v.object({
  ...JourneySchema.entries,
  stages: v.array(v.object({ ...JourneyStageSchema.entries, artifacts: v.array(ArtifactSchema) })),
});
export type JourneyWithStages = v.InferOutput<typeof JourneyWithStagesSchema>;
