import * as v from 'valibot';
import { AgentSchema } from '../entities/agent.ts';
import { CountSchema, IdSchema, MessageSchema, listOf } from '../entities/fields.ts';
import { TicketRunSchema } from '../entities/ticket-run.ts';
import {
  ClaimFilterSchema,
  ReadyFilterSchema,
  TicketBulkPatchSchema,
  TicketCardSchema,
  TicketFilterSchema,
  TicketInputSchema,
  TicketPatchSchema,
  TicketPlaceSchema,
  TicketSchema,
  WipLimitsSchema,
} from '../entities/ticket.ts';
import { arg, channel } from './define.ts';
import { DeleteOptionsSchema } from './options.ts';

export const tickets = {
  list: channel(
    'ticket:list',
    'Lists tickets, by priority and then age unless the filter says otherwise.',
    [arg('filter', v.optional(TicketFilterSchema))],
    v.array(TicketSchema),
  ),
  cards: channel(
    'ticket:cards',
    'Lists tickets without their long texts, with the tickets each one waits for.',
    [arg('filter', v.optional(TicketFilterSchema))],
    v.array(TicketCardSchema),
  ),
  count: channel(
    'ticket:count',
    'Counts the tickets that a filter takes in.',
    [arg('filter', v.optional(TicketFilterSchema))],
    v.number(),
  ),
  get: channel(
    'ticket:get',
    'Gives the ticket with this id, or null.',
    [arg('id', IdSchema)],
    v.nullable(TicketSchema),
  ),
  create: channel(
    'ticket:create',
    'Creates a ticket at the top of its column.',
    [arg('data', TicketInputSchema)],
    TicketSchema,
    ['Conflict', 'DependencyUnmet', 'LimitReached'],
  ),
  update: channel(
    'ticket:update',
    'Changes the given fields of a ticket.',
    [arg('id', IdSchema), arg('patch', TicketPatchSchema)],
    TicketSchema,
    ['Conflict', 'DependencyCycle', 'DependencyUnmet', 'LimitReached'],
  ),
  move: channel(
    'ticket:move',
    'Puts a ticket into a column, at the top or beside a neighbour.',
    [arg('id', IdSchema), arg('place', TicketPlaceSchema)],
    TicketSchema,
    ['Conflict', 'DependencyUnmet', 'LimitReached'],
  ),
  updateMany: channel(
    'ticket:update-many',
    'Changes many tickets at once, all of them or none, and tells how many there were.',
    [arg('ids', listOf(IdSchema)), arg('patch', TicketBulkPatchSchema)],
    CountSchema,
    ['NotFound', 'Conflict', 'DependencyCycle', 'DependencyUnmet', 'LimitReached'],
  ),
  reopen: channel(
    'ticket:reopen',
    'Takes an ended or archived ticket up again, in the backlog unless told otherwise.',
    [
      arg('id', IdSchema),
      arg('reason', MessageSchema),
      arg('status', v.optional(v.picklist(['backlog', 'ready']))),
    ],
    TicketSchema,
    ['Conflict', 'LimitReached'],
  ),
  archive: channel(
    'ticket:archive',
    'Takes a ticket out of sight; lists hold it only when they are asked to.',
    [arg('id', IdSchema)],
    TicketSchema,
    ['Conflict'],
  ),
  unarchive: channel(
    'ticket:unarchive',
    'Brings an archived ticket back into its column.',
    [arg('id', IdSchema)],
    TicketSchema,
    ['LimitReached'],
  ),
  delete: channel(
    'ticket:delete',
    'Deletes a ticket and takes it out of the dependencies of others.',
    [arg('id', IdSchema), arg('options', v.optional(DeleteOptionsSchema))],
    v.void(),
    ['Conflict'],
  ),
  ready: channel(
    'ticket:ready',
    'Lists tickets in the ready column that wait for no other and that nobody works on, by priority and then age.',
    [arg('filter', v.optional(ReadyFilterSchema))],
    v.array(TicketSchema),
  ),
  claimNext: channel(
    'ticket:claim-next',
    'Puts an idle agent to work on the first ready ticket that fits, or gives null; the agent appears if nobody has the id.',
    [arg('agentId', IdSchema), arg('filter', v.optional(ClaimFilterSchema))],
    v.nullable(v.object({ ticket: TicketSchema, agent: AgentSchema, run: TicketRunSchema })),
    ['Conflict', 'InvalidTransition', 'LimitReached'],
  ),
  blocked: channel(
    'ticket:blocked',
    'Lists the cards of unfinished tickets that wait for others.',
    [],
    v.array(TicketCardSchema),
  ),
  labels: channel(
    'ticket:labels',
    'Lists every label in use, in alphabetical order.',
    [],
    v.array(v.string()),
  ),
  limits: channel(
    'ticket:limits',
    'Tells how many tickets each column may hold; a column without an entry takes any number.',
    [],
    WipLimitsSchema,
  ),
  setLimits: channel(
    'ticket:set-limits',
    'Sets how many tickets each column may hold; one that is left out has no limit from now on.',
    [arg('limits', WipLimitsSchema)],
    WipLimitsSchema,
  ),
};
