import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createContext, type BenchContext } from './context.ts';
import { describeMachine } from './machine.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { showResults, writeResults } from './output/results.ts';
import { findOtherPeers, nodeSqlite } from './peers.ts';
import type { Row } from './row.ts';
import { channelRows } from './rows/channels.ts';
import { commitRows } from './rows/commits.ts';
import { growthRows } from './rows/growth.ts';
import { fileGrowthRows, fileRows } from './rows/large-files.ts';
import { layerRows } from './rows/layers.ts';
import { readRows } from './rows/reads.ts';
import { replayRows } from './rows/replay.ts';

/** What `--only` chooses from, in the order in which it is measured. */
const GROUPS: Readonly<Record<string, (context: BenchContext) => Promise<Row[]>>> = {
  reads: readRows,
  commits: commitRows,
  files: fileRows,
  channels: channelRows,
  replay: replayRows,
  layers: layerRows,
  growth: growthRows,
  'file-growth': fileGrowthRows,
};

const options = readOptions(Object.keys(GROUPS));
if (options.from.length > 0) showResults(options.from, options);
else await measure(options);

async function measure({ only, runs, sizes, ...results }: BenchOptions): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sweatshop-bench-'));
  try {
    const others = await findOtherPeers();
    const context = await createContext({
      ...{ folder, runs, sizes },
      peers: [nodeSqlite, ...others.peers],
      seedFolder: path.join(import.meta.dirname, 'data'),
      tell: (what) => {
        process.stderr.write(`${what}…\n`);
      },
    });
    const machine = describeMachine(folder, {
      sqlJs: context.engine.sqliteVersion,
      others: others.states,
    });
    const rows: Row[] = [];
    for (const [name, measureRows] of Object.entries(GROUPS)) {
      if (!only.includes(name)) continue;
      const startedMs = performance.now();
      rows.push(...(await measureRows(context)));
      context.tell(`${name}: ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`);
    }
    writeResults(rows, machine, results);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
