import type { Figures, Price, PriceTable } from '../../shared/entities/analytics.ts';
import type { TicketRun } from '../../shared/types.ts';

export const DAY_MS = 86_400_000;

const TOKENS_PER_PRICE = 1_000_000;

/** A run with what its figures depend on besides itself. */
export type MeasuredRun = { readonly run: TicketRun; readonly agentType: string };

type Interval = { readonly startMs: number; readonly endMs: number };

/**
 * Sums runs up, as {@link Figures} defines each figure.
 *
 * @param nowMs When a run that still goes on is taken to end.
 * @param periodMs How long the period is that the velocity is the mean of.
 */
export function sumUp(
  runs: readonly MeasuredRun[],
  prices: PriceTable | null,
  nowMs: number,
  periodMs: number,
): Figures {
  const measured = runs.map(({ run }) => ({ run, ...timesOf(run, nowMs) }));
  const completed = measured.filter(({ run }) => run.status === 'completed');
  const judged = measured.filter(({ run }) => run.status === 'completed' || run.reworkCount > 0);
  const approvedAtOnce = completed.filter(({ run }) => run.reworkCount === 0);
  const ended = measured.filter(({ run }) => ['completed', 'failed'].includes(run.status));
  const wallClockMs = sum(measured, (times) => times.wallClockMs);
  const waitingMs = sum(measured, (times) => times.waitingMs);
  const ticketsCompleted = new Set(completed.map(({ run }) => run.ticketId)).size;
  return {
    runs: {
      all: runs.length,
      running: measured.filter(({ run }) => run.status === 'running').length,
      completed: completed.length,
      failed: measured.filter(({ run }) => run.status === 'failed').length,
      cancelled: measured.filter(({ run }) => run.status === 'cancelled').length,
    },
    wallClockMs,
    waitingMs,
    activeMs: wallClockMs - waitingMs,
    interventions: sum(measured, ({ run }) => run.humanInterventionCount),
    reworks: sum(measured, ({ run }) => run.reworkCount),
    firstPassApprovalRate: ratio(approvedAtOnce.length, judged.length),
    autonomyScore: ratio(sum(ended, autonomyOf), ended.length),
    promptTokens: sum(measured, ({ run }) => run.promptTokensUsed),
    completionTokens: sum(measured, ({ run }) => run.completionTokensUsed),
    estimatedCost: estimateCost(runs, prices),
    ticketsCompleted,
    velocityPerDay: ticketsCompleted / Math.max(1, periodMs / DAY_MS),
  };
}

function timesOf(run: TicketRun, nowMs: number) {
  const startMs = msOf(run.startedAt, nowMs);
  // A clock that was set back must not make a run shorter than nothing.
  const endMs = Math.max(startMs, msOf(run.completedAt, nowMs));
  const waits = run.interventions.map((event): Interval => {
    const waitStartMs = msOf(event.timestamp, endMs);
    const isOpen =
      run.status === 'running' &&
      event.waitDurationMs === 0 &&
      (event.humanResponse === undefined || event.type === 'rework');
    return {
      startMs: clamp(waitStartMs, startMs, endMs),
      endMs: isOpen ? endMs : clamp(waitStartMs + event.waitDurationMs, startMs, endMs),
    };
  });
  return { wallClockMs: endMs - startMs, waitingMs: lengthOfUnion(waits) };
}

function autonomyOf(times: {
  readonly run: TicketRun;
  readonly wallClockMs: number;
  readonly waitingMs: number;
}): number {
  const { run, wallClockMs, waitingMs } = times;
  const activeShare = wallClockMs === 0 ? 1 : (wallClockMs - waitingMs) / wallClockMs;
  return activeShare / (1 + run.humanInterventionCount);
}

function estimateCost(
  runs: readonly MeasuredRun[],
  prices: PriceTable | null,
): Figures['estimatedCost'] {
  if (!prices) return null;
  let amount = 0;
  for (const { run, agentType } of runs) {
    const price: Price | undefined = prices.byAgentType?.[agentType] ?? prices.default;
    if (price) {
      amount += run.promptTokensUsed * price.promptPerMillion;
      amount += run.completionTokensUsed * price.completionPerMillion;
    } else if (run.promptTokensUsed + run.completionTokensUsed > 0) return null;
  }
  return { amount: amount / TOKENS_PER_PRICE, currency: prices.currency };
}

function lengthOfUnion(intervals: readonly Interval[]): number {
  let length = 0;
  let coveredToMs = -Infinity;
  for (const { startMs, endMs } of intervals.toSorted((one, two) => one.startMs - two.startMs)) {
    length += Math.max(0, endMs - Math.max(startMs, coveredToMs));
    coveredToMs = Math.max(coveredToMs, endMs);
  }
  return length;
}

/** Another program may have written what is no time. */
function msOf(timestamp: string | undefined, otherwiseMs: number): number {
  const ms = timestamp === undefined ? NaN : Date.parse(timestamp);
  return Number.isNaN(ms) ? otherwiseMs : ms;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
