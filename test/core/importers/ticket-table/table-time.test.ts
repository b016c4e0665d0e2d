import { describe, expect, it } from 'vitest';
import { toTableTime } from '../../../../src/core/importers/ticket-table/table-time.ts';

describe('toTableTime', () => {
  it('does not ponder over a text of any length', () => {
    const startMs = performance.now();
    expect(toTableTime(`21/Nov/26 9:30${' '.repeat(200_000)}x`)).toBeNull();
    expect(performance.now() - startMs).toBeLessThan(500);
  });

  it.each([
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21 09:30:05', '2026-11-21T09:30:05.000Z'],
    ['2026/11/21 09:30', '2026-11-21T09:30:00.000Z'],
    ['2026-11-21T09:30:05.123+02:00', '2026-11-21T07:30:05.123Z'],
    ['21/Nov/26 9:30 AM', '2026-11-21T09:30:00.000Z'],
    ['21/Nov/26 12:05 AM', '2026-11-21T00:05:00.000Z'],
    ['21/Nov/26 12:05 PM', '2026-11-21T12:05:00.000Z'],
    ['21 November 2026', '2026-11-21T00:00:00.000Z'],
    ['Nov 1, 2026, 9:30 pm', '2026-11-01T21:30:00.000Z'],
    ['November 21, 2026 at 9:30 PM', '2026-11-21T21:30:00.000Z'],
    [
      'Sat Nov 21 2026 09:30:00 GMT+0100 (Central European Standard Time)',
      '2026-11-21T08:30:00.000Z',
    ],
    ['21.11.2026 09:30', '2026-11-21T09:30:00.000Z'],
    ['1.2.2026', '2026-02-01T00:00:00.000Z'],
    ['1795253400', '2026-11-21T09:30:00.000Z'],
    ['1795253400000', '2026-11-21T09:30:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(toTableTime(text)).toBe(expected);
  });

  it.each([
    '',
    'soon',
    '01/02/2026',
    '31/Feb/26',
    '32.1.2026',
    '1.13.2026',
    'Foo 21, 2026',
    '21/Nov/26 25:00',
    '2026-02-30',
    '12345678',
    '999999999999999',
  ])('does not guess what %j means', (text) => {
    expect(toTableTime(text)).toBeNull();
  });
});
