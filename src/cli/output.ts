import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { CommandContext } from './command-context.ts';
import { toTerminalLine, toTerminalText } from './terminal-text.ts';

const GAP = 2;
const MIN_FLEXIBLE_WIDTH = 16;

/** One column of a table for people. */
export type OutputColumn<Row> = {
  readonly head: string;
  readonly value: (row: Row) => string | number | null | undefined;
  /** The one that gives way where a terminal is too narrow. */
  readonly isFlexible?: boolean;
};

/** What JSON leaves as it is, and a terminal does not. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Writes a value as JSON for programs; a terminal can show it too. */
export function printJson({ stdout }: CommandContext, value: unknown): void {
  const json = JSON.stringify(value, null, 2).replaceAll(
    UNSAFE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  stdout.write(`${json}\n`);
}

/** Writes one line of what belongs together, such as id, status and title. */
export function printLine({ stdout }: CommandContext, ...parts: readonly string[]): void {
  stdout.write(`${parts.map((part) => toTerminalLine(part)).join(' '.repeat(GAP))}\n`);
}

/**
 * Writes what is known of one thing, a line for each part.
 *
 * @param pairs What has no value, or an empty one, is left out.
 */
export function printFacts(
  { stdout }: CommandContext,
  pairs: readonly (readonly [string, string | number | null | undefined])[],
): void {
  const known = pairs.flatMap(([name, value]) => {
    const text = toTerminalLine(String(value ?? ''));
    return text === '' ? [] : [[name, text] as const];
  });
  const width = Math.max(0, ...known.map(([name]) => name.length));
  for (const [name, text] of known) {
    stdout.write(`${name.padEnd(width)}${' '.repeat(GAP)}${text}\n`);
  }
}

/** Writes a text of any number of lines under a heading; nothing where there is no text. */
export function printText({ stdout }: CommandContext, heading: string, text: string): void {
  if (text.trim() === '') return;
  const lines = toTerminalText(text).trim().split('\n');
  stdout.write(`\n${heading}\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`);
}

/**
 * Writes rows as a table for people, or as a JSON array for programs.
 *
 * @param empty What people read where there are none.
 */
export function printRows<Row>(
  context: CommandContext,
  rows: readonly Row[],
  options: {
    readonly json: boolean;
    readonly columns: readonly OutputColumn<Row>[];
    readonly empty: string;
  },
): void {
  if (options.json) printJson(context, rows);
  else if (rows.length === 0) context.stdout.write(`${options.empty}\n`);
  else context.stdout.write(layOut(rows, options.columns, widthOf(context)));
}

/** A pipe takes lines of any length: what cuts them is for the reader to choose. */
function widthOf({ stdout }: CommandContext): number {
  return stdout.isTTY ? stdout.columns || 80 : Infinity;
}

function layOut<Row>(
  rows: readonly Row[],
  columns: readonly OutputColumn<Row>[],
  maxWidth: number,
): string {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  const texts = [
    columns.map(({ head }) => head),
    ...cells.map((row) => row.map((cell) => toTerminalLine(String(cell ?? '–')))),
  ];
  const isNumber = columns.map((_, column) =>
    cells.every(
      (row) => row[column] === null || row[column] === undefined || typeof row[column] === 'number',
    ),
  );
  const widths = columns.map((_, column) =>
    texts.reduce((width, row) => Math.max(width, stringWidth(row[column] ?? '')), 0),
  );
  const excess =
    widths.reduce((sum, width) => sum + width, 0) + GAP * (columns.length - 1) - maxWidth;
  const flexible = columns.findIndex(({ isFlexible }) => isFlexible);
  if (excess > 0 && flexible !== -1) {
    widths[flexible] = Math.max(MIN_FLEXIBLE_WIDTH, (widths[flexible] ?? 0) - excess);
  }
  return texts
    .map((row) =>
      row
        .map((text, column) => fit(text, widths[column] ?? 0, isNumber[column] ?? false))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function fit(text: string, width: number, isNumber: boolean): string {
  const cut = stringWidth(text) > width ? cliTruncate(text, width) : text;
  const padding = ' '.repeat(width - stringWidth(cut));
  return isNumber ? padding + cut : cut + padding;
}
