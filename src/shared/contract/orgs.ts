import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  ScratchOrgInputSchema,
  ScratchOrgPatchSchema,
  ScratchOrgSchema,
} from '../entities/scratch-org.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const orgs = {
  list: channel('org:list', 'Lists scratch orgs by alias.', [], v.array(ScratchOrgSchema)),
  get: channel(
    'org:get',
    'Gives the org with this id, or null.',
    [id],
    v.nullable(ScratchOrgSchema),
  ),
  create: channel(
    'org:create',
    'Adds a scratch org.',
    [arg('data', ScratchOrgInputSchema)],
    ScratchOrgSchema,
    ['Conflict'],
  ),
  update: channel(
    'org:update',
    'Changes the given fields of an org.',
    [id, arg('patch', ScratchOrgPatchSchema)],
    ScratchOrgSchema,
    ['Conflict'],
  ),
  delete: channel('org:delete', 'Deletes an org that no agent holds.', [id], v.void(), [
    'Conflict',
  ]),
  claim: channel(
    'org:claim',
    'Leases an available org to an agent: the given one, or the one that expires last.',
    [arg('agentId', IdSchema), arg('orgId', v.optional(IdSchema))],
    ScratchOrgSchema,
    ['Conflict', 'LimitReached'],
  ),
  release: channel('org:release', 'Takes an org back from its agent.', [id], ScratchOrgSchema),
};
