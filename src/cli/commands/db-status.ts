import type { Command } from 'commander';
import type { DbStatus } from '../../shared/types.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { hasDatabase, isHome, noDatabase } from '../home.ts';
import { formatBytes, formatPairs, formatTime } from '../table.ts';

const STATES: Readonly<Record<DbStatus['state'], string>> = {
  saved: 'everything is in the file',
  unsaved: 'the redo log holds changes that the file does not have yet',
  saving: 'changes are being saved to the file',
  failed: 'the last try to save the file failed; the redo log holds every change',
  readOnly: 'changes are refused: the redo log cannot be written',
  conflict: 'another program changed the file; somebody has to decide',
  recovery: 'damaged; run sweatshop db recover',
};

const DECIDED_ELSEWHERE = 'damaged; decide in the window of SweatShop how to go on';

const HELP = `
It reads and changes nothing, and works while SweatShop runs.

Examples:
  sweatshop db status
  sweatshop db status --json`;

/** Adds `status` to the command `db`. */
export function addDbStatus(parent: Command, context: CommandContext): void {
  parent
    .command('status')
    .summary('tell where the database is and what is saved')
    .description('Tells where the database is, who uses it and what is saved.')
    .option('--json', 'print the status as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const homePath = context.homePath();
      if (!isHome(homePath)) throw noDatabase(homePath);
      const status = await context.inspectHome(homePath);
      // A crash can leave a lock and nothing else.
      if (status.owner === null && !hasDatabase(homePath)) throw noDatabase(homePath);
      context.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : formatStatus(status));
      if (status.state === 'recovery') context.finish(EXIT_CODES.damaged);
    });
}

function formatStatus(status: DbStatus): string {
  const { path, bytes, state, owner, publishedAt, lastError } = status;
  const isMissing = state === 'recovery' && publishedAt === null;
  const pairs = formatPairs([
    ['database', path],
    ['size', isMissing ? 'there is no file' : formatBytes(bytes)],
    ['state', state === 'recovery' && owner !== null ? DECIDED_ELSEWHERE : STATES[state]],
    ['in use by', owner === null ? 'nobody' : `process ${String(owner.pid)} on ${owner.host}`],
    ['last saved', formatTime(publishedAt, isMissing ? 'unknown' : 'never')],
    ['changes', formatChanges(status)],
    ...(lastError
      ? [['last error', `${lastError.message} (${formatTime(lastError.at)})`] as const]
      : []),
  ]);
  return pairs + status.notices.map((notice) => `  ${notice}\n`).join('');
}

/** Leaves out what damage hides: a count of 0 is then no count. */
function formatChanges({ state, seq, durableSeq, publishedSeq }: DbStatus): string {
  const counts = [
    [seq, 'made'],
    [durableSeq, 'safe on disk'],
    [publishedSeq, 'in the file'],
  ] as const;
  const known = counts.filter(([count]) => count > 0 || state !== 'recovery');
  if (known.length === 0) return 'unknown';
  return known.map(([count, what]) => `${String(count)} ${what}`).join(', ');
}
