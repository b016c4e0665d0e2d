const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];

const relative = new Intl.RelativeTimeFormat('en', { style: 'short' });
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const clockTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** How far the page's idea of the time may lag behind. */
const CLOCK_STEP_MS = 15_000;

/** Says how far a time is from now: "3 min. ago", "in 2 days", "just now". */
export function fromNow(timestamp: string, nowMs: number): string {
  const distanceMs = Date.parse(timestamp) - nowMs;
  const unit = units.find(([, sizeMs]) => Math.abs(distanceMs) >= sizeMs);
  // The clock of the page moves in steps, so what has just happened may lie ahead of it.
  if (unit === undefined) return distanceMs > CLOCK_STEP_MS ? 'in a moment' : 'just now';
  return relative.format(Math.round(distanceMs / unit[1]), unit[0]);
}

/** Says date and time in the zone of the person: "21 Nov 2026, 09:30". */
export function inFull(timestamp: string): string {
  return dateAndTime.format(new Date(timestamp));
}

/** Says the time of day: "12:04:05". */
export function timeOfDay(timestamp: string): string {
  return clockTime.format(new Date(timestamp));
}

/** Says how long something took: "850 ms", "4 s", "12 min", "3 h 5 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < MINUTE_MS) return `${String(Math.round(ms / 1_000))} s`;
  if (ms < HOUR_MS) return `${String(Math.floor(ms / MINUTE_MS))} min`;
  if (ms < DAY_MS) return twoUnits(ms, HOUR_MS, 'h', MINUTE_MS, 'min');
  return twoUnits(ms, DAY_MS, 'd', HOUR_MS, 'h');
}

function twoUnits(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % bigMs) / smallMs);
  const whole = `${String(Math.floor(ms / bigMs))} ${big}`;
  return rest === 0 ? whole : `${whole} ${String(rest)} ${small}`;
}
