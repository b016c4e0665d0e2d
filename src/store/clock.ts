/** The time and the timers of the store. */
export interface StoreClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once after a delay; gives a function that cancels it. */
  callLater(delayMs: number, callback: () => void): () => void;
}

/** The clock of this machine. Its timers keep the process alive: a flush that is due must not be lost. */
export const systemClock: StoreClock = {
  nowMs: () => Date.now(),
  callLater: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves after a delay. */
export function wait(clock: StoreClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.callLater(delayMs, resolve);
  });
}

/** Waits for something, but no longer than a delay; no timer is left behind. */
export async function waitAtMost(
  clock: StoreClock,
  delayMs: number,
  work: Promise<void>,
): Promise<void> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = clock.callLater(delayMs, resolve);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    cancel();
  }
}
