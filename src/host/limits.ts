/** What one client may ask of a host. */
export type Limits = {
  /** The largest message; a ticket with its two longest texts, fully escaped, fits. */
  readonly messageBytes: number;
  /** How many calls may come at once before the rate below counts. */
  readonly burstCalls: number;
  readonly callsPerSecond: number;
  /** How many calls may be unanswered before no more are read. */
  readonly pendingCalls: number;
  /** How much may wait to be sent before no more calls are read. */
  readonly unsentBytesToPause: number;
  /** How much may wait to be sent before the client is given up; it reconnects and loads afresh. */
  readonly unsentBytesToDrop: number;
  /** A client that does not answer a ping until the next one is gone. */
  readonly pingIntervalMs: number;
};

export const defaultLimits: Limits = {
  messageBytes: 16 * 1024 * 1024,
  burstCalls: 5_000,
  callsPerSecond: 2_500,
  pendingCalls: 256,
  unsentBytesToPause: 8 * 1024 * 1024,
  unsentBytesToDrop: 64 * 1024 * 1024,
  pingIntervalMs: 30_000,
};

/** Lets a burst through and then a steady rate. */
export class RateLimit {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledMs: number;

  constructor({ burstCalls, callsPerSecond }: Limits, nowMs: number) {
    this.#burst = burstCalls;
    this.#perMs = callsPerSecond / 1_000;
    this.#tokens = burstCalls;
    this.#filledMs = nowMs;
  }

  /** Tells whether one more may pass at this time. */
  take(nowMs: number): boolean {
    const earned = (nowMs - this.#filledMs) * this.#perMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
