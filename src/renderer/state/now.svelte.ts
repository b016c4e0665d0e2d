const STEP_MS = 15_000;

/** The time of day as the page shows it: it moves in steps, so that "3 min ago" stays true. */
export class Now {
  #ms = $state(Date.now());

  get ms(): number {
    return this.#ms;
  }

  /** @returns A function that stops the clock. */
  start(): () => void {
    const timer = setInterval(() => {
      this.#ms = Date.now();
    }, STEP_MS);
    return () => {
      clearInterval(timer);
    };
  }
}
