import fs from 'node:fs';
import type { Machine } from '../machine.ts';
import type { Row } from '../row.ts';
import { drawPlot } from './plot.ts';
import { describe, toMarkdown, toText } from './table.ts';

export type ResultOptions = {
  /** Where the figures go besides the terminal; null for nowhere. */
  readonly json: string | null;
  readonly plot: string | null;
  readonly isMarkdown: boolean;
};

/** Shows what was measured before. */
export function showResults(files: readonly string[], options: ResultOptions): void {
  const rows = files.flatMap((file) => JSON.parse(fs.readFileSync(file, 'utf8')) as Row[]);
  const [first = ''] = files;
  const machine = JSON.parse(fs.readFileSync(besideOf(first), 'utf8')) as Machine;
  writeResults(rows, machine, { ...options, json: null });
}

/** Prints what was measured, and writes it where the options say. */
export function writeResults(
  rows: readonly Row[],
  machine: Machine,
  { json, plot, isMarkdown }: ResultOptions,
): void {
  const table = isMarkdown ? toMarkdown(rows) : toText(rows);
  process.stdout.write(`${describe(machine)}\n\n${table}\n`);
  if (json !== null) {
    fs.writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
    fs.writeFileSync(besideOf(json), `${JSON.stringify(machine, null, 2)}\n`);
  }
  if (plot !== null) fs.writeFileSync(plot, drawPlot(rows));
}

/** Names the file of the machine, so that the figures themselves are a plain list. */
function besideOf(json: string): string {
  return `${json.replace(/\.json$/, '')}.machine.json`;
}
