import { describe, expect, it } from 'vitest';
import { mergeFields } from '../../../src/core/services/import-merge.ts';

function merge(field: string, base: unknown, here: unknown, there: unknown) {
  const as = (value: unknown) => (value === undefined ? {} : { [field]: value });
  const result = mergeFields('tickets', { base: as(base), here: as(here), there: as(there) }, [
    field,
  ]);
  const wins = result.patch[field] === undefined ? here : (result.patch[field] ?? undefined);
  return [wins, result.base[field], result.conflicts.length];
}

describe('mergeFields', () => {
  it.each([
    // What the last import wrote, what is here, what is there: what wins, what the next one goes by, conflicts.
    ['a', 'a', 'a', 'a', 'a', 0],
    ['a', 'a', 'b', 'b', 'b', 0],
    ['a', 'b', 'a', 'b', 'a', 0],
    ['a', 'b', 'b', 'b', 'b', 0],
    ['a', 'b', 'c', 'b', 'a', 1],
    ['a', 'a', undefined, undefined, undefined, 0],
    ['a', 'b', undefined, 'b', 'a', 1],
    ['a', undefined, 'a', undefined, 'a', 0],
    ['a', undefined, 'b', undefined, 'a', 1],
    [undefined, undefined, 'a', 'a', 'a', 0],
    [undefined, 'a', 'b', 'a', undefined, 1],
    [undefined, 'a', undefined, 'a', undefined, 0],
    [undefined, 'a', 'a', 'a', 'a', 0],
  ])('of %s, %s here and %s there makes %s', (base, here, there, wins, next, conflicts) => {
    expect(merge('branchName', base, here, there)).toEqual([wins, next, conflicts]);
  });

  it('compares lists as wholes', () => {
    expect(merge('labels', ['a'], ['a'], ['a', 'b'])).toEqual([['a', 'b'], ['a', 'b'], 0]);
    expect(merge('labels', ['a'], ['a', 'c'], ['a', 'b'])).toEqual([['a', 'c'], ['a'], 1]);
  });

  it('takes nothing away that every row has', () => {
    expect(merge('title', 'a', 'a', undefined)).toEqual(['a', 'a', 0]);
    expect(merge('title', 'a', 'b', undefined)).toEqual(['b', 'a', 0]);
  });

  it('never quarrels about times that the import made up, or about the last change', () => {
    expect(merge('createdAt', undefined, '1', '2')).toEqual(['1', undefined, 0]);
    expect(merge('updatedAt', '1', '2', '3')).toEqual(['2', '3', 0]);
    expect(merge('updatedAt', '1', '1', '3')).toEqual(['3', '3', 0]);
    expect(merge('createdAt', '1', '2', '3')).toEqual(['2', '1', 1]);
  });
});
