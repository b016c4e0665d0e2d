import { performance } from 'node:perf_hooks';
import type { Envelope } from '../../../src/shared/transport.ts';
import type { BenchContext } from '../context.ts';
import { makeHome, openAt } from '../homes.ts';
import { median, toRow, type Row, type Run } from '../row.ts';
import { ROUTES } from './routes.ts';

const TICKETS = 1_000;
const CALLS = 1_000;
/** What a transport adds to a call; both ends are in this process, which makes the figure rather too high. */
export async function channelRows(context: BenchContext): Promise<Row[]> {
  const seeded = await context.seed('tickets', TICKETS);
  const home = await openAt(context, await makeHome(context, 'channels', seeded));
  const rows: Row[] = [];
  for (const [name, open] of Object.entries(ROUTES)) {
    const route = await open(home);
    const direct = (id: string) => home.app.call('ticket:get', [id]);
    const across = (id: string) => route.invoke('ticket:get', [id]);
    const measured: Run[] = [];
    for (let run = -1; run < context.runs; run += 1) {
      const times = { direct: [] as number[], across: [] as number[] };
      for (let serial = 1; serial <= CALLS; serial += 1) {
        const id = `tkt_${String(serial)}`;
        times.direct.push(await durationOf(direct, id));
        times.across.push(await durationOf(across, id));
      }
      const added = median(times.across) - median(times.direct);
      if (run >= 0) measured.push({ ours: added, peer: null });
    }
    await route.close();
    rows.push(
      toRow(
        {
          name: `round trip over ${name} less the handler's own time, p50`,
          unit: 'ms',
          goal: { atMost: 1 },
        },
        measured,
      ),
    );
  }
  await home.close();
  return rows;
}

async function durationOf(work: (id: string) => Promise<Envelope>, id: string): Promise<number> {
  const startedMs = performance.now();
  const envelope = await work(id);
  if (!envelope.ok) throw new Error(envelope.error.message);
  return performance.now() - startedMs;
}
