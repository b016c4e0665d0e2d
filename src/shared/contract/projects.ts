import * as v from 'valibot';
import { IdSchema, LineSchema } from '../entities/fields.ts';
import {
  ProjectFilterSchema,
  ProjectInputSchema,
  ProjectPatchSchema,
  ProjectSchema,
} from '../entities/project.ts';
import {
  WorkerTypeFilterSchema,
  WorkerTypeInputSchema,
  WorkerTypePatchSchema,
  WorkerTypeSchema,
} from '../entities/worker-type.ts';
import { DeleteOptionsSchema } from './options.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const projects = {
  list: channel(
    'project:list',
    'Lists projects, the newest first.',
    [arg('filter', v.optional(ProjectFilterSchema))],
    v.array(ProjectSchema),
  ),
  get: channel(
    'project:get',
    'Gives the project with this id, or null.',
    [id],
    v.nullable(ProjectSchema),
  ),
  getByName: channel(
    'project:get-by-name',
    'Gives the project with this repository name, or null.',
    [arg('repositoryName', LineSchema)],
    v.nullable(ProjectSchema),
  ),
  create: channel(
    'project:create',
    'Creates a project with the default worker types.',
    [arg('data', ProjectInputSchema)],
    ProjectSchema,
    ['Conflict'],
  ),
  update: channel(
    'project:update',
    'Changes the given fields of a project.',
    [id, arg('patch', ProjectPatchSchema)],
    ProjectSchema,
    ['Conflict'],
  ),
  delete: channel(
    'project:delete',
    'Deletes a project; with its history, its tickets and agents go too.',
    [id, arg('options', v.optional(DeleteOptionsSchema))],
    v.void(),
    ['Conflict'],
  ),
  seedWorkerTypes: channel(
    'project:seed-worker-types',
    'Adds the default worker types that a project does not have, and gives all it has.',
    [id],
    v.array(WorkerTypeSchema),
    ['NotFound'],
  ),
};

export const workerTypes = {
  list: channel(
    'worker-type:list',
    'Lists worker types by project and name.',
    [arg('filter', v.optional(WorkerTypeFilterSchema))],
    v.array(WorkerTypeSchema),
  ),
  get: channel(
    'worker-type:get',
    'Gives the worker type with this id, or null.',
    [id],
    v.nullable(WorkerTypeSchema),
  ),
  create: channel(
    'worker-type:create',
    'Adds a worker type to a project.',
    [arg('data', WorkerTypeInputSchema)],
    WorkerTypeSchema,
    ['NotFound', 'Conflict'],
  ),
  update: channel(
    'worker-type:update',
    'Changes the given fields of a worker type.',
    [id, arg('patch', WorkerTypePatchSchema)],
    WorkerTypeSchema,
    ['Conflict'],
  ),
  delete: channel(
    'worker-type:delete',
    'Deletes a worker type that no unfinished plan waits for.',
    [id],
    v.void(),
    ['Conflict'],
  ),
};
