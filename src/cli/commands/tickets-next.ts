import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import { IdSchema } from '../../shared/entities/fields.ts';
import type { Ticket } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { parsedBy, valueOption } from '../options.ts';
import { printFacts, printJson, printLine, printText } from '../output.ts';
import { addReadyFilter, toReadyFilter, type ReadyOptions } from '../ready-filter.ts';

const HELP = `
Without --claim it only tells. With --claim the agent gets the ticket and a run starts; a ticket is given
to one agent only, however many ask at once. An agent that nobody has met yet appears under its id.

It ends with 6 when no ticket is ready; --json then prints null.

Examples:
  sweatshop tickets next
  sweatshop tickets next --claim --agent builder-1 --kind bug
  while sweatshop tickets next --claim --agent "$me" --quiet; do ./work; done`;

type Options = ReadyOptions & {
  readonly claim?: boolean;
  readonly agent?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

/** Adds `next` to the command `tickets`. */
export function addTicketsNext(parent: Command, context: CommandContext): void {
  addReadyFilter(
    parent
      .command('next')
      .summary('show or take the next ready ticket')
      .description('Shows the next ticket that an agent could start, or gives it to an agent.'),
  )
    .option('--claim', 'put the agent to work on it')
    .addOption(valueOption('--agent <id>', 'the agent that takes it', parsedBy(IdSchema)))
    .option('--quiet', 'print its id only')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async ({ claim = false, agent, quiet = false, json = false, ...options }: Options) => {
      if (claim !== (agent !== undefined)) {
        const message = 'An agent takes a ticket with both: --claim --agent ID.';
        throw new SweatShopError('InvalidInput', message);
      }
      const next = await useApp(context, async (api) => {
        const filter = await toReadyFilter(api, options);
        if (agent !== undefined) return api.tickets.claimNext(agent, filter);
        const [ticket] = await api.tickets.ready({ ...filter, limit: 1 });
        return ticket ? { ticket } : null;
      });
      if (next === null) context.finish(EXIT_CODES.none);
      if (json) printJson(context, next);
      else if (next === null) context.stderr.write('No ticket is ready.\n');
      else if (quiet) printLine(context, next.ticket.id);
      else printNext(context, next.ticket);
    });
}

function printNext(context: CommandContext, ticket: Ticket): void {
  printFacts(context, [
    ['id', ticket.id],
    ['title', ticket.title],
    ['priority', ticket.priority],
    ['kind', ticket.kind],
    ['labels', ticket.labels.join(', ')],
    ['agent', ticket.assignedAgentId],
  ]);
  printText(context, 'Description', ticket.description);
  printText(context, 'Acceptance criteria', ticket.acceptanceCriteria);
}
