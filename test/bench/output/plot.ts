import type { Row } from '../row.ts';
import { goalText, withUnit } from './table.ts';

const WIDTH = 840;
const LABEL_WIDTH = 400;
const LINE_HEIGHT = 26;
const BAR_HEIGHT = 12;
const TITLE_HEIGHT = 40;
const VALUE_WIDTH = 150;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
const MARGIN = 8;
const CHARACTER_WIDTH = 6.6;
/** Longer bars say nothing more. */
const MOST_RATIO = 6;
const MOST_SHARE = 2;

/** GitHub shows an image in the theme of the reader, and the image may ask which it is. */
const STYLE = `
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 13px }
.value { font-variant-numeric: tabular-nums }
.met { fill: #2f6f4f }
.missed { fill: #b4552d }
.line { stroke: #59636e; stroke-width: 1 }
.goal { stroke: #1f2328; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .met { fill: #5fae86 }
  .missed { fill: #e0875c }
  .line { stroke: #9198a1 }
  .goal { stroke: #e6edf3 }
}`;

/** A part of the plot: bars over one scale, of what has a goal of one kind. */
type Chart = {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Where a bar ends and where its goal stands, as parts of the width. */
  readonly place: (row: Row) => { readonly end: number; readonly goal: number };
  /** Where the scale has its line, and what it means. */
  readonly line: number;
  readonly text: (row: Row) => string;
};

/** Draws what has a goal as an SVG: how many times as fast as the peer, and how much of what is allowed was used. */
export function drawPlot(rows: readonly Row[]): string {
  const charts = [ratioChart(rows), limitChart(rows), growthChart(rows)].filter(
    ({ rows }) => rows.length > 0,
  );
  const parts: string[] = [];
  let top = MARGIN;
  for (const chart of charts) {
    parts.push(...drawChart(chart, top));
    top += TITLE_HEIGHT + chart.rows.length * LINE_HEIGHT + MARGIN;
  }
  const size = `width="${String(WIDTH)}" height="${String(top)}"`;
  const box = `viewBox="0 0 ${String(WIDTH)} ${String(top)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${box} role="img" aria-label="Benchmarks">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

function ratioChart(rows: readonly Row[]): Chart {
  return {
    title: 'Times as fast as node:sqlite (the thin line is as fast, the thick mark is the goal)',
    rows: rows.filter(({ goal }) => goal && 'ratioAtLeast' in goal),
    place: ({ ratio, goal }) => ({
      end: (ratio ?? 0) / MOST_RATIO,
      goal: (goal && 'ratioAtLeast' in goal ? goal.ratioAtLeast : 0) / MOST_RATIO,
    }),
    line: 1 / MOST_RATIO,
    text: ({ ratio }) => `${(ratio ?? 0).toFixed(2)} ×`,
  };
}

function limitChart(rows: readonly Row[]): Chart {
  return {
    title: 'Part of what is allowed (the thick mark is all of it; shorter is better)',
    rows: rows.filter(({ goal, unit }) => goal && 'atMost' in goal && unit !== '×'),
    place: ({ ours, goal }) => ({
      end: ours / (goal && 'atMost' in goal ? goal.atMost : 1) / MOST_SHARE,
      goal: 1 / MOST_SHARE,
    }),
    line: 0,
    text: ({ ours, goal, unit }) => `${withUnit(ours, unit)} (${goal ? goalText(goal, unit) : ''})`,
  };
}

function growthChart(rows: readonly Row[]): Chart {
  const growing = rows.filter(({ goal, unit }) => goal && unit === '×');
  const sizes = /from (.*) rows$/.exec(growing[0]?.name ?? '')?.[1] ?? '';
  return {
    ...limitChart([]),
    title: `Growth of the cost from ${sizes} rows (the thick mark is logarithmic; shorter is better)`,
    rows: growing.map((row) => ({ ...row, name: row.name.replace(/, growth from.*/, '') })),
  };
}

function drawChart({ title, rows, place, line, text }: Chart, top: number): string[] {
  const left = LABEL_WIDTH + MARGIN;
  const bottom = top + TITLE_HEIGHT + rows.length * LINE_HEIGHT;
  const x = (part: number) => left + Math.min(1, part) * PLOT_WIDTH;
  const rule = (kind: string, at: number, from: number, to: number) =>
    `<line class="${kind}" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${String(from)}" y2="${String(to)}"/>`;
  const bars = rows.flatMap((row, index) => {
    const y = top + TITLE_HEIGHT + index * LINE_HEIGHT;
    const { end, goal } = place(row);
    const base = y + BAR_HEIGHT;
    return [
      `<text x="${String(LABEL_WIDTH)}" y="${String(base - 1)}" text-anchor="end">${escaped(shortened(row.name))}</text>`,
      `<rect class="${row.met ? 'met' : 'missed'}" x="${String(left)}" y="${String(y)}" width="${(x(end) - left).toFixed(1)}" height="${String(BAR_HEIGHT)}"/>`,
      rule('goal', x(goal), y - 3, base + 3),
      `<text class="value" x="${String(left + PLOT_WIDTH + MARGIN)}" y="${String(base - 1)}">${escaped(text(row))}</text>`,
    ];
  });
  return [
    `<text class="title" x="${String(MARGIN)}" y="${String(top + 16)}">${escaped(title)}</text>`,
    ...bars,
    rule('line', x(line), top + TITLE_HEIGHT - MARGIN, bottom - MARGIN),
  ];
}

function shortened(name: string): string {
  const most = Math.floor(LABEL_WIDTH / CHARACTER_WIDTH);
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
