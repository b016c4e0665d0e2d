import { DatabaseSync } from 'node:sqlite';
import type { BenchContext } from '../context.ts';
import { timeOf } from '../measure.ts';
import { openMemoryApp } from '../memory-app.ts';
import { toRow, type Row, type Run } from '../row.ts';
import type { SeedKind } from '../seed.ts';
import { OPERATIONS, type Operation } from './operations.ts';

const MEASURE_MS = 80;
/** What the caches of a processor are worth is not what the goal is about. */
const TOLERANCE = 1.25;

type Measured = {
  /** How many there are of what the database is large in. */
  readonly rows: number;
  readonly runs: readonly Run[];
  /** The longest call of each run, in milliseconds. */
  readonly longest: readonly Run[];
};

/** What each read and write of the page costs at each size, and by how much that grows from the smallest to the largest. */
export async function growthRows(context: BenchContext): Promise<Row[]> {
  const measured = new Map<Operation, Measured[]>();
  for (const kind of ['tickets', 'records'] as const) {
    for (const rows of context.sizes) {
      context.tell(`Working on ${rows.toLocaleString('en-US')} ${kind}`);
      for (const [operation, found] of await measureAt(context, kind, rows)) {
        measured.set(operation, [...(measured.get(operation) ?? []), found]);
      }
    }
  }
  return [...measured].flatMap(([operation, sizes]) => rowsOf(operation, sizes));
}

async function measureAt(
  context: BenchContext,
  kind: SeedKind,
  rows: number,
): Promise<Map<Operation, Measured>> {
  const file = await context.seed(kind, rows);
  const { app } = openMemoryApp(context, file);
  const peer = new DatabaseSync(file, { readOnly: true });
  const measured = new Map<Operation, Measured>();
  for (const operation of OPERATIONS) {
    if (operation.kind !== kind || rows > (operation.mostRows ?? Infinity)) continue;
    const { makeCall, makePeer, resultsOf } = operation;
    const next = makeCall(rows);
    const ours = async () => {
      const envelope = await app.call(...next());
      if (!envelope.ok) throw new Error(`${operation.name}: ${envelope.error.message}`);
      return envelope.value;
    };
    const theirs = makePeer?.(peer, rows);
    await timeOf(ours, MEASURE_MS);
    const scale = 1_000 / (resultsOf?.(await ours()) ?? 1);
    const runs: Run[] = [];
    const longest: Run[] = [];
    for (let run = 0; run < context.runs; run += 1) {
      const { p50, max } = await timeOf(ours, MEASURE_MS);
      longest.push({ ours: max, peer: null });
      runs.push({
        ours: p50 * scale,
        peer: theirs ? (await timeOf(theirs, MEASURE_MS)).p50 * scale : null,
      });
    }
    measured.set(operation, { rows, runs, longest });
  }
  peer.close();
  app.close();
  collectGarbage();
  return measured;
}

function rowsOf({ name, isWrite }: Operation, sizes: readonly Measured[]): Row[] {
  const [smallest] = sizes;
  const largest = sizes.at(-1);
  const rows = sizes.map(({ rows, runs }) =>
    toRow({ name: `${name}, ${rows.toLocaleString('en-US')} rows`, unit: 'µs' }, runs),
  );
  if (!smallest || !largest || smallest === largest) return rows;
  const growth = largest.runs.map((run, index): Run => {
    const first = smallest.runs[index];
    return {
      ours: run.ours / (first?.ours ?? NaN),
      peer: run.peer !== null && first?.peer ? run.peer / first.peer : null,
    };
  });
  const logarithmic = Math.log(largest.rows) / Math.log(smallest.rows);
  const range = [smallest, largest].map((size) => size.rows.toLocaleString('en-US')).join(' to ');
  const longestName = `${name}, longest call, ${largest.rows.toLocaleString('en-US')} rows`;
  return [
    ...rows,
    ...(isWrite ? [toRow({ name: longestName, unit: 'ms' }, largest.longest)] : []),
    toRow(
      {
        name: `${name}, growth from ${range} rows`,
        unit: '×',
        goal: { atMost: logarithmic * TOLERANCE },
      },
      growth,
    ),
  ];
}

/** The largest database would not fit into memory twice. */
function collectGarbage(): void {
  globalThis.gc?.();
}
