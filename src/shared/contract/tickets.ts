import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  TicketCardSchema,
  TicketFilterSchema,
  TicketInputSchema,
  TicketPatchSchema,
  TicketPlaceSchema,
  TicketSchema,
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
  ),
  update: channel(
    'ticket:update',
    'Changes the given fields of a ticket.',
    [arg('id', IdSchema), arg('patch', TicketPatchSchema)],
    TicketSchema,
  ),
  move: channel(
    'ticket:move',
    'Puts a ticket into a column, at the top or beside a neighbour.',
    [arg('id', IdSchema), arg('place', TicketPlaceSchema)],
    TicketSchema,
  ),
  delete: channel(
    'ticket:delete',
    'Deletes a ticket and takes it out of the dependencies of others.',
    [arg('id', IdSchema), arg('options', v.optional(DeleteOptionsSchema))],
    v.void(),
  ),
  ready: channel(
    'ticket:ready',
    'Lists tickets in the ready column that wait for no other and that nobody works on, by priority and then age.',
    [],
    v.array(TicketSchema),
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
};
