import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchTestBrowser } from '../../support/test-browser.ts';
import { createContext, type BenchContext } from '../context.ts';
import { makeHome } from '../homes.ts';
import { describeMachine } from '../machine.ts';
import { readOptions, type BenchOptions } from '../options.ts';
import { showResults, writeResults } from '../output/results.ts';
import { toRow, type Row, type Run } from '../row.ts';
import { FIGURES, goalOf, measureBoard, type FigureName } from './board.ts';
import { startServer } from './server.ts';

const options = readOptions(['board'], { command: 'bench:ui', defaultSizes: '1000,10000,50000' });
if (options.from.length > 0) showResults(options.from, options);
else await measure(options);

async function measure({ runs, sizes, ...results }: BenchOptions): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sweatshop-bench-'));
  const browser = await launchTestBrowser();
  try {
    const context = await createContext({
      ...{ folder, runs, sizes, peers: [] },
      seedFolder: path.join(import.meta.dirname, 'data'),
      tell: (what) => {
        process.stderr.write(`${what}…\n`);
      },
    });
    const rows: Row[] = [];
    for (const tickets of sizes) rows.push(...(await measureSize(context, browser, tickets)));
    const machine = describeMachine(folder, {
      sqlJs: context.engine.sqliteVersion,
      others: { Chromium: browser.version() },
    });
    writeResults(rows, machine, results);
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSize(
  context: BenchContext,
  browser: Browser,
  tickets: number,
): Promise<Row[]> {
  const size = `${tickets.toLocaleString('en-US')} tickets`;
  context.tell(`Opening the board with ${size}`);
  const seeded = await context.seed('board', tickets);
  const server = await startServer(await makeHome(context, `ui-${String(tickets)}`, seeded));
  const measured: Record<FigureName, Run>[] = [];
  try {
    for (let run = 0; run < context.runs; run += 1) {
      measured.push(await measureBoard(browser, server.url));
    }
  } finally {
    await server.stop();
  }
  return (Object.keys(FIGURES) as FigureName[]).map((figure) => {
    const { name, unit } = FIGURES[figure];
    return toRow(
      { name: `${name}, ${size}`, unit, goal: goalOf(figure, tickets) },
      measured.map((run) => run[figure]),
    );
  });
}
