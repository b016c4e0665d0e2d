import * as v from 'valibot';
import {
  AdvanceSchema,
  EpicFilterSchema,
  EpicInputSchema,
  EpicPatchSchema,
  EpicSchema,
  StageInputSchema,
  StagePatchSchema,
  StageSchema,
} from '../entities/epic.ts';
import { CountSchema, IdSchema, MessageSchema } from '../entities/fields.ts';
import { EpicDetailSchema } from '../entities/gate.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);
const reason = arg('reason', MessageSchema);

export const epics = {
  list: channel(
    'epic:list',
    'Lists epics, the newest first.',
    [arg('filter', v.optional(EpicFilterSchema))],
    v.array(EpicSchema),
  ),
  get: channel('epic:get', 'Gives the epic with this id, or null.', [id], v.nullable(EpicSchema)),
  detail: channel(
    'epic:detail',
    'Gives an epic with its stages and their gates, or null.',
    [id],
    v.nullable(EpicDetailSchema),
  ),
  create: channel(
    'epic:create',
    'Creates an epic as a draft.',
    [arg('data', EpicInputSchema)],
    EpicSchema,
  ),
  update: channel(
    'epic:update',
    'Changes the given fields of an epic.',
    [id, arg('patch', EpicPatchSchema)],
    EpicSchema,
  ),
  delete: channel(
    'epic:delete',
    'Deletes an epic with its stages and gates; its tickets stay.',
    [id],
    v.void(),
  ),
  markReady: channel('epic:mark-ready', 'Says that a draft is ready to start.', [id], EpicSchema, [
    'InvalidTransition',
  ]),
  start: channel('epic:start', 'Starts the first stage of an epic.', [id], EpicSchema, [
    'Conflict',
    'InvalidTransition',
  ]),
  advance: channel(
    'epic:advance',
    'Ends the current stage: the epic waits at its gates, or goes on to the next stage, or is completed.',
    [id, arg('options', v.optional(AdvanceSchema))],
    EpicSchema,
    ['InvalidTransition', 'DependencyUnmet'],
  ),
  cancel: channel('epic:cancel', 'Ends an epic before it is completed.', [id, reason], EpicSchema, [
    'InvalidTransition',
  ]),
};

export const stages = {
  list: channel(
    'stage:list',
    'Lists the stages of an epic in their order.',
    [arg('epicId', IdSchema)],
    v.array(StageSchema),
  ),
  create: channel(
    'stage:create',
    'Adds a stage at the end of an epic.',
    [arg('data', StageInputSchema)],
    StageSchema,
    ['NotFound', 'InvalidTransition'],
  ),
  update: channel(
    'stage:update',
    'Changes the given fields of a stage.',
    [id, arg('patch', StagePatchSchema)],
    StageSchema,
  ),
  move: channel(
    'stage:move',
    'Puts a stage that has not started to another place among those that have not.',
    [id, arg('stageOrder', CountSchema)],
    v.array(StageSchema),
    ['NotFound', 'InvalidTransition'],
  ),
  skip: channel(
    'stage:skip',
    'Leaves a stage out; if it was the current one the epic goes on.',
    [id, reason],
    StageSchema,
    ['InvalidTransition'],
  ),
  delete: channel(
    'stage:delete',
    'Deletes a stage that has not started, with its gates.',
    [id],
    v.void(),
    ['InvalidTransition'],
  ),
};
