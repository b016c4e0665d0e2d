import type { Command } from 'commander';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { Backup, DbStatus } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { isMeant } from '../confirm.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import { formatBytes, formatPairs, formatTickets, formatTime } from '../table.ts';

type Options = { readonly yes?: boolean; readonly json?: boolean };

/** What a reset did. */
type Outcome = {
  /** Where the state before went. */
  readonly kept: Backup;
  readonly status: DbStatus;
};

const HELP = `
It empties the database: tickets, agents, runs, settings, everything. The state before is kept as a backup,
which sweatshop db restore puts back. Where SweatShop runs, its windows show the empty database at once.

Examples:
  sweatshop db reset
  sweatshop db reset --yes --json`;

/** Adds `reset` to the command `db`. */
export function addDbReset(parent: Command, context: CommandContext): void {
  parent
    .command('reset')
    .summary('empty the database; the state before is kept as a backup')
    .description('Empties the database, and keeps the state before as a backup.')
    .option('--yes', 'do not ask')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', HELP)
    .action((options: Options) => useApp(context, (api) => reset(context, api, options)));
}

async function reset(
  context: CommandContext,
  api: SweatShopApi,
  { yes = false, json = false }: Options,
): Promise<void> {
  context.stderr.write(formatPairs([['now', await describePresent(api)]]));
  const question = 'Empty the database? The present state is kept as a backup.';
  // Without a terminal, JSON is for programs: they are not asked either.
  if (!(await isMeant(json ? { ...context, confirm: null } : context, yes, question))) {
    context.finish(EXIT_CODES.failed);
    return;
  }
  const status = await api.db.reset();
  const kept = (await api.db.backups()).find(({ kind }) => kind === 'replaced');
  if (!kept) throw new Error('The backup that was made before the reset is gone.');
  const outcome: Outcome = { kept, status };
  if (json) printJson(context, outcome);
  else context.stdout.write(formatOutcome(outcome));
}

async function describePresent(api: SweatShopApi): Promise<string> {
  const [{ bytes, publishedAt }, tickets] = await Promise.all([
    api.db.status(),
    api.tickets.count(),
  ]);
  return `${formatTickets(tickets)}, ${formatBytes(bytes)}, saved ${formatTime(publishedAt)}`;
}

function formatOutcome({ kept, status }: Outcome): string {
  const pairs = formatPairs([
    ['emptied', status.path],
    ['kept before', kept.path],
  ]);
  return `${pairs}Put it back with sweatshop db restore ${kept.name}.\n`;
}
