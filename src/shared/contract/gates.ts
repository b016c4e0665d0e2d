import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  GateCommentInputSchema,
  GateCommentSchema,
  GateFilterSchema,
  GateInputSchema,
  GateReasonSchema,
  GateSchema,
  GateVerdictSchema,
} from '../entities/gate.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const gates = {
  list: channel(
    'gate:list',
    'Lists gates, the oldest first.',
    [arg('filter', v.optional(GateFilterSchema))],
    v.array(GateSchema),
  ),
  get: channel('gate:get', 'Gives the gate with this id, or null.', [id], v.nullable(GateSchema)),
  create: channel(
    'gate:create',
    'Puts a gate at the end of a stage.',
    [arg('data', GateInputSchema)],
    GateSchema,
    ['NotFound', 'InvalidTransition'],
  ),
  delete: channel(
    'gate:delete',
    'Deletes a gate that nobody has approved or rejected and no epic waits at.',
    [id],
    v.void(),
    ['Conflict'],
  ),
  approve: channel(
    'gate:approve',
    'Approves a gate; with the last approval that is needed the epic goes on.',
    [id, arg('verdict', GateVerdictSchema)],
    GateSchema,
    ['Conflict', 'InvalidTransition'],
  ),
  reject: channel(
    'gate:reject',
    'Rejects a gate, which sends the epic back to the stage.',
    [id, arg('verdict', GateReasonSchema)],
    GateSchema,
    ['InvalidTransition'],
  ),
  skip: channel(
    'gate:skip',
    'Lets an epic pass a gate without approval.',
    [id, arg('verdict', GateReasonSchema)],
    GateSchema,
    ['InvalidTransition'],
  ),
  comments: channel(
    'gate:comments',
    'Lists the remarks on a gate, the oldest first.',
    [id],
    v.array(GateCommentSchema),
  ),
  comment: channel(
    'gate:comment',
    'Adds a remark to a gate.',
    [arg('data', GateCommentInputSchema)],
    GateCommentSchema,
    ['NotFound'],
  ),
};
