import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import type { TicketInput } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { printJson, printLine } from '../output.ts';
import {
  addTicketFields,
  readTicketTexts,
  toTicketFields,
  type TicketFieldOptions,
} from '../ticket-fields.ts';

const HELP = `
It makes a database where there is none yet. What is printed starts with the id of the ticket.

Examples:
  sweatshop tickets add --title "Log in with a passkey" --status ready --priority high
  sweatshop tickets add --title "Tidy up" --label ui,later --depends-on tkt_V1StGXR8
  git log -1 --format=%b | sweatshop tickets add --title "Follow up" --description -`;

type Options = TicketFieldOptions & { readonly json?: boolean };

/** Adds `add` to the command `tickets`. */
export function addTicketsAdd(parent: Command, context: CommandContext): void {
  addTicketFields(
    parent
      .command('add')
      .summary('make a ticket')
      .description('Makes a ticket in the backlog, or in another column.'),
  )
    .option('--json', 'print the ticket as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false, ...options }: Options) => {
      if (options.title === undefined) {
        throw new SweatShopError(
          'InvalidInput',
          'Give the ticket a title: --title "Log in with a passkey".',
        );
      }
      const texts = await readTicketTexts(context, options);
      const ticket = await useApp(
        context,
        async (api) => {
          const fields = await toTicketFields(context, api, options, texts);
          const given = Object.entries(fields).filter(([, value]) => value !== null);
          return api.tickets.create(Object.fromEntries(given) as TicketInput);
        },
        { create: true },
      );
      if (json) printJson(context, ticket);
      else printLine(context, ticket.id, ticket.status, ticket.title);
    });
}
