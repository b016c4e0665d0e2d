import { describe, expect, it } from 'vitest';
import { toTimestamp } from '../../../src/core/importers/timestamp.ts';

describe('toTimestamp', () => {
  it.each([
    ['2026-08-17', '2026-08-17T00:00:00.000Z'],
    ['2026-08-17 07:26', '2026-08-17T07:26:00.000Z'],
    ['2026-08-17T07:26:05', '2026-08-17T07:26:05.000Z'],
    ['2026-08-17T07:26:05.1Z', '2026-08-17T07:26:05.100Z'],
    ['2026-08-17T07:26:05.123456Z', '2026-08-17T07:26:05.123Z'],
    ['2026-08-17 07:26 +02:00', '2026-08-17T05:26:00.000Z'],
    ['2026-08-17T07:26-0530', '2026-08-17T12:56:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('takes %s for %s', (text, expected) => {
    expect(toTimestamp(text)).toBe(expected);
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-08-17 25:00', '17.08.2026', '2026'])(
    'takes "%s" for no date',
    (text) => {
      expect(toTimestamp(text)).toBeNull();
    },
  );
});
