import { expect, it } from 'vitest';
import { AscendingIds } from '../../../src/core/services/ascending-ids.ts';

it('gives ids of the entity in the order in which indexes keep them, and more when asked', () => {
  const ids = new AscendingIds('ticket', 200);
  const given = Array.from({ length: 200 }, () => ids.next());
  expect(given).toEqual(
    given.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
  );
  expect(new Set([...given, ids.next()]).size).toBe(201);
  expect(given.every((id) => id.startsWith('tkt_'))).toBe(true);
});
