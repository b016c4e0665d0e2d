import * as v from 'valibot';
import type { Command } from 'commander';
import { fromWireError, SweatShopError } from '../../shared/errors.ts';
import { DbStatusSchema, type DbStatus } from '../../shared/types.ts';
import type { CommandContext } from '../command-context.ts';
import { isHome } from '../home.ts';
import { formatBytes, formatPairs } from '../table.ts';

const STATES: Readonly<Record<DbStatus['state'], string>> = {
  saved: 'everything is saved',
  unsaved: 'changes wait to be saved',
  saving: 'changes are being saved',
  failed: 'the last try to save failed',
};

const HELP = `
Examples:
  sweatshop db status
  sweatshop db status --json`;

/** Adds `status` to the command `db`. */
export function addDbStatus(parent: Command, context: CommandContext): void {
  parent
    .command('status')
    .summary('tell where the database is and what is saved')
    .description('Tells where the database is and what is saved.')
    .option('--json', 'print the status as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const status = await readStatus(context);
      context.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : formatStatus(status));
    });
}

async function readStatus(context: CommandContext): Promise<DbStatus> {
  const homePath = context.homePath();
  if (!isHome(homePath)) throw noDatabase(homePath);
  const home = await context.openHome(homePath, { readOnly: true });
  try {
    const answer = await home.app.call('db:status', []);
    if (!answer.ok) throw fromWireError(answer.error);
    const status = v.parse(DbStatusSchema, answer.value);
    if (status.publishedAt === null) throw noDatabase(homePath);
    return status;
  } finally {
    await home.close();
  }
}

function noDatabase(homePath: string): SweatShopError {
  return new SweatShopError(
    'NotFound',
    `There is no database in ${homePath} yet. Start SweatShop, or import tickets, to make one.`,
    { path: homePath },
  );
}

function formatStatus({ path, bytes, state, publishedAt, lastError }: DbStatus): string {
  return formatPairs([
    ['database', path],
    ['size', formatBytes(bytes)],
    ['state', STATES[state]],
    ['last saved', publishedAt ?? 'never'],
    ...(lastError ? [['last error', lastError.message] as const] : []),
  ]);
}
