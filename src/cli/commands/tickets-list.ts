import type { Command, Option } from 'commander';
import type * as v from 'valibot';
import {
  TICKET_KINDS,
  TICKET_PRIORITIES,
  TICKET_STATUSES,
  type Agent,
  type TicketCard,
  type TicketFilter,
} from '../../shared/types.ts';
import {
  IdSchema,
  LineSchema,
  SearchTextSchema,
  pageEntries,
} from '../../shared/entities/fields.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findProject } from '../find-row.ts';
import {
  choicesOption,
  clearableOption,
  listOption,
  numberBy,
  orNull,
  parsedBy,
  valueOption,
} from '../options.ts';
import { printRows, type OutputColumn } from '../output.ts';
import { readPages } from '../read-pages.ts';
import { withoutUndefined } from '../without-undefined.ts';

const DEFAULT_LIMIT = 100;

type Options = {
  readonly status?: TicketFilter['status'];
  readonly priority?: TicketFilter['priority'];
  readonly kind?: TicketFilter['kind'];
  readonly label?: string[];
  readonly project?: string;
  readonly epic?: string;
  readonly agentType?: string;
  readonly text?: string;
  readonly archived?: boolean;
  readonly limit?: number;
  readonly all?: boolean;
  readonly json?: boolean;
};

const HELP = `
The order is by priority, then age. Several values of one option mean any of them, several options mean
all of them. The texts of a ticket are in sweatshop tickets show.

Examples:
  sweatshop tickets list
  sweatshop tickets list --status ready,in_progress --priority critical
  sweatshop tickets list --text login --label ui --json
  sweatshop tickets list --all --archived`;

/** Adds `list` to the command `tickets`. */
export function addTicketsList(parent: Command, context: CommandContext): void {
  parent
    .command('list')
    .summary('list tickets')
    .description('Lists tickets.')
    .addOption(choicesOption('--status <statuses>', 'only in these columns', TICKET_STATUSES))
    .addOption(choicesOption('--priority <priorities>', 'only of these', TICKET_PRIORITIES))
    .addOption(choicesOption('--kind <kinds>', 'only of these kinds', TICKET_KINDS))
    .addOption(listOption('--label <labels>', 'only with one of these', parsedBy(SearchTextSchema)))
    .addOption(ofOption('--project <project>', 'only of this project', LineSchema))
    .addOption(ofOption('--epic <id>', 'only of this epic', IdSchema))
    .addOption(ofOption('--agent-type <type>', 'only for this type of agent', LineSchema))
    .addOption(
      valueOption('--text <text>', 'only with this text anywhere', parsedBy(SearchTextSchema)),
    )
    .option('--archived', 'archived tickets too')
    .addOption(
      valueOption(
        '--limit <count>',
        `how many at most (default: ${String(DEFAULT_LIMIT)})`,
        numberBy(pageEntries.limit.wrapped),
      ),
    )
    .option('--all', 'as many as there are')
    .option('--json', 'print the tickets as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      await listTickets(context, options);
    });
}

function ofOption(
  flags: string,
  description: string,
  schema: v.GenericSchema<string, string>,
): Option {
  return clearableOption(flags, description, parsedBy(schema), 'means without one');
}

async function listTickets(context: CommandContext, options: Options): Promise<void> {
  const { limit = DEFAULT_LIMIT, all = false, json = false } = options;
  const { cards, names } = await useApp(context, async (api) => {
    const { status, priority, kind, label, text, archived } = options;
    const project = orNull(options.project);
    const filter = {
      ...{ status, priority, kind, label, text },
      epicId: orNull(options.epic),
      agentType: orNull(options.agentType),
      projectId: typeof project === 'string' ? (await findProject(api, project)).id : project,
      archived: archived ? ('include' as const) : undefined,
    };
    const found = await readPages(
      (page) => api.tickets.cards({ ...withoutUndefined(filter), ...page }),
      // One more tells that there are more.
      all ? undefined : limit + 1,
    );
    return { cards: found, names: namesOf(json ? [] : await api.agents.list()) };
  });
  const shown = all ? cards : cards.slice(0, limit);
  const columns = ticketColumns(names);
  printRows(context, shown, { json, columns, empty: 'There are no such tickets.' });
  if (shown.length < cards.length) {
    context.stderr.write(`These are the first ${String(limit)}; add --all for the others.\n`);
  }
}

function namesOf(agents: readonly Agent[]): ReadonlyMap<string, string> {
  return new Map(agents.map(({ id, name }) => [id, name]));
}

function ticketColumns(agentNames: ReadonlyMap<string, string>): OutputColumn<TicketCard>[] {
  return [
    { head: 'ID', value: ({ id }) => id },
    { head: 'STATUS', value: ({ status }) => status, isMinor: true },
    { head: 'PRIORITY', value: ({ priority }) => priority, isMinor: true },
    { head: 'TITLE', value: ({ title }) => title, isFlexible: true },
    {
      head: 'LABELS',
      value: ({ labels }) => (labels.length === 0 ? null : labels.join(', ')),
      isFlexible: true,
      isMinor: true,
    },
    {
      head: 'AGENT',
      value: ({ assignedAgentId }) =>
        assignedAgentId === undefined ? null : (agentNames.get(assignedAgentId) ?? assignedAgentId),
      isFlexible: true,
      isMinor: true,
    },
    // The ids of many would push everything else out of sight.
    { head: 'WAITS FOR', value: ({ blockedBy }) => blockedBy.length || null, isMinor: true },
  ];
}
