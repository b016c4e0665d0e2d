import { toTimestamp } from '../timestamp.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const TIME = String.raw`(?:[,T]? +(?:at +)?(\d{1,2}):(\d\d)(?::(\d\d))? *([ap]m)?(?: *(?:GMT|UTC)?([+-]\d\d:?\d\d|Z)?(?: *\(.*\))?)?)?`;
/** `21/Nov/26 9:30 AM`, `21 November 2026`. */
const DAY_FIRST = new RegExp(
  String.raw`^(\d{1,2})[-/ ]([a-z]{3,9})\.?[-/ ,]+(\d{4}|\d\d)${TIME}$`,
  'i',
);
/** `Sat Nov 21 2026 09:30:00 GMT+0100 (CET)`, `Nov 21, 2026`. */
const MONTH_FIRST = new RegExp(
  String.raw`^(?:[a-z]{3,9},? +)?([a-z]{3,9})\.? +(\d{1,2}),? +(\d{4})${TIME}$`,
  'i',
);
/** `21.11.2026 09:30`. */
const WITH_DOTS = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${TIME}$`, 'i');

/** Longer than any time is written. */
const MAX_LENGTH = 80;
const FIRST_SECOND = 100_000_000;
const FIRST_MILLISECOND = 100_000_000_000;
const LAST_MILLISECOND = 253_402_300_799_999;

/**
 * Converts a time as tables have it: as a standard writes it, with the name of the month, with dots, or as seconds or
 * milliseconds since 1970. What names no time zone is UTC. Dates such as 01/02/2026 mean different days to different
 * people, and are not guessed.
 *
 * @returns ISO 8601 in UTC with milliseconds, or null where the text is no time for sure.
 */
export function toTableTime(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  if (/^\d{9,15}(?:\.\d+)?$/.test(text)) return fromNumber(Number(text));
  const standard = toTimestamp(text.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3'));
  if (standard !== null) return standard;
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return toTime(dayFirst[3], monthOf(dayFirst[2]), dayFirst[1], dayFirst.slice(4));
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst)
    return toTime(monthFirst[3], monthOf(monthFirst[1]), monthFirst[2], monthFirst.slice(4));
  const withDots = WITH_DOTS.exec(text);
  return withDots && toTime(withDots[3], Number(withDots[2]), withDots[1], withDots.slice(4));
}

function fromNumber(number: number): string | null {
  const ms = number >= FIRST_MILLISECOND ? number : number * 1_000;
  if (number < FIRST_SECOND || ms > LAST_MILLISECOND) return null;
  return new Date(ms).toISOString();
}

function monthOf(name = ''): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function toTime(
  year = '',
  month: number,
  day = '',
  [hour = '0', minute = '00', second = '00', half, zone = 'Z']: readonly (string | undefined)[],
): string | null {
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour);
  const date = [year.padStart(4, '20'), two(month), two(Number(day))].join('-');
  return toTimestamp(`${date}T${two(hours)}:${minute}:${second}${zone}`);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
