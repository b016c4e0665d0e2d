import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchTestBrowser } from '../../support/test-browser.ts';
import { createContext } from '../context.ts';
import { makeHome } from '../homes.ts';
import { describeMachine } from '../machine.ts';
import { readOptions } from '../options.ts';
import { writeResults } from '../output/results.ts';
import { toRow, type Row, type Run } from '../row.ts';
import { FIGURES, goalOf, measureBoard, type FigureName } from './board.ts';
import { startServer } from './server.ts';

const options = readOptions(['board'], { command: 'bench:ui', defaultSizes: '1000,10000,50000' });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sweatshop-bench-'));
const browser = await launchTestBrowser();
try {
  const context = await createContext({
    folder,
    ...{ runs: options.runs, sizes: options.sizes, peers: [] },
    seedFolder: path.join(import.meta.dirname, 'data'),
    tell: (what) => {
      process.stderr.write(`${what}…\n`);
    },
  });
  const rows: Row[] = [];
  for (const tickets of options.sizes) {
    const size = `${tickets.toLocaleString('en-US')} tickets`;
    context.tell(`Opening the board with ${size}`);
    const seeded = await context.seed('board', tickets);
    const server = await startServer(await makeHome(context, `ui-${String(tickets)}`, seeded));
    const runs: Record<FigureName, Run>[] = [];
    try {
      for (let run = 0; run < context.runs; run += 1) {
        runs.push(await measureBoard(browser, server.url));
      }
    } finally {
      await server.stop();
    }
    for (const name of Object.keys(FIGURES) as FigureName[]) {
      rows.push(
        toRow(
          {
            name: `${FIGURES[name].name}, ${size}`,
            unit: FIGURES[name].unit,
            goal: goalOf(name, tickets),
          },
          runs.map((run) => run[name]),
        ),
      );
    }
  }
  const machine = describeMachine(folder, {
    sqlJs: context.engine.sqliteVersion,
    others: { Chromium: browser.version() },
  });
  writeResults(rows, machine, options);
} finally {
  await browser.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
