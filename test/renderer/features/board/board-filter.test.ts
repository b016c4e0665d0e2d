import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type BoardFilter,
  filterFromQuery,
  filterToQuery,
  isFiltering,
  makeMatcher,
  NO_FILTER,
  NOBODY,
} from '../../../../src/renderer/features/board/board-filter.ts';
import { readRoute, writeRoute } from '../../../../src/renderer/state/router.svelte.ts';
import {
  TICKET_PRIORITIES,
  TICKET_SOURCES,
  TICKET_STATUSES,
} from '../../../../src/shared/types.ts';
import { makeCard } from '../../make-card.ts';

const none: ReadonlySet<string> = new Set();

function fits(filter: Partial<BoardFilter>, card: Parameters<typeof makeCard>[0], bodies = none) {
  return makeMatcher({ ...NO_FILTER, ...filter }, bodies)(makeCard(card));
}

it('finds a text in title, labels and ids in any case, and in bodies that are known to hold it', () => {
  expect(fits({ text: 'ZEBRA' }, { title: 'A zebra' })).toBe(true);
  expect(fits({ text: ' zebra ' }, { labels: ['zebra-crossing'] })).toBe(true);
  expect(fits({ text: 'back-7' }, { externalId: 'BACK-7' })).toBe(true);
  expect(fits({ text: 'zebra' }, { title: 'A horse' })).toBe(false);
  expect(fits({ text: 'zebra' }, { id: 'tkt_9', title: 'A horse' }, new Set(['tkt_9']))).toBe(true);
});

it('takes any value of a field and asks for every field', () => {
  const filter = { priority: ['high', 'low'], label: ['ui'] } as const;
  expect(fits(filter, { priority: 'low', labels: ['core', 'ui'] })).toBe(true);
  expect(fits(filter, { priority: 'medium', labels: ['ui'] })).toBe(false);
  expect(fits(filter, { priority: 'high', labels: [] })).toBe(false);
});

it('tells the tickets of nobody from those of an agent', () => {
  expect(fits({ agent: [NOBODY] }, {})).toBe(true);
  expect(fits({ agent: [NOBODY] }, { assignedAgentId: 'agt_1' })).toBe(false);
  expect(fits({ agent: [NOBODY, 'agt_1'] }, { assignedAgentId: 'agt_1' })).toBe(true);
});

it('survives the way into an address and back, whatever the labels hold', () => {
  const filters = fc.record({
    text: fc.string({ unit: 'grapheme' }),
    status: fc.subarray([...TICKET_STATUSES]),
    priority: fc.subarray([...TICKET_PRIORITIES]),
    label: fc.array(fc.string({ unit: 'grapheme' })),
    agent: fc.array(fc.string()),
    source: fc.subarray([...TICKET_SOURCES]),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      const hash = writeRoute({ view: 'board', id: null, query: filterToQuery(filter) });
      expect(filterFromQuery(readRoute(hash)?.query ?? new Map())).toEqual(filter);
    }),
  );
});

it('ignores what makes no sense in an address', () => {
  const query = new Map([
    ['status', 'not json'],
    ['priority', '["urgent","high"]'],
    ['label', '{"a":1}'],
  ]);
  expect(filterFromQuery(query)).toEqual({ ...NO_FILTER, priority: ['high'] });
});

it('knows whether anything is narrowed', () => {
  expect(isFiltering(NO_FILTER)).toBe(false);
  expect(isFiltering({ ...NO_FILTER, text: '  ' })).toBe(false);
  expect(isFiltering({ ...NO_FILTER, label: ['ui'] })).toBe(true);
});
