import { expect, it } from 'vitest';
import { fileSize, ticketCount } from '../../../src/renderer/ui/size.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [4_096, '4.1 kB'],
  [128_400_000, '128 MB'],
  [2_500_000_000, '2.5 GB'],
])('says %i bytes as people read it', (bytes, words) => {
  expect(fileSize(bytes)).toBe(words);
});

it('counts tickets', () => {
  expect([0, 1, 1_204].map(ticketCount)).toEqual(['0 tickets', '1 ticket', '1,204 tickets']);
});
