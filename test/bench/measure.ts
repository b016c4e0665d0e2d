import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Bench, type Statistics } from 'tinybench';
import type { Run } from './row.ts';

/** How often the two sides of a comparison take turns within a run: the machine is not equally fast all the time. */
const TURNS = 4;
const TURN_MS = 60;

/** Measures how long one go of some work takes, in milliseconds; one go is always measured, however long it takes. */
export async function timeOf(work: () => unknown, timeMs = TURN_MS * TURNS): Promise<Statistics> {
  const bench = new Bench({ time: timeMs, iterations: 1, warmup: false, throws: true });
  bench.add('work', work);
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error('The measurement was broken off.');
  return result.latency;
}

/**
 * Measures two ways to do the same in turns.
 *
 * @returns The mean times of one go in microseconds, run by run.
 */
export async function compare(
  runs: number,
  ours: () => unknown,
  peer: (() => unknown) | null,
): Promise<Run[]> {
  const warmups = [ours, peer].filter((side) => side !== null);
  for (const side of warmups) await timeOf(side);
  const measured: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    const sums = { ours: 0, peer: 0 };
    for (let turn = 0; turn < TURNS; turn += 1) {
      sums.ours += (await timeOf(ours, TURN_MS)).mean;
      if (peer) sums.peer += (await timeOf(peer, TURN_MS)).mean;
    }
    const toMicroseconds = 1_000 / TURNS;
    measured.push({
      ours: sums.ours * toMicroseconds,
      peer: peer && sums.peer * toMicroseconds,
    });
  }
  return measured;
}

/** Does work by so many callers at once, each going on when it is answered; gives how much was done in a second. */
export async function rateOf(
  callers: number,
  count: number,
  work: (serial: number) => unknown,
): Promise<number> {
  let serial = 0;
  const caller = async () => {
    while (serial < count) await work((serial += 1));
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return (serial / (performance.now() - startedMs)) * 1_000;
}

/** Gives the longest time, in milliseconds, in which the event loop did nothing else while some work went on. */
export async function longestPauseDuring(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await work();
  delays.disable();
  return delays.max / 1e6;
}

/** Does something again and again until a time is over, by so many callers at once; gives the longest go in milliseconds. */
export async function keepBusy(
  callers: number,
  durationMs: number,
  work: () => Promise<unknown>,
): Promise<number> {
  let longestMs = 0;
  const endMs = performance.now() + durationMs;
  const caller = async () => {
    for (let nowMs = performance.now(); nowMs < endMs;) {
      await work();
      longestMs = Math.max(longestMs, performance.now() - nowMs);
      nowMs = performance.now();
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return longestMs;
}
