import * as v from 'valibot';
import { CountSchema, IdSchema, listOf } from '../entities/fields.ts';
import {
  ImportOptionsSchema,
  ImportProgressSchema,
  ImportReportSchema,
  ImportRowSchema,
  ImportSourceSchema,
  MAX_ROWS_PER_CALL,
} from '../entities/import.ts';
import { arg, channel, pushEvent } from './define.ts';

const uploadId = arg('uploadId', IdSchema);

export const imports = {
  begin: channel(
    'import:begin',
    'Starts an import: its rows follow in parts, and nothing happens before it is finished. ' +
      'One that nobody goes on with for ten minutes is dropped.',
    [arg('source', ImportSourceSchema)],
    v.object({ uploadId: IdSchema }),
    ['LimitReached'],
  ),
  add: channel(
    'import:add',
    'Hands over rows of an import, and tells how many there are by now.',
    [uploadId, arg('rows', listOf(ImportRowSchema, MAX_ROWS_PER_CALL))],
    CountSchema,
    ['NotFound', 'LimitReached'],
  ),
  finish: channel(
    'import:finish',
    'Imports all rows that were handed over, as a whole or not at all: new ones are created, known ones take over what ' +
      'the source changed and keep what was changed here. A dry run only tells what would happen.',
    [uploadId, arg('options', v.optional(ImportOptionsSchema))],
    ImportReportSchema,
    ['NotFound', 'Conflict', 'LimitReached'],
  ),
  cancel: channel('import:cancel', 'Drops the rows that were handed over.', [uploadId], v.void(), [
    'NotFound',
  ]),
};

export const importEvents = {
  onProgress: pushEvent(
    'import:progress',
    'Sent while an import is finished: how many of its rows are done.',
    ImportProgressSchema,
  ),
};
