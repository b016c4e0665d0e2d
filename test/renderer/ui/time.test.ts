import { expect, it } from 'vitest';
import { duration, fromNow } from '../../../src/renderer/ui/time.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

it.each([
  ['2026-11-21T11:59:31.000Z', 'just now'],
  ['2026-11-21T12:00:12.000Z', 'just now'],
  ['2026-11-21T12:00:20.000Z', 'in a moment'],
  ['2026-11-21T11:57:00.000Z', '3 min. ago'],
  ['2026-11-23T11:59:58.000Z', 'in 2 days'],
  ['2025-11-01T12:00:00.000Z', '1 yr. ago'],
])('says %s as "%s"', (timestamp, words) => {
  expect(fromNow(timestamp, now)).toBe(words);
});

it.each([
  [850, '850 ms'],
  [4_200, '4 s'],
  [59_999, '60 s'],
  [12 * 60_000, '12 min'],
  [3 * 3_600_000, '3 h'],
  [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
  [52 * 3_600_000, '2 d 4 h'],
])('says %i ms as "%s"', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
