import { Option, type Command } from 'commander';
import { exportRows, fieldsOf } from '../../core/services/export-tables.ts';
import { openImage, type ImageReader } from '../../host/open-image.ts';
import { SweatShopError } from '../../shared/errors.ts';
import {
  ANALYTICS_GROUPS,
  IMPORT_TARGETS,
  type AnalyticsQuery,
  type FigureGroup,
  type ImportTarget,
} from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { csvLine, type CsvField } from '../csv-line.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { exportDocument, type UnreadableRow } from '../export-document.ts';
import { writeOutputFile } from '../output-file.ts';
import { readSnapshot } from '../snapshot.ts';
import { toTerminalLine } from '../terminal-text.ts';
import { writeTexts } from '../write-texts.ts';

type Options = {
  readonly format: 'json' | 'csv';
  readonly what: 'all' | 'tickets' | 'runs' | 'analytics';
  readonly by: AnalyticsQuery['groupBy'];
  readonly spreadsheet?: boolean;
  readonly out?: string;
  readonly force?: boolean;
};

const TABLES = { tickets: 'tickets', runs: 'ticket_runs' } as const satisfies Record<
  string,
  ImportTarget
>;

/** How many unreadable rows are named one by one. */
const MAX_NAMED = 20;
const BYTE_ORDER_MARK = '\ufeff';

const HELP = `
As JSON it writes one document with every row of every table, which sweatshop import brings back: the same
ids, times and positions. To move more than 256 MB, move a backup instead. A row that cannot be read is
exported as it is, named on standard error, and the command ends with 3.

As CSV it writes tickets, runs or analytics, each value as it is and lists as JSON. A spreadsheet takes a
text that begins with = + - or @ for a formula: --spreadsheet puts a ' before such text, and marks the file
as UTF-8. Leave it out where a program reads the file, or where it shall be imported again.

All is of one moment, also while SweatShop runs. --out writes a file that appears only when it is whole.

Examples:
  sweatshop export --out everything.json
  sweatshop export --what tickets --format csv > tickets.csv
  sweatshop export --what runs --format csv --spreadsheet --out runs.csv --force
  sweatshop export --what analytics --by agent`;

/** Adds `export`. */
export function addExport(parent: Command, context: CommandContext): void {
  parent
    .command('export')
    .summary('write everything as JSON, or tickets, runs or analytics as CSV')
    .description('Writes everything as JSON, or tickets, runs or analytics as CSV.')
    .addOption(new Option('--format <format>', 'how').choices(['json', 'csv']).default('json'))
    .addOption(
      new Option('--what <what>', 'what')
        .choices(['all', 'tickets', 'runs', 'analytics'])
        .default('all'),
    )
    .addOption(
      new Option('--by <group>', 'what analytics sums runs up by')
        .choices(ANALYTICS_GROUPS)
        .default('day'),
    )
    .option('--spreadsheet', 'make CSV safe to open in a spreadsheet')
    .option('--out <file>', 'the file to write (default: standard output)')
    .option('--force', 'replace the file')
    .option('--json', 'the same as --format json')
    .addHelpText('after', HELP)
    .action((options: Options & { readonly json?: boolean }) =>
      runExport(context, options.json ? { ...options, format: 'json' } : options),
    );
}

async function runExport(context: CommandContext, options: Options): Promise<void> {
  const { what, format } = options;
  if (format === 'csv' && what === 'all') {
    throw new SweatShopError(
      'InvalidInput',
      'A CSV file holds one table. Add --what tickets, --what runs or --what analytics.',
    );
  }
  if (what === 'analytics') await exportAnalytics(context, options);
  else await exportTables(context, what, options);
}

async function exportTables(
  context: CommandContext,
  what: 'all' | 'tickets' | 'runs',
  options: Options,
): Promise<void> {
  const reader = await openImage(await context.readWasm(), await readSnapshot(context));
  const unreadable: UnreadableRow[] = [];
  const note = (row: UnreadableRow) => {
    unreadable.push(row);
  };
  try {
    const tables = what === 'all' ? IMPORT_TARGETS : [TABLES[what]];
    const texts =
      what !== 'all' && options.format === 'csv'
        ? csvOfTable(reader, TABLES[what], options, note)
        : exportDocument(reader, tables, note);
    await write(context, texts, options);
  } finally {
    reader.close();
  }
  if (unreadable.length === 0) return;
  context.stderr.write(describeUnreadable(unreadable, options));
  context.finish(EXIT_CODES.incomplete);
}

async function exportAnalytics(context: CommandContext, options: Options): Promise<void> {
  const groups = await useApp(context, (api) => api.analytics.report({ groupBy: options.by }), {
    readOnly: true,
  });
  const texts =
    options.format === 'csv'
      ? csvOfGroups(groups, options)
      : [`${JSON.stringify({ groupBy: options.by, groups }, null, 2)}\n`];
  await write(context, texts, options);
}

async function write(
  { stdout }: CommandContext,
  texts: Iterable<string>,
  { out, force = false }: Options,
): Promise<void> {
  if (out === undefined) await writeTexts(stdout, texts);
  else await writeOutputFile(out, texts, { replaces: force });
}

function* csvOfTable(
  reader: ImageReader,
  table: ImportTarget,
  options: Options,
  onUnreadable: (row: UnreadableRow) => void,
): Generator<string> {
  const names = fieldsOf(table);
  yield* csvHead(names, options);
  for (const row of exportRows(reader, table)) {
    if ('why' in row) onUnreadable({ table, why: row.why });
    else
      yield toLine(
        names.map((name) => toField(row.fields[name])),
        options,
      );
  }
}

function* csvOfGroups(groups: readonly FigureGroup[], options: Options): Generator<string> {
  yield* csvHead(['key', 'name', ...FIGURES.map(([name]) => name)], options);
  for (const { key, name, figures } of groups) {
    yield toLine([key, name, ...FIGURES.map(([, value]) => value(figures))], options);
  }
}

const FIGURES: readonly (readonly [
  name: string,
  value: (figures: FigureGroup['figures']) => CsvField,
])[] = [
  ['runs', ({ runs }) => runs.all],
  ['running', ({ runs }) => runs.running],
  ['completed', ({ runs }) => runs.completed],
  ['failed', ({ runs }) => runs.failed],
  ['cancelled', ({ runs }) => runs.cancelled],
  ['wallClockMs', ({ wallClockMs }) => wallClockMs],
  ['waitingMs', ({ waitingMs }) => waitingMs],
  ['activeMs', ({ activeMs }) => activeMs],
  ['interventions', ({ interventions }) => interventions],
  ['reworks', ({ reworks }) => reworks],
  ['firstPassApprovalRate', ({ firstPassApprovalRate }) => firstPassApprovalRate],
  ['autonomyScore', ({ autonomyScore }) => autonomyScore],
  ['promptTokens', ({ promptTokens }) => promptTokens],
  ['completionTokens', ({ completionTokens }) => completionTokens],
  ['estimatedCost', ({ estimatedCost }) => estimatedCost?.amount ?? null],
  ['currency', ({ estimatedCost }) => estimatedCost?.currency ?? null],
  ['ticketsCompleted', ({ ticketsCompleted }) => ticketsCompleted],
  ['velocityPerDay', ({ velocityPerDay }) => velocityPerDay],
];

function* csvHead(names: readonly string[], options: Options): Generator<string> {
  if (options.spreadsheet) yield BYTE_ORDER_MARK;
  yield toLine(names, options);
}

function toLine(fields: readonly CsvField[], { spreadsheet = false }: Options): string {
  return csvLine(fields, { isForSpreadsheet: spreadsheet });
}

function toField(value: unknown): CsvField {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return JSON.stringify(value);
}

function describeUnreadable(rows: readonly UnreadableRow[], { format }: Options): string {
  const named = rows.slice(0, MAX_NAMED).map(({ why }) => `${toTerminalLine(why)}\n`);
  const more = rows.length - named.length;
  return [
    ...named,
    ...(more > 0 ? [`And ${more.toLocaleString('en')} more.\n`] : []),
    format === 'json'
      ? 'They are at the end of the export as they are in the database, and an import leaves them out.\n'
      : 'They are left out; export as JSON to have them as they are in the database.\n',
  ].join('');
}
