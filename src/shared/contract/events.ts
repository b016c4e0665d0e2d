import * as v from 'valibot';
import {
  EventFilterSchema,
  EventInputSchema,
  EventRecordSchema,
  ResolutionSchema,
} from '../entities/event.ts';
import { IdSchema } from '../entities/fields.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);
const filter = arg('filter', v.optional(EventFilterSchema));

export const events = {
  list: channel(
    'event:list',
    'Lists events, the newest first, or with `processed: false` the queue of what waits, the oldest first.',
    [filter],
    v.array(EventRecordSchema),
  ),
  count: channel('event:count', 'Counts the events that a filter takes in.', [filter], v.number()),
  get: channel(
    'event:get',
    'Gives the event with this id, or null.',
    [id],
    v.nullable(EventRecordSchema),
  ),
  create: channel(
    'event:create',
    'Puts an event into the queue.',
    [arg('data', EventInputSchema)],
    EventRecordSchema,
    ['NotFound'],
  ),
  resolve: channel(
    'event:resolve',
    'Marks an event of the queue as processed, with what came of it.',
    [id, arg('resolution', ResolutionSchema)],
    EventRecordSchema,
    ['InvalidTransition'],
  ),
};
