import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addTicketsAdd } from './tickets-add.ts';
import { addTicketsBlock } from './tickets-block.ts';
import { addTicketsComment } from './tickets-comment.ts';
import { addTicketsList } from './tickets-list.ts';
import { addTicketsNext } from './tickets-next.ts';
import { addTicketsReady } from './tickets-ready.ts';
import { addTicketsSet } from './tickets-set.ts';
import { addTicketsShow } from './tickets-show.ts';

/** Adds the commands of `tickets`. */
export function addTickets(parent: Command, context: CommandContext): void {
  addTicketsList(parent, context);
  addTicketsShow(parent, context);
  addTicketsAdd(parent, context);
  addTicketsSet(parent, context);
  addTicketsReady(parent, context);
  addTicketsNext(parent, context);
  addTicketsBlock(parent, context);
  addTicketsComment(parent, context);
}
