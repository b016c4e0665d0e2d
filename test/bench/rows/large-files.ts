import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Home } from '../../../src/host/open-home.ts';
import type { BenchContext } from '../context.ts';
import { call, makeHome, openAt } from '../homes.ts';
import { keepBusy, longestPauseDuring } from '../measure.ts';
import type { OpeningFigures } from '../probe.ts';
import type { SeedKind } from '../seed.ts';
import { toRow, type Goal, type Row, type Run } from '../row.ts';

const MEBIBYTE = 1024 * 1024;
const MEASURED_ROWS = 10_000;
const LOAD_MS = 3_000;
const CALLERS = 4;
/** A file that takes seconds to read and write is not opened and saved as often as a small one. */
const LARGE_BYTES = 500 * MEBIBYTE;
const RUNS_OF_LARGE = 3;

const runFile = promisify(execFile);

type Goals = { readonly openMs?: number; readonly pauseMs?: number };

/** Opens and saves databases of the sizes that goals speak of. */
export async function fileRows(context: BenchContext): Promise<Row[]> {
  const bytesPerRow = fs.statSync(await context.seed('texts', MEASURED_ROWS)).size / MEASURED_ROWS;
  const rows: Row[] = [];
  for (const [mebibytes, goals] of [
    [9, { pauseMs: 20 }],
    [100, { openMs: 1_000, pauseMs: 150 }],
  ] as const) {
    const count = Math.round((mebibytes * MEBIBYTE) / bytesPerRow / 100) * 100;
    rows.push(...(await rowsOf(context, `${String(mebibytes)} MB`, 'texts', count, goals)));
  }
  return rows;
}

/** Opens and saves databases of so many tickets. */
export async function fileGrowthRows(context: BenchContext): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of context.sizes) {
    const name = `${size.toLocaleString('en-US')} tickets`;
    rows.push(...(await rowsOf(context, name, 'tickets', size, {})));
  }
  return rows;
}

async function rowsOf(
  context: BenchContext,
  name: string,
  kind: SeedKind,
  count: number,
  goals: Goals,
): Promise<Row[]> {
  const seeded = await context.seed(kind, count);
  context.tell(`Opening and saving ${name}`);
  const home = await makeHome(context, `file-${String(count)}`, seeded);
  const { size } = fs.statSync(path.join(home, 'sweatshop.db'));
  const runs = size > LARGE_BYTES ? Math.min(context.runs, RUNS_OF_LARGE) : context.runs;
  const openings: OpeningFigures[] = [];
  for (let run = 0; run < runs; run += 1) openings.push(await probe(home));
  const rows = [
    ...openingRows(name, openings, goals),
    ...(await savingRows(context, name, home, runs, goals)),
  ];
  fs.rmSync(home, { recursive: true });
  return rows;
}

async function probe(home: string): Promise<OpeningFigures> {
  const file = path.join(import.meta.dirname, 'probe.js');
  const { stdout } = await runFile(process.execPath, [file, home]);
  return JSON.parse(stdout) as OpeningFigures;
}

function openingRows(name: string, openings: readonly OpeningFigures[], { openMs }: Goals): Row[] {
  const row = (
    what: string,
    unit: string,
    figure: (opening: OpeningFigures) => number,
    limit?: number,
  ) => toRow({ name: `${what}, ${name}`, unit, goal: atMost(limit) }, openings.map(alone(figure)));
  return [
    row('open, checks included', 'ms', (opening) => opening.openMs, openMs),
    row('memory of the process when open', 'MiB', (opening) => opening.residentBytes / MEBIBYTE),
    row('WebAssembly memory when open', 'MiB', (opening) => opening.heapBytes / MEBIBYTE),
  ];
}

async function savingRows(
  context: BenchContext,
  name: string,
  folder: string,
  runs: number,
  goals: Goals,
): Promise<Row[]> {
  const home = await openAt(context, folder);
  const file = path.join(folder, 'sweatshop.db');
  const saves: Run[] = [];
  const pauses: number[] = [];
  const longestCalls: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await touch(home);
    const startedMs = performance.now();
    await call(home, 'db:flush');
    saves.push({ ours: performance.now() - startedMs, peer: plainWriteMs(file, context.folder) });
    pauses.push(
      await longestPauseDuring(async () => {
        const busy = keepBusy(CALLERS, LOAD_MS, () => touch(home));
        await Promise.all([busy, call(home, 'db:flush')]);
        longestCalls.push(await busy);
      }),
    );
  }
  const { size } = fs.statSync(file);
  await home.close();
  const goal = atMost(goals.pauseMs);
  const perMebibyte = size / MEBIBYTE;
  return [
    toRow({ name: `save, ${name}, beside a plain write and sync of the file`, unit: 'ms' }, saves),
    toRow(
      { name: `longest pause while saved under load, ${name}`, unit: 'ms', goal },
      pauses.map(alone(same)),
    ),
    toRow(
      {
        name: `longest pause for each MiB, ${name}`,
        unit: 'ms',
        goal: perMebibyte < 50 ? null : { atMost: 1.2 },
      },
      pauses.map(alone((pauseMs) => pauseMs / perMebibyte)),
    ),
    toRow(
      { name: `longest call while saved under load, ${name}`, unit: 'ms' },
      longestCalls.map(alone(same)),
    ),
  ];
}

function touch(home: Home): Promise<unknown> {
  return call(home, 'ticket:update', 'tkt_1', { description: String(performance.now()) });
}

/** What the disk takes by itself for the same bytes, in milliseconds. */
function plainWriteMs(file: string, folder: string): number {
  const bytes = fs.readFileSync(file);
  const copy = path.join(folder, 'plain');
  const startedMs = performance.now();
  fs.writeFileSync(copy, bytes, { flush: true });
  const durationMs = performance.now() - startedMs;
  fs.unlinkSync(copy);
  return durationMs;
}

function atMost(limit: number | undefined): Goal | null {
  return limit === undefined ? null : { atMost: limit };
}

/** Makes runs of figures that no peer has. */
function alone<T>(figure: (measured: T) => number): (measured: T) => Run {
  return (measured) => ({ ours: figure(measured), peer: null });
}

function same(value: number): number {
  return value;
}
