import { InvalidArgumentError, Option, type Command } from 'commander';
import { queryImage, type Cell, type QueryAnswer } from '../../host/query-image.ts';
import { SweatShopError } from '../../shared/errors.ts';
import { cellToCsv, cellToJson, cellToText } from '../cell-text.ts';
import type { CommandContext } from '../command-context.ts';
import { csvLine } from '../csv-line.ts';
import { printRows } from '../output.ts';
import { readSnapshot } from '../snapshot.ts';
import { toTerminalLine } from '../terminal-text.ts';
import { writeTexts } from '../write-texts.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 3_600;
const DEFAULT_ROWS = 1_000;
const MAX_ROWS = 10_000_000;

type Options = {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly timeout: number;
  readonly limit: number;
};

const HELP = `
SQL is one SELECT, VALUES or WITH … SELECT, with EXPLAIN before it if you like; - reads it from standard
input. It is answered from a copy, also while SweatShop runs, so that nothing it does can reach the
database. Everything else is refused.

A table shows NULL as –, empty text as '' and a blob as x'…'. In JSON a blob is {"blob": "<base64>"}; in CSV
NULL is an empty field, empty text is "", and a blob is x'…'. The answer ends at --limit rows or at 64 MB,
and says so on standard error.

Examples:
  sweatshop db query 'SELECT status, count(*) FROM tickets GROUP BY status'
  sweatshop db query --csv 'SELECT * FROM ticket_runs' > runs.csv
  sweatshop db query --json --limit 5 - < question.sql`;

/** Adds `query` to the command `db`. */
export function addDbQuery(parent: Command, context: CommandContext): void {
  parent
    .command('query')
    .summary('answer a SELECT')
    .description('Answers a SELECT from a copy of the database.')
    .argument('<sql>', 'the statement, or - for standard input')
    .option('--json', 'print the rows as JSON')
    .addOption(new Option('--csv', 'print the rows as CSV').conflicts('json'))
    .option(
      '--timeout <seconds>',
      'how long it may take',
      numberUpTo(MAX_TIMEOUT_SECONDS, 'seconds'),
      DEFAULT_TIMEOUT_SECONDS,
    )
    .option('--limit <rows>', 'how many rows to print', wholeUpTo(MAX_ROWS), DEFAULT_ROWS)
    .addHelpText('after', HELP)
    .action(async (given: string, options: Options) => {
      const sql = given === '-' ? decode(await context.readInput()) : given;
      const answer = await queryImage({
        ...{ sql, image: await readSnapshot(context), wasm: await context.readWasm() },
        ...{ maxRows: options.limit, timeoutMs: options.timeout * 1_000 },
      });
      await print(context, answer, options);
      if (answer.cutBy) context.stderr.write(describeCut(answer));
    });
}

/** Takes a byte order mark off, too. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const message = 'What came from standard input is not text in UTF-8.';
    throw new SweatShopError('InvalidInput', message, {}, error);
  }
}

async function print(
  context: CommandContext,
  { columns, rows }: QueryAnswer,
  { json = false, csv = false }: Options,
): Promise<void> {
  if (json) await writeTexts(context.stdout, jsonOf(columns, rows));
  else if (csv) await writeTexts(context.stdout, csvOf(columns, rows));
  else printTable(context, columns, rows);
}

/** Columns of one name are told apart, for no key may come twice. */
function* jsonOf(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Generator<string> {
  const seen = new Map<string, number>();
  const names = columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return JSON.stringify(count === 1 ? name : `${name}:${String(count)}`);
  });
  for (const [index, row] of rows.entries()) {
    const fields = row.map((cell, column) => `${names[column] ?? '""'}: ${cellToJson(cell)}`);
    yield `${index === 0 ? '[\n' : ',\n'}  {${fields.join(', ')}}`;
  }
  yield rows.length === 0 ? '[]\n' : '\n]\n';
}

function* csvOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(row.map(cellToCsv));
}

function printTable(
  context: CommandContext,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const widths = columns.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, cellToText(row[column] ?? null).length), 0),
  );
  const widest = widths.indexOf(Math.max(...widths));
  printRows(context, rows, {
    json: false,
    columns: columns.map((head, column) => ({
      head: toTerminalLine(head),
      isFlexible: column === widest,
      value: (row) => {
        const cell = row[column] ?? null;
        return cell === null || typeof cell === 'number' ? cell : cellToText(cell);
      },
    })),
    empty: 'No rows.',
  });
}

function describeCut({ rows, cutBy }: QueryAnswer): string {
  const count = rows.length.toLocaleString('en');
  return cutBy === 'rows'
    ? `There are more than these ${count} rows. Print more with --limit.\n`
    : `There are more than these ${count} rows, but together they take more than 64 MB. Ask for less, or in parts.\n`;
}

function numberUpTo(max: number, unit: string): (text: string) => number {
  return (text) => {
    const number = text.trim() === '' ? NaN : Number(text);
    if (number > 0 && number <= max) return number;
    throw new InvalidArgumentError(`Give ${unit} above 0, up to ${String(max)}.`);
  };
}

function wholeUpTo(max: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from 1 to ${String(max)}.`);
  };
}
