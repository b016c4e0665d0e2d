import * as v from 'valibot';
import { IdSchema, SearchTextSchema } from '../entities/fields.ts';
import {
  ArtifactFilterSchema,
  ArtifactInputSchema,
  ArtifactPatchSchema,
  ArtifactSchema,
  ArtifactSearchOptionsSchema,
  JourneyFilterSchema,
  JourneyInputSchema,
  JourneyPatchSchema,
  JourneySchema,
  JourneyStageInputSchema,
  JourneyStagePatchSchema,
  JourneyStageSchema,
  JourneyStageStatusSchema,
  JourneyWithStagesSchema,
} from '../entities/journey.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);
const journeyFilter = arg('filter', v.optional(JourneyFilterSchema));
const artifactFilter = arg('filter', v.optional(ArtifactFilterSchema));

export const journeys = {
  list: channel(
    'journey:list',
    'Lists journeys, the newest first; 50 of them, unless the filter says otherwise.',
    [journeyFilter],
    v.array(JourneySchema),
  ),
  count: channel(
    'journey:count',
    'Counts the journeys that a filter takes in.',
    [journeyFilter],
    v.number(),
  ),
  get: channel(
    'journey:get',
    'Gives the journey with this id, or null.',
    [id],
    v.nullable(JourneySchema),
  ),
  getWithStages: channel(
    'journey:get-with-stages',
    'Gives a journey with its stages and their artifacts, each list the oldest first, or null.',
    [id],
    v.nullable(JourneyWithStagesSchema),
  ),
  create: channel(
    'journey:create',
    'Starts a journey; settings that are left out have their defaults.',
    [arg('data', JourneyInputSchema)],
    JourneySchema,
  ),
  update: channel(
    'journey:update',
    'Changes settings of a journey, or pauses, resumes, stops, completes or fails it.',
    [id, arg('patch', JourneyPatchSchema)],
    JourneySchema,
    ['Conflict', 'InvalidTransition'],
  ),
  delete: channel(
    'journey:delete',
    'Deletes a journey with its stages and artifacts.',
    [id],
    v.void(),
  ),
};

export const journeyStages = {
  list: channel(
    'journey-stage:list',
    'Lists the stages of a journey, the oldest first.',
    [arg('journeyId', IdSchema)],
    v.array(JourneyStageSchema),
    ['NotFound'],
  ),
  listByStatus: channel(
    'journey-stage:list-by-status',
    'Lists the stages of all journeys that are in a status, the newest first.',
    [arg('status', JourneyStageStatusSchema)],
    v.array(JourneyStageSchema),
  ),
  get: channel(
    'journey-stage:get',
    'Gives the stage with this id, or null.',
    [id],
    v.nullable(JourneyStageSchema),
  ),
  create: channel(
    'journey-stage:create',
    'Appends a pending stage to a running journey.',
    [arg('data', JourneyStageInputSchema)],
    JourneyStageSchema,
    ['NotFound', 'Conflict', 'LimitReached'],
  ),
  update: channel(
    'journey-stage:update',
    'Stores what a stage asks, thinks or finds, and starts, completes or fails it; the journey follows.',
    [id, arg('patch', JourneyStagePatchSchema)],
    JourneyStageSchema,
    ['Conflict', 'InvalidTransition'],
  ),
};

export const artifacts = {
  list: channel(
    'artifact:list',
    'Lists artifacts, of a stage or a type if the filter says so, the newest first.',
    [artifactFilter],
    v.array(ArtifactSchema),
  ),
  count: channel(
    'artifact:count',
    'Counts the artifacts that a filter takes in.',
    [artifactFilter],
    v.number(),
  ),
  listByStage: channel(
    'artifact:list-by-stage',
    'Lists the artifacts of a stage, the oldest first.',
    [arg('stageId', IdSchema)],
    v.array(ArtifactSchema),
    ['NotFound'],
  ),
  search: channel(
    'artifact:search',
    'Lists the artifacts that answer a text best, the best first; any text is safe.',
    [arg('text', SearchTextSchema), arg('options', v.optional(ArtifactSearchOptionsSchema))],
    v.array(ArtifactSchema),
  ),
  get: channel(
    'artifact:get',
    'Gives the artifact with this id, or null.',
    [id],
    v.nullable(ArtifactSchema),
  ),
  create: channel(
    'artifact:create',
    'Adds an artifact to a stage.',
    [arg('data', ArtifactInputSchema)],
    ArtifactSchema,
    ['NotFound'],
  ),
  update: channel(
    'artifact:update',
    'Changes the given fields of an artifact.',
    [id, arg('patch', ArtifactPatchSchema)],
    ArtifactSchema,
  ),
  delete: channel('artifact:delete', 'Deletes an artifact.', [id], v.void()),
};
