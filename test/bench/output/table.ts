import stringWidth from 'string-width';
import type { Machine } from '../machine.ts';
import type { Goal, Row } from '../row.ts';

const HEADINGS = ['work', 'SweatShop', 'peer', 'ratio', 'goal', '', 'spread'];

/** Says where the figures come from, in one line. */
export function describe(machine: Machine): string {
  const { cpu, cores, memoryGiB, system, node, sqlJs, nodeSqlite, syncMs, others } = machine;
  const versions = Object.entries(others).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${String(cores)} cores, ${String(memoryGiB)} GiB, ${system}`,
    `Node ${node.slice(1)} with SQLite ${nodeSqlite}, sql.js with SQLite ${sqlJs}`,
    ...versions,
    `one sync of the disk takes ${syncMs.toFixed(2)} ms`,
  ].join('; ');
}

/** Lays the rows out for a terminal. */
export function toText(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(toCells)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => stringWidth(cells[column] ?? ''))),
  );
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
          return column === 0 ? cell + space : space + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Gives those rows that have a goal; what grows as slowly as it should is one line. */
export function toMarkdown(rows: readonly Row[]): string {
  const withGoal = rows.filter(({ goal }) => goal !== null);
  const slow = withGoal.filter(({ unit, met }) => unit === '×' && met === true);
  const others = withGoal.filter((row) => !slow.includes(row));
  const rule = HEADINGS.map((_, column) => (column === 0 ? '---' : '--:'));
  return [HEADINGS, rule, ...[...others, ...summary(slow)].map(toCells)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function summary(slow: readonly Row[]): Row[] {
  const [worst] = slow.toSorted((one, other) => other.ours - one.ours);
  if (!worst) return [];
  const sizes = /growth (from .*)$/.exec(worst.name)?.[1] ?? '';
  const name = `the most by which any of ${String(slow.length)} other reads and writes grows ${sizes}`;
  return [{ ...worst, name, peer: null, ratio: null }];
}

export function goalText(goal: Goal, unit: string): string {
  return 'atMost' in goal ? `≤ ${withUnit(goal.atMost, unit)}` : `≥ ${figure(goal.ratioAtLeast)} ×`;
}

export function withUnit(value: number, unit: string): string {
  return unit === '' ? figure(value) : `${figure(value)} ${unit}`;
}

function toCells({ name, unit, ours, peer, ratio, goal, met, spread }: Row): string[] {
  return [
    name,
    withUnit(ours, unit),
    peer === null ? '' : withUnit(peer, unit),
    ratio === null ? '' : `${figure(ratio)} ×`,
    goal ? goalText(goal, unit) : '',
    met === null ? '' : met ? 'met' : 'missed',
    `${(spread * 100).toFixed(0)} %`,
  ];
}

/** Three significant digits, and no more: the next one differs from run to run. */
function figure(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
