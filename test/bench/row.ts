/** What a row has to reach: its ratio at least, or our own figure at most. */
export type Goal = { readonly ratioAtLeast: number } | { readonly atMost: number };

/** One measurement in one run. */
export type Run = {
  readonly ours: number;
  /** What the peer took for the same work in the same run; null where there is no peer. */
  readonly peer: number | null;
};

/** A line of the table. */
export type Row = {
  readonly name: string;
  /** Of `ours` and `peer`; what ends with `/s` is better the higher it is, all else the lower. */
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  /** How many times as good as the peer; the median of the runs. */
  readonly ratio: number | null;
  readonly goal: Goal | null;
  readonly met: boolean | null;
  /** The ratio of each run; our own figure where there is no peer. */
  readonly runs: readonly number[];
  /** The largest of the runs less the smallest, as a part of their median. */
  readonly spread: number;
};

/** Makes the line of what was measured. */
export function toRow(
  { name, unit, goal = null }: { name: string; unit: string; goal?: Goal | null },
  measured: readonly Run[],
): Row {
  const peers = measured.flatMap(({ peer }) => (peer === null ? [] : [peer]));
  const hasPeer = peers.length === measured.length;
  const runs = measured.map((run) => (run.peer === null ? run.ours : ratioOf(unit, run)));
  const middle = median(runs);
  const ours = median(measured.map((run) => run.ours));
  const ratio = hasPeer ? middle : null;
  return {
    ...{ name, unit, ours, ratio, goal, runs },
    peer: hasPeer ? median(peers) : null,
    met: goal && ('atMost' in goal ? ours <= goal.atMost : (ratio ?? 0) >= goal.ratioAtLeast),
    spread: middle === 0 ? 0 : (Math.max(...runs) - Math.min(...runs)) / middle,
  };
}

/** The middle one of an odd number of figures, or between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}

function ratioOf(unit: string, { ours, peer }: Run): number {
  return unit.endsWith('/s') ? ours / (peer ?? NaN) : (peer ?? NaN) / ours;
}
