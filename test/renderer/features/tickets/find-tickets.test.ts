import { expect, it } from 'vitest';
import { findTickets } from '../../../../src/renderer/features/tickets/find-tickets.ts';
import { makeCard } from '../../make-card.ts';

const cards = [
  makeCard({ id: 'a', title: 'Web of merged things', status: 'merged' }),
  makeCard({ id: 'b', title: 'The web', externalId: 'BACK-7' }),
  makeCard({ id: 'c', title: 'Web board' }),
  makeCard({ id: 'd', title: 'Something else' }),
];

function idsFor(text: string, excluded: string[] = []): string[] {
  return findTickets(cards, text, excluded).map(({ id }) => id);
}

it('offers unfinished tickets before merged ones, and what begins with the text first', () => {
  expect(idsFor('WEB')).toEqual(['c', 'b', 'a']);
});

it('finds by external id and leaves out what is excluded', () => {
  expect(idsFor('back-7')).toEqual(['b']);
  expect(idsFor('web', ['c'])).toEqual(['b', 'a']);
});

it('offers a dozen at most', () => {
  const many = Array.from({ length: 40 }, (_, index) => makeCard({ id: `t${String(index)}` }));
  expect(findTickets(many, '', [])).toHaveLength(12);
});
