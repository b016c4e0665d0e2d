import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  InterventionInputSchema,
  RunOutcomeSchema,
  TicketRunFilterSchema,
  TicketRunInputSchema,
  TicketRunSchema,
  TokenUseSchema,
} from '../entities/ticket-run.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const runs = {
  list: channel(
    'run:list',
    'Lists runs, the newest first: of one ticket, or those a filter takes in.',
    [arg('filter', v.optional(v.union([IdSchema, TicketRunFilterSchema])))],
    v.array(TicketRunSchema),
  ),
  get: channel(
    'run:get',
    'Gives the run with this id, or null.',
    [id],
    v.nullable(TicketRunSchema),
  ),
  current: channel(
    'run:current',
    'Gives the run an agent works on now, or null.',
    [arg('agentId', IdSchema)],
    v.nullable(TicketRunSchema),
  ),
  create: channel(
    'run:create',
    'Starts a run by hand.',
    [arg('data', TicketRunInputSchema)],
    TicketRunSchema,
    ['NotFound', 'Conflict'],
  ),
  complete: channel(
    'run:complete',
    'Ends a run; without an outcome it is completed.',
    [id, arg('outcome', v.optional(RunOutcomeSchema))],
    TicketRunSchema,
    ['InvalidTransition'],
  ),
  addTokens: channel(
    'run:tokens',
    'Adds to the tokens a run has used.',
    [id, arg('use', TokenUseSchema)],
    TicketRunSchema,
  ),
  incrementIntervention: channel(
    'run:increment-intervention',
    'Records that a person had to step in.',
    [id, arg('event', InterventionInputSchema)],
    TicketRunSchema,
  ),
};
