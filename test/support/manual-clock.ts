import type { StoreClock } from '../../src/store/clock.ts';

type Timer = { readonly dueMs: number; readonly callback: () => void };

/** A clock that moves only when a test says so. */
export class ManualClock implements StoreClock {
  #nowMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  callLater(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves on, and runs what falls due on the way, in order; promises settle in between. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#nowMs = next.dueMs;
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number): Timer | undefined {
    return [...this.#timers]
      .filter(({ dueMs }) => dueMs <= endMs)
      .sort((one, other) => one.dueMs - other.dueMs)[0];
  }
}

/** A clock whose timers run out at once, each moving the time on by its delay. */
export class HastyClock implements StoreClock {
  #nowMs = Date.UTC(2026, 0, 1);

  nowMs(): number {
    return this.#nowMs;
  }

  callLater(delayMs: number, callback: () => void): () => void {
    const immediate = setImmediate(() => {
      this.#nowMs += delayMs;
      callback();
    });
    return () => {
      clearImmediate(immediate);
    };
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
