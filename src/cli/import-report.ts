import path from 'node:path';
import type { Backup, ImportConflict, ImportNotice, ImportReport } from '../shared/types.ts';
import type { CommandContext } from './command-context.ts';
import { printJson, printRows } from './output.ts';
import { formatPairs, formatTable } from './table.ts';
import { toTerminalLine } from './terminal-text.ts';

const MAX_SHOWN = 50;

/** What an import did, or would do, with what was done around it. */
export type ImportOutcome = ImportReport & {
  /** The backup that was made before; null where there was nothing to back up. */
  readonly backup: Backup | null;
  /** The new paths of what was set aside. */
  readonly adopted: readonly string[];
};

/** Prints the report; what a person should know of goes to standard error. */
export function printImport(context: CommandContext, outcome: ImportOutcome, json: boolean): void {
  if (json) {
    printJson(context, outcome);
    return;
  }
  printNotices(context, outcome);
  context.stdout.write(formatSummary(outcome));
  printConflicts(context, outcome.conflicts);
  const { backup, adopted } = outcome;
  if (backup) {
    context.stdout.write(
      `The state before it is kept; go back with:\n  sweatshop db restore ${backup.name}\n`,
    );
  }
  for (const file of adopted) context.stdout.write(`Set aside: ${toTerminalLine(file)}\n`);
}

function formatSummary({ dryRun, source, counts, keptOnly }: ImportReport): string {
  const name = toTerminalLine(source.name);
  const rows = counts.map(({ table, created, changed, skipped }) => [
    table.replaceAll('_', ' '),
    ...[created, changed, skipped].map((count) => count.toLocaleString('en')),
  ]);
  const heads = ['', 'CREATED', 'CHANGED', 'ALREADY HERE'];
  const kept =
    keptOnly === 0 ? '' : formatPairs([['rows that are only kept', keptOnly.toLocaleString('en')]]);
  return [
    dryRun
      ? `Nothing was imported from ${name} (${source.system}); it would be:\n`
      : `Imported ${name} (${source.system}):\n`,
    rows.length === 0 && keptOnly === 0 ? '  There is nothing in it.\n' : '',
    rows.length === 0 ? '' : formatTable(heads, rows, new Set([1, 2, 3])),
    kept,
  ].join('');
}

function printConflicts(context: CommandContext, conflicts: readonly ImportConflict[]): void {
  if (conflicts.length === 0) return;
  const count =
    conflicts.length === 1 ? 'One field was' : `${String(conflicts.length)} fields were`;
  context.stdout.write(`${count} changed both here and there; what is here stays:\n`);
  printRows(context, conflicts.slice(0, MAX_SHOWN), {
    json: false,
    empty: '',
    columns: [
      { head: 'TABLE', value: ({ table }) => table },
      { head: 'ID', value: ({ id }) => id },
      { head: 'FIELD', value: ({ field }) => field },
      { head: 'HERE', value: ({ here }) => asText(here) },
      { head: 'THERE', value: ({ there }) => asText(there), isFlexible: true },
    ],
  });
  context.stdout.write(andMore(conflicts.length));
}

/** In the form that editors and terminals turn into a link. */
function printNotices({ stderr }: CommandContext, { source, notices }: ImportReport): void {
  for (const severity of ['warning', 'error'] as const) {
    const these = notices.filter((notice) => notice.severity === severity);
    for (const { place, message } of these.slice(0, MAX_SHOWN)) {
      stderr.write(
        `${toTerminalLine(fullPlace(source.name, place))}: ${severity}: ${toTerminalLine(message)}\n`,
      );
    }
    stderr.write(andMore(these.length));
  }
  if (notices.some(({ severity }: ImportNotice) => severity === 'error')) {
    stderr.write(
      'Correct what is named above and run the same command again; it adds what is missing.\n',
    );
  }
}

function fullPlace(source: string, place: string): string {
  if (place === '') return source;
  const isItself = place.startsWith(`${path.basename(source)}:`);
  if (isItself) return path.join(path.dirname(source), place);
  return /^[^\s:]+\.\w+(?::|$)/.test(place) || place.includes('/')
    ? path.join(source, place)
    : `${source}: ${place}`;
}

function andMore(count: number): string {
  return count > MAX_SHOWN
    ? `and ${(count - MAX_SHOWN).toLocaleString('en')} more; --json lists all\n`
    : '';
}

function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const line = toTerminalLine(text);
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
