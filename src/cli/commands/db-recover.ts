import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { DbStatus, RecoveryOption, RecoveryReport } from '../../shared/types.ts';
import { useDatabase } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { isMeant } from '../confirm.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { formatBytes, formatPairs, formatTickets, formatTime } from '../table.ts';

type Options = { readonly yes?: boolean; readonly json?: boolean };

const HELP = `
Without an option it mends what can be mended without losing a change, as each start of SweatShop
does. Where a change would be lost it changes nothing, tells what is wrong and what can be done, and
ends with 5. Nothing is ever deleted: what is left aside goes to the folder quarantine or stays among
the backups.

Examples:
  sweatshop db recover
  sweatshop db recover --json
  sweatshop db recover previous --yes`;

/** Adds `recover` to the command `db`. */
export function addDbRecover(parent: Command, context: CommandContext): void {
  parent
    .command('recover')
    .summary('tell what is damaged, and go on with one of the options')
    .description('Tells what damage keeps the database from opening, and how to go on.')
    .argument('[option]', 'the option to go on with')
    .option('--yes', 'do not ask')
    .option('--json', 'print the report or the outcome as JSON')
    .addHelpText('after', HELP)
    .action((optionId: string | undefined, options: Options) =>
      useDatabase(context, async (api) => {
        const report = await api.db.recovery();
        if (report === null) tellOpened(context, await api.db.status(), options);
        else if (optionId === undefined) tellDamage(context, report, options);
        else await recover(context, api, optionIn(report, optionId), options);
      }),
    );
}

function tellOpened(
  { stdout, stderr }: CommandContext,
  { notices }: DbStatus,
  { json = false }: Options,
): void {
  const mended = formatNotices(notices);
  if (json) {
    stdout.write('null\n');
    stderr.write(mended);
    return;
  }
  stdout.write(
    notices.length === 0
      ? 'There is nothing to recover: the database opens as it should.\n'
      : `The database is open; there is nothing left to decide:\n${mended}`,
  );
}

function tellDamage(
  { stdout, finish }: CommandContext,
  report: RecoveryReport,
  { json = false }: Options,
): void {
  stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
  finish(EXIT_CODES.damaged);
}

async function recover(
  context: CommandContext,
  api: SweatShopApi,
  option: RecoveryOption,
  { yes = false, json = false }: Options,
): Promise<void> {
  context.stderr.write(formatOption(option, false));
  const asking = json ? { ...context, confirm: null } : context;
  if (!(await isMeant(asking, yes, 'Go on with this?'))) {
    context.finish(EXIT_CODES.failed);
    return;
  }
  const status = await api.db.recover(option.id);
  context.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : formatOutcome(status));
}

/** @throws SweatShopError InvalidInput for an option that the report does not have. */
function optionIn({ options }: RecoveryReport, optionId: string): RecoveryOption {
  const option = options.find(({ id }) => id === optionId);
  if (option !== undefined) return option;
  const ids = options.map(({ id }) => id).join(', ');
  const message = `There is no option ${optionId}; there are: ${ids}.`;
  throw new SweatShopError('InvalidInput', message, { optionId });
}

function formatReport({ problems, options }: RecoveryReport): string {
  const wrong = problems.map((problem) => `  ✗ ${problem}\n`).join('');
  const choices = options
    .map((option) => formatOption(option, options.length > 1 && option.isRecommended))
    .join('\n');
  return `The database was not opened, and nothing was changed:
${wrong}
${options.length === 1 ? 'What can be done' : 'What can be done, the best first'}:

${choices}
Go on with sweatshop db recover OPTION. What it leaves aside is kept.\n`;
}

function formatOption(
  { id, title, consequence, bytes, facts }: RecoveryOption,
  isPreferred: boolean,
): string {
  const holds = `${formatTickets(facts.tickets)}, ${formatBytes(bytes)}, last change ${formatTime(facts.changedAt)}`;
  return `  ${id}${isPreferred ? '  (recommended)' : ''}\n${formatPairs([
    ['  opens', title],
    ['  holds', holds],
    ['  leaves', consequence],
  ])}`;
}

function formatOutcome(status: DbStatus): string {
  return `The database is open again: ${status.path}\n${formatNotices(status.notices)}`;
}

function formatNotices(notices: readonly string[]): string {
  return notices.map((notice) => `  ${notice}\n`).join('');
}
