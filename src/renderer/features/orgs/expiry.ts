const DAY_MS = 86_400_000;
const NEAR_DAYS = 3;

export type Expiry = 'never' | 'far' | 'near' | 'past';

/** Tells how near the end of an org is; three days are near. */
export function expiryOf(expiresAt: string | undefined, nowMs: number): Expiry {
  if (expiresAt === undefined) return 'never';
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return 'past';
  return leftMs < NEAR_DAYS * DAY_MS ? 'near' : 'far';
}

/** Turns what a date and time field holds (local time) into a timestamp; null for an empty one. */
export function fromLocalField(text: string): string | null {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Turns a timestamp into what a date and time field holds: local time to the minute. */
export function toLocalField(timestamp: string | undefined): string {
  if (timestamp === undefined) return '';
  const date = new Date(timestamp);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length);
}
