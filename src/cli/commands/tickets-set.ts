import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import { LineSchema } from '../../shared/entities/fields.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findTicket } from '../find-row.ts';
import { listOption, parsedBy } from '../options.ts';
import { printJson, printLine } from '../output.ts';
import {
  addTicketFields,
  readTicketTexts,
  toTicketFields,
  type TicketFieldOptions,
} from '../ticket-fields.ts';

const HELP = `
What is not named stays as it is. The word none clears a field, and empties a list of labels,
dependencies or worker types.

Examples:
  sweatshop tickets set tkt_V1StGXR8 --status ready --priority critical
  sweatshop tickets set V1St --add-label ui,urgent --remove-label later
  sweatshop tickets set V1St --epic none --description-file notes.md`;

type Options = TicketFieldOptions & {
  readonly addLabel?: string[];
  readonly removeLabel?: string[];
  readonly json?: boolean;
};

/** Adds `set` to the command `tickets`. */
export function addTicketsSet(parent: Command, context: CommandContext): void {
  addTicketFields(
    parent
      .command('set')
      .summary('change a ticket')
      .description('Changes fields of a ticket.')
      .argument('<id>', 'the ticket'),
  )
    .addOption(listOption('--add-label <labels>', 'labels to add', parsedBy(LineSchema)))
    .addOption(listOption('--remove-label <labels>', 'labels to take away', parsedBy(LineSchema)))
    .option('--json', 'print the ticket as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { json = false, addLabel, removeLabel, ...options }: Options) => {
      const labels = {
        ...(addLabel && { addLabels: addLabel }),
        ...(removeLabel && { removeLabels: removeLabel }),
      };
      const hasLabels = Object.keys(labels).length > 0;
      if (Object.keys(options).length === 0 && !hasLabels) {
        throw new SweatShopError('InvalidInput', 'Say what to change, such as --status ready.');
      }
      const texts = await readTicketTexts(context, options);
      const ticket = await useApp(context, async (api) => {
        const { id: found } = await findTicket(api, id);
        const patch = await toTicketFields(context, api, options, texts);
        const changed = await api.tickets.update(found, patch);
        if (!hasLabels) return changed;
        // Added where the ticket is, so that two who add a label each lose none.
        await api.tickets.updateMany([found], labels);
        return (await api.tickets.get(found)) ?? changed;
      });
      if (json) printJson(context, ticket);
      else printLine(context, ticket.id, ticket.status, ticket.title);
    });
}
