import type { Command } from 'commander';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findTicket } from '../find-row.ts';
import { printJson, printLine } from '../output.ts';

const HELP = `
A ticket that waits for others is not ready before they are merged. A circle is refused.

Examples:
  sweatshop tickets block tkt_V1StGXR8 --on tkt_5jdHi6Bm
  sweatshop tickets block V1St --on 5jdH --remove`;

type Options = { readonly on: string; readonly remove?: boolean; readonly json?: boolean };

/** Adds `block` to the command `tickets`. */
export function addTicketsBlock(parent: Command, context: CommandContext): void {
  parent
    .command('block')
    .summary('let a ticket wait for another')
    .description('Lets a ticket wait for another one, or no longer.')
    .argument('<id>', 'the ticket that waits')
    .requiredOption('--on <id>', 'the ticket that it waits for')
    .option('--remove', 'it no longer waits')
    .option('--json', 'print the ticket as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { on, remove = false, json = false }: Options) => {
      const { ticket, other } = await useApp(context, async (api) => {
        const found = await findTicket(api, id);
        const other = await findTicket(api, on);
        await api.tickets.updateMany(
          [found.id],
          remove ? { removeDependsOn: [other.id] } : { addDependsOn: [other.id] },
        );
        return { ticket: (await api.tickets.get(found.id)) ?? found, other };
      });
      const verb = remove ? 'no longer waits for' : 'waits for';
      if (json) printJson(context, ticket);
      else printLine(context, `“${ticket.title}” ${verb} “${other.title}”.`);
    });
}
