import * as v from 'valibot';
import { EventRecordSchema } from '../entities/event.ts';
import { channel } from './define.ts';

export const history = {
  last: channel(
    'history:last',
    'Gives the events of the last change of a person that was not taken back yet, the newest first.',
    [],
    v.array(EventRecordSchema),
  ),
  undo: channel(
    'history:undo',
    'Takes the last change of a person to tickets back, unless what it changed was changed again since.',
    [],
    v.array(EventRecordSchema),
    ['NotFound', 'Conflict', 'DependencyCycle', 'LimitReached'],
  ),
};
