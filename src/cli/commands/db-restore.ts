import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { Backup, DbStatus } from '../../shared/types.ts';
import { useDatabase } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { isMeant } from '../confirm.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { printRows, type OutputColumn } from '../output.ts';
import { formatBytes, formatPairs, formatTickets, formatTime } from '../table.ts';

type Options = { readonly yes?: boolean; readonly json?: boolean };

/** What a restore did. */
type Outcome = {
  readonly restored: Backup;
  /** Where the state before went. */
  readonly kept: Backup | null;
  readonly status: DbStatus;
};

const HELP = `
Without a name it lists the backups and changes nothing. NAME is the name of a backup, the number it
begins with, or "latest" for the newest sound one. The present state is kept as a backup first, so
that a restore can be undone by another one. While SweatShop runs, its windows show the restored state.

Examples:
  sweatshop db restore
  sweatshop db restore latest
  sweatshop db restore 12 --yes
  sweatshop db restore --json`;

/** Adds `restore` to the command `db`. */
export function addDbRestore(parent: Command, context: CommandContext): void {
  parent
    .command('restore')
    .summary('list the backups, or put one in the place of the present state')
    .description('Lists the backups with what each holds, or puts one back.')
    .argument('[name]', 'the backup to put back')
    .option('--yes', 'do not ask')
    .option('--json', 'print the list or the outcome as JSON')
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: Options) =>
      useDatabase(context, (api) =>
        name === undefined
          ? list(context, api, options)
          : restore(context, api, { ...options, name }),
      ),
    );
}

async function list(
  context: CommandContext,
  api: SweatShopApi,
  { json = false }: Options,
): Promise<void> {
  const backups = await api.db.backups();
  const isAnyUnsound = backups.some(({ problem }) => problem !== null);
  const problemColumn: OutputColumn<Backup> = {
    ...{ head: 'PROBLEM', isFlexible: true },
    value: ({ problem }) => problem,
  };
  printRows(context, backups, {
    json,
    empty: 'There are no backups yet. Run sweatshop db backup to make one.',
    columns: [
      { head: 'NAME', value: ({ name }) => name },
      { head: 'KIND', value: ({ kind }) => kind, isMinor: true },
      { head: 'MADE', value: ({ createdAt }) => formatTime(createdAt, '?'), isMinor: true },
      { head: 'SIZE', value: ({ bytes }) => formatBytes(bytes), isMinor: true },
      { head: 'TICKETS', value: ({ facts }) => facts?.tickets },
      {
        head: 'LAST CHANGE',
        value: ({ facts }) => (facts === null ? null : formatTime(facts.changedAt)),
        isMinor: true,
      },
      ...(isAnyUnsound ? [problemColumn] : []),
    ],
  });
  if (!json && backups.length > 0) {
    context.stdout.write(
      '\nPut one back with sweatshop db restore NAME; the present state is kept as a backup first.\n',
    );
  }
}

async function restore(
  context: CommandContext,
  api: SweatShopApi,
  { name, yes = false, json = false }: Options & { readonly name: string },
): Promise<void> {
  const before = await api.db.backups();
  const backup = findBackup(before, name);
  context.stderr.write(
    formatPairs([
      ['now', await describePresent(api)],
      ['restored', describeBackup(backup)],
    ]),
  );
  const question = 'Restore it? The present state is kept as a backup.';
  // Without a terminal, JSON is for programs: they are not asked either.
  if (!(await isMeant(json ? { ...context, confirm: null } : context, yes, question))) {
    context.finish(EXIT_CODES.failed);
    return;
  }
  const status = await api.db.restore(backup.name);
  const known = new Set(before.map((one) => one.name));
  const kept =
    (await api.db.backups()).find((one) => one.kind === 'replaced' && !known.has(one.name)) ?? null;
  const outcome: Outcome = { restored: backup, kept, status };
  context.stdout.write(json ? `${JSON.stringify(outcome, null, 2)}\n` : formatOutcome(outcome));
}

/** @throws SweatShopError NotFound; DatabaseCorrupt for one that is not sound. */
function findBackup(backups: readonly Backup[], name: string): Backup {
  const found =
    name === 'latest'
      ? backups.find(({ problem }) => problem === null)
      : (backups.find((backup) => backup.name === name) ?? findByNumber(backups, name));
  if (found === undefined) {
    const what = name === 'latest' ? 'There is no sound backup' : `There is no backup ${name}`;
    const message = `${what}. Run sweatshop db restore to see which there are.`;
    throw new SweatShopError('NotFound', message, { name });
  }
  if (found.problem !== null) {
    const message = `${found.name} cannot be restored: ${found.problem}`;
    throw new SweatShopError('DatabaseCorrupt', message, { name: found.name });
  }
  return found;
}

function findByNumber(backups: readonly Backup[], text: string): Backup | undefined {
  if (!/^\d{1,6}$/.test(text)) return undefined;
  return backups.find(({ name }) => name.startsWith(`${text.padStart(6, '0')}-`));
}

async function describePresent(api: SweatShopApi): Promise<string> {
  if ((await api.db.recovery()) !== null) return 'no database is open: its files are damaged';
  const [{ bytes, publishedAt }, tickets] = await Promise.all([
    api.db.status(),
    api.tickets.count(),
  ]);
  return `${formatTickets(tickets)}, ${formatBytes(bytes)}, saved ${formatTime(publishedAt)}`;
}

function describeBackup({ name, bytes, facts }: Backup): string {
  const holds =
    facts === null
      ? formatBytes(bytes)
      : `${formatTickets(facts.tickets)}, ${formatBytes(bytes)}, changed ${formatTime(facts.changedAt)}`;
  return `${holds} (${name})`;
}

function formatOutcome({ restored, kept, status }: Outcome): string {
  return formatPairs([
    ['restored', restored.name],
    ...(kept === null ? [] : [['kept before', kept.path] as const]),
    ['database', status.path],
  ]);
}
