import * as v from 'valibot';
import { AgentSchema } from '../entities/agent.ts';
import { ArchitectInputSchema, BuilderInputSchema, CrewSchema } from '../entities/crew.ts';
import { IdSchema } from '../entities/fields.ts';
import {
  FolderPathSchema,
  PortAllocationSchema,
  PortRequestSchema,
} from '../entities/port-allocation.ts';
import {
  AnnotationInputSchema,
  AnnotationSchema,
  TerminalInputSchema,
  TerminalPatchSchema,
  TerminalSchema,
} from '../entities/terminal.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const terminals = {
  list: channel('terminal:list', 'Lists terminals, the oldest first.', [], v.array(TerminalSchema)),
  get: channel(
    'terminal:get',
    'Gives the terminal with this id, or null.',
    [id],
    v.nullable(TerminalSchema),
  ),
  create: channel(
    'terminal:create',
    'Notes a terminal that was opened.',
    [arg('data', TerminalInputSchema)],
    TerminalSchema,
    ['NotFound', 'Conflict'],
  ),
  upsert: channel(
    'terminal:upsert',
    'Notes a terminal under an id that its program chose; if the id is known, what is left out is cleared.',
    [id, arg('data', TerminalInputSchema)],
    TerminalSchema,
    ['Conflict'],
  ),
  update: channel(
    'terminal:update',
    'Changes the given fields of a terminal.',
    [id, arg('patch', TerminalPatchSchema)],
    TerminalSchema,
    ['Conflict'],
  ),
  delete: channel(
    'terminal:delete',
    'Deletes a terminal that was closed, with its annotations.',
    [id],
    v.void(),
  ),
};

export const annotations = {
  list: channel(
    'annotation:list',
    'Lists the files that are open for remarks, the oldest first.',
    [],
    v.array(AnnotationSchema),
  ),
  get: channel(
    'annotation:get',
    'Gives the annotation with this id, or null.',
    [id],
    v.nullable(AnnotationSchema),
  ),
  create: channel(
    'annotation:create',
    'Notes a file that was opened for remarks beside an architect, a builder or a terminal.',
    [arg('data', AnnotationInputSchema)],
    AnnotationSchema,
    ['NotFound', 'Conflict'],
  ),
  delete: channel('annotation:delete', 'Deletes an annotation that was closed.', [id], v.void()),
};

const projectPath = arg('projectPath', FolderPathSchema);

export const ports = {
  list: channel(
    'port:list',
    'Lists the blocks of ports by their first port.',
    [],
    v.array(PortAllocationSchema),
  ),
  get: channel(
    'port:get',
    'Gives the block of ports of a project folder, or null.',
    [projectPath],
    v.nullable(PortAllocationSchema),
  ),
  allocate: channel(
    'port:allocate',
    'Gives a project folder its block of a hundred ports: the one it has, or the lowest that is free.',
    [arg('request', PortRequestSchema)],
    PortAllocationSchema,
    ['NotFound', 'LimitReached'],
  ),
  release: channel(
    'port:release',
    'Frees the block of ports of a project folder.',
    [projectPath],
    v.void(),
    ['NotFound'],
  ),
  cleanUp: channel(
    'port:clean-up',
    'Frees the blocks of folders that are gone and of processes that ended, and lists them.',
    [],
    v.array(PortAllocationSchema),
  ),
};

const projectId = arg('projectId', IdSchema);

export const crews = {
  get: channel(
    'crew:get',
    'Gives the architect, builders, terminals and annotations of a project.',
    [projectId],
    CrewSchema,
  ),
  setArchitect: channel(
    'crew:set-architect',
    'Stores what is known of the architect of a project, who appears if there is none.',
    [projectId, arg('data', ArchitectInputSchema)],
    AgentSchema,
    ['Conflict'],
  ),
  upsertBuilder: channel(
    'crew:upsert-builder',
    'Stores what is known of a builder, who appears if nobody has the id.',
    [arg('data', BuilderInputSchema)],
    AgentSchema,
    ['NotFound', 'Conflict'],
  ),
};
