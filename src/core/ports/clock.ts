/** The only source of time in the core. */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  nowMs(): number;
}

/** Gives the present as the core stores it: ISO 8601 in UTC with milliseconds. */
export function timestampOf(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}
