import { expect, it } from 'vitest';
import {
  expiryOf,
  fromLocalField,
  toLocalField,
} from '../../../../src/renderer/features/orgs/expiry.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

it.each([
  [undefined, 'never'],
  ['2026-11-21T12:00:00.000Z', 'past'],
  ['2026-11-24T11:59:59.000Z', 'near'],
  ['2026-11-24T12:00:00.000Z', 'far'],
])('tells that %s is %s', (expiresAt, expiry) => {
  expect(expiryOf(expiresAt, now)).toBe(expiry);
});

it('brings a time to a field of the form and back, to the minute', () => {
  const field = toLocalField('2026-07-01T23:30:00.000Z');
  expect(field).toMatch(/^2026-07-0[12]T\d\d:30$/);
  expect(fromLocalField(field)).toBe('2026-07-01T23:30:00.000Z');
  expect(fromLocalField('')).toBeNull();
  expect(toLocalField(undefined)).toBe('');
});
