import type { App } from '../core/app.ts';

const DEFAULT_INTERVAL_MS = 30_000;

/** What falls due by the passing of time alone; each call writes only when there is something to do. */
const DUE_CALLS = ['proposal:settle-overdue', 'agent:mark-stale'] as const;

/**
 * Sees to it, from time to time, that votes end at their deadline and silent agents are noticed.
 *
 * A call that fails, because the disk takes no writes for example, is made again in the next round. The rounds keep no
 * process alive.
 *
 * @returns A function that ends the rounds.
 */
export function startRounds(app: Pick<App, 'call'>, intervalMs = DEFAULT_INTERVAL_MS): () => void {
  const timer = setInterval(() => {
    for (const channel of DUE_CALLS) void app.call(channel, []);
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
