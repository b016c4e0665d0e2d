import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  PullRequestFilterSchema,
  PullRequestInputSchema,
  PullRequestPatchSchema,
  PullRequestSchema,
} from '../entities/pull-request.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const pullRequests = {
  list: channel(
    'pull-request:list',
    'Lists pull requests, the newest first.',
    [arg('filter', v.optional(PullRequestFilterSchema))],
    v.array(PullRequestSchema),
  ),
  get: channel(
    'pull-request:get',
    'Gives the pull request with this id, or null.',
    [id],
    v.nullable(PullRequestSchema),
  ),
  create: channel(
    'pull-request:create',
    'Notes a pull request of a ticket.',
    [arg('data', PullRequestInputSchema)],
    PullRequestSchema,
    ['NotFound'],
  ),
  update: channel(
    'pull-request:update',
    'Changes the given fields of a pull request; one that is merged stays so.',
    [id, arg('patch', PullRequestPatchSchema)],
    PullRequestSchema,
    ['InvalidTransition'],
  ),
  delete: channel('pull-request:delete', 'Forgets a pull request.', [id], v.void()),
};
