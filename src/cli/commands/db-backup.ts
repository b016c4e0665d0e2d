import type { Command } from 'commander';
import type { Backup } from '../../shared/types.ts';
import { useDatabase } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { formatBytes, formatPairs, formatTickets } from '../table.ts';

const HELP = `
The copy is whole and checked before the command ends. While SweatShop runs, it makes the copy.

Examples:
  sweatshop db backup
  sweatshop db backup --json`;

/** Adds `backup` to the command `db`. */
export function addDbBackup(parent: Command, context: CommandContext): void {
  parent
    .command('backup')
    .summary('make a backup now')
    .description('Makes a backup of the present state and checks it.')
    .option('--json', 'print the backup as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const backup = await useDatabase(context, (api) => api.db.backup());
      context.stdout.write(json ? `${JSON.stringify(backup, null, 2)}\n` : formatBackup(backup));
    });
}

function formatBackup({ path, bytes, facts }: Backup): string {
  return formatPairs([
    ['backup', path],
    ['size', formatBytes(bytes)],
    ['holds', facts === null ? 'nothing that can be read' : formatTickets(facts.tickets)],
  ]);
}
