import type { Command } from 'commander';
import type { CheckReport } from '../../shared/types.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { hasDatabase, noDatabase } from '../home.ts';

/** What the database is opened from; everything else is there for the day on which one of them is damaged. */
const DATABASE: ReadonlySet<string> = new Set(['sweatshop.db', 'redo log']);

const HELP = `
It reads sweatshop.db, the redo log and every backup, changes nothing, and works while SweatShop runs.
It ends with 0 when all are sound, and with 5 when one is not.

Examples:
  sweatshop db check
  sweatshop db check --json`;

/** Adds `check` to the command `db`. */
export function addDbCheck(parent: Command, context: CommandContext): void {
  parent
    .command('check')
    .summary('read every file and tell which are sound')
    .description('Reads every file of the database and tells which are sound.')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const homePath = context.homePath();
      if (!hasDatabase(homePath)) throw noDatabase(homePath);
      const report = await context.checkHome(homePath);
      context.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
      context.finish(report.isSound ? EXIT_CODES.done : EXIT_CODES.damaged);
    });
}

function formatReport({ isSound, checks }: CheckReport): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.map(
    (check) =>
      `  ${check.isSound ? '✓ sound  ' : '✗ damaged'}  ${check.name.padEnd(width)}  ${check.finding}\n`,
  );
  return `${lines.join('')}${isSound ? 'All is sound.' : adviceOn(checks)}\n`;
}

function adviceOn(checks: CheckReport['checks']): string {
  const bad = checks.filter((check) => !check.isSound);
  const sum = `${String(bad.length)} of ${String(checks.length)} are not sound.`;
  return bad.some(({ name }) => DATABASE.has(name))
    ? `${sum} Run sweatshop db recover to see what can be done.`
    : `${sum} The database itself is: nothing has to be done, and SweatShop makes new copies as it saves.`;
}
