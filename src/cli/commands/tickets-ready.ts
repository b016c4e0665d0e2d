import type { Command } from 'commander';
import { pageEntries } from '../../shared/entities/fields.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { numberBy, valueOption } from '../options.ts';
import { printRows } from '../output.ts';
import { readPages } from '../read-pages.ts';
import { addReadyFilter, toReadyFilter, type ReadyOptions } from '../ready-filter.ts';

const DEFAULT_LIMIT = 100;

const HELP = `
These are the tickets of the column ready that nobody works on and that wait for no other, in the order
in which agents get them.

Examples:
  sweatshop tickets ready
  sweatshop tickets ready --kind bug --limit 5 --json`;

type Options = ReadyOptions & { readonly limit?: number; readonly json?: boolean };

/** Adds `ready` to the command `tickets`. */
export function addTicketsReady(parent: Command, context: CommandContext): void {
  addReadyFilter(
    parent
      .command('ready')
      .summary('list what can be started')
      .description('Lists the tickets that an agent could start now.'),
  )
    .addOption(
      valueOption(
        '--limit <count>',
        `how many at most (default: ${String(DEFAULT_LIMIT)})`,
        numberBy(pageEntries.limit.wrapped),
      ),
    )
    .option('--json', 'print the tickets as JSON')
    .addHelpText('after', HELP)
    .action(async ({ limit = DEFAULT_LIMIT, json = false, ...options }: Options) => {
      const tickets = await useApp(context, async (api) => {
        const filter = await toReadyFilter(api, options);
        return readPages((page) => api.tickets.ready({ ...filter, ...page }), limit);
      });
      printRows(context, tickets, {
        json,
        columns: [
          { head: 'ID', value: ({ id }) => id },
          { head: 'PRIORITY', value: ({ priority }) => priority, isMinor: true },
          { head: 'KIND', value: ({ kind }) => kind, isMinor: true },
          { head: 'TITLE', value: ({ title }) => title, isFlexible: true },
        ],
        empty: 'No ticket is ready.',
      });
    });
}
