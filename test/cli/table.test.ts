import { describe, expect, it } from 'vitest';
import { formatBytes, formatPairs } from '../../src/cli/table.ts';

describe('formatPairs', () => {
  it('aligns names to the left and numbers to the right', () => {
    expect(
      formatPairs([
        ['created', 614],
        ['failed', 0],
        ['where', 'here'],
      ]),
    ).toBe('  created  614\n  failed     0\n  where    here\n');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [3_104_768, '3.1 MB'],
    [2_000_000_000_000, '2000.0 GB'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
