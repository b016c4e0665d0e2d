import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { CommandContext } from './command-context.ts';
import { toTerminalLine, toTerminalText } from './terminal-text.ts';

const GAP = 2;
const MIN_FLEXIBLE_WIDTH = 12;

/** One column of a table for people. */
export type OutputColumn<Row> = {
  readonly head: string;
  readonly value: (row: Row) => string | number | null | undefined;
  /** It is cut where a terminal is too narrow, the widest first. */
  readonly isFlexible?: boolean;
  /** It is left out where a terminal is too narrow even for cut texts. */
  readonly isMinor?: boolean;
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

/** A column with the texts of its cells, the head first. */
type TextColumn = {
  readonly texts: readonly string[];
  readonly width: number;
  readonly isNumber: boolean;
  readonly isEmpty: boolean;
  readonly isFlexible: boolean;
  readonly isMinor: boolean;
};

function layOut<Row>(
  rows: readonly Row[],
  columns: readonly OutputColumn<Row>[],
  maxWidth: number,
): string {
  const fitted = fitColumns(
    columns.map((column) => toTextColumn(rows, column)),
    maxWidth,
  );
  return [null, ...rows]
    .map((_, row) => {
      const cells = fitted.map((column) => fit(column.texts[row] ?? '', column));
      return `${cells.join(' '.repeat(GAP)).trimEnd()}\n`;
    })
    .join('');
}

function toTextColumn<Row>(
  rows: readonly Row[],
  { head, value, isFlexible = false, isMinor = false }: OutputColumn<Row>,
): TextColumn {
  const cells = rows.map((row) => value(row) ?? null);
  const texts = [head, ...cells.map((cell) => toTerminalLine(String(cell ?? '–')))];
  return {
    texts,
    width: texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0),
    isNumber: cells.every((cell) => cell === null || typeof cell === 'number'),
    isEmpty: cells.every((cell) => cell === null),
    isFlexible,
    isMinor,
  };
}

/** Minor columns without a value go first, then texts are cut, then minor columns go from the right. */
function fitColumns(columns: readonly TextColumn[], maxWidth: number): readonly TextColumn[] {
  const excessOf = (some: readonly TextColumn[]) =>
    some.reduce((sum, { width }) => sum + width, GAP * (some.length - 1)) - maxWidth;
  if (excessOf(columns) <= 0) return columns;
  let left = columns.filter(({ isEmpty, isMinor }) => !isEmpty || !isMinor);
  for (;;) {
    const cut = cutWidest(left, excessOf(left));
    const last = left.findLastIndex(({ isMinor }) => isMinor);
    if (excessOf(cut) <= 0 || last === -1) return cut;
    left = left.filter((_, index) => index !== last);
  }
}

function cutWidest(columns: readonly TextColumn[], excess: number): readonly TextColumn[] {
  const widths = columns.map(({ width }) => width);
  for (let left = excess; left > 0; left -= 1) {
    const most = Math.max(...widths.filter((_, index) => columns[index]?.isFlexible));
    if (most <= MIN_FLEXIBLE_WIDTH) break;
    const widest = columns.findIndex(({ isFlexible }, at) => isFlexible && widths[at] === most);
    widths[widest] = most - 1;
  }
  return columns.map((column, index) => ({ ...column, width: widths[index] ?? 0 }));
}

function fit(text: string, { width, isNumber }: TextColumn): string {
  const cut = stringWidth(text) > width ? cliTruncate(text, width) : text;
  const padding = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  return isNumber ? padding + cut : cut + padding;
}
