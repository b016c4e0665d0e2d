import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles } from '../../../src/core/services/import-cycles.ts';
import { findPath } from '../../../src/core/services/ticket-dependencies.ts';

type Edge = readonly [from: string, to: string];

function graphOf(edges: readonly Edge[]): Map<string, string[]> {
  const groups = Map.groupBy(edges, ([from]) => from);
  return new Map(Array.from(groups, ([from, own]) => [from, own.map(([, to]) => to)]));
}

function cut(old: readonly Edge[], added: readonly Edge[]) {
  const keyOf = ([from, to]: Edge) => `${from}>${to}`;
  const isNew = new Set(added.map(keyOf));
  const found: { readonly edge: string; readonly path: string }[] = [];
  findCycles(
    graphOf([...old, ...added]),
    new Set(added.map(([from]) => from)),
    (from, to) => isNew.has(keyOf([from, to])),
    (from, to, path) => found.push({ edge: keyOf([from, to]), path: path.join(' ') }),
  );
  const left = added.filter((edge) => !found.some((one) => one.edge === keyOf(edge)));
  return { found, left };
}

function hasCycle(edges: readonly Edge[]): boolean {
  const graph = graphOf(edges);
  return edges.some(([from, to]) => findPath(graph, [to], from) !== undefined);
}

describe('findCycles', () => {
  it('names the step that closes a cycle, and the way round', () => {
    expect(
      cut(
        [],
        [
          ['a', 'b'],
          ['b', 'c'],
          ['c', 'a'],
        ],
      ).found,
    ).toEqual([{ edge: 'c>a', path: 'a b c a' }]);
    expect(cut([], [['a', 'a']]).found).toEqual([{ edge: 'a>a', path: 'a a' }]);
  });

  it('never takes away what is not new', () => {
    const old: Edge[] = [
      ['b', 'c'],
      ['c', 'a'],
    ];
    expect(cut(old, [['a', 'b']]).found).toEqual([{ edge: 'a>b', path: 'a b c a' }]);
    const both: Edge[] = [
      ['a', 'b'],
      ['a', 'c'],
    ];
    expect(cut(old, both).found).toEqual([
      { edge: 'a>b', path: 'a b c a' },
      { edge: 'a>c', path: 'a c a' },
    ]);
  });

  it('leaves no cycle, whatever is there and comes in, and takes away nothing from what has none', () => {
    const node = fc.constantFrom(...'abcdefg');
    const edges = fc.uniqueArray(fc.tuple(node, node), { maxLength: 14, selector: String });
    fc.assert(
      fc.property(edges, edges, (some, added) => {
        const old = some.filter(([from, to]) => from < to);
        const known = new Set(old.map(String));
        const fresh = added.filter((edge) => !known.has(String(edge)));
        const { found, left } = cut(old, fresh);
        expect(hasCycle([...old, ...left])).toBe(false);
        if (!hasCycle([...old, ...fresh])) expect(found).toEqual([]);
        for (const { path } of found) {
          const ids = path.split(' ');
          expect(ids[0]).toBe(ids.at(-1));
          const all = new Set([...old, ...fresh].map(String));
          for (let at = 1; at < ids.length; at += 1) {
            expect(all.has(String([ids[at - 1], ids[at]]))).toBe(true);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('follows a chain of a hundred thousand tickets', () => {
    const chain = Array.from({ length: 100_000 }, (_, index): Edge => {
      return [String(index), String((index + 1) % 100_000)];
    });
    const { found } = cut([], chain);
    expect(found.map(({ edge }) => edge)).toEqual(['99999>0']);
  });
});
