import { expect, it } from 'vitest';
import { ERROR_TABLE, wordsFor } from '../../../src/renderer/errors/error-table.ts';
import { ERROR_CODES, SweatShopError } from '../../../src/shared/errors.ts';

it.each(ERROR_CODES)('has a title without a full stop and whole sentences for %s', (code) => {
  const { title, advice } = ERROR_TABLE[code];
  expect(title).toMatch(/^[A-Z].*[^.]$/);
  expect(advice).toMatch(/^$|^[A-Z].*\.$/);
});

it('says what the very error says, and then what to do', () => {
  expect(wordsFor(new SweatShopError('Busy', 'It runs.'))).toEqual({
    severity: 'warning',
    title: 'SweatShop is busy',
    detail: 'It runs. Try again in a moment.',
  });
  expect(wordsFor(new SweatShopError('Conflict', 'Stop it first.')).detail).toBe('Stop it first.');
});
