const DATE_AND_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d)(?::(\d\d)(\.\d{1,3})?\d*)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Converts a date of the source, with or without a time; what names no time zone is UTC.
 *
 * @param text Such as `2026-08-17`, `2026-08-17 07:26` or `2026-08-17T07:26:05+02:00`.
 * @returns ISO 8601 in UTC with milliseconds, or null where the text is not a date that exists.
 */
export function toTimestamp(text: string): string | null {
  const match = DATE_AND_TIME.exec(text);
  if (!match) return null;
  const [, day = '', time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  // Date takes 30 February for 2 March.
  if (!isRealDay(day)) return null;
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const date = new Date(`${day}T${time}:${seconds}${fraction}${offset}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
