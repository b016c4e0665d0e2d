import * as v from 'valibot';
import {
  CommentFilterSchema,
  CommentInputSchema,
  CommentPatchSchema,
  CommentSchema,
} from '../entities/comment.ts';
import { IdSchema } from '../entities/fields.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const comments = {
  list: channel(
    'comment:list',
    'Lists comments, the oldest first.',
    [arg('filter', v.optional(CommentFilterSchema))],
    v.array(CommentSchema),
  ),
  get: channel(
    'comment:get',
    'Gives the comment with this id, or null.',
    [id],
    v.nullable(CommentSchema),
  ),
  create: channel(
    'comment:create',
    'Adds a comment to a ticket.',
    [arg('data', CommentInputSchema)],
    CommentSchema,
    ['NotFound'],
  ),
  update: channel(
    'comment:update',
    'Changes the text of a comment.',
    [id, arg('patch', CommentPatchSchema)],
    CommentSchema,
  ),
  delete: channel('comment:delete', 'Deletes a comment.', [id], v.void()),
};
