import { expect, it } from 'vitest';
import { findInPalette } from '../../../../src/renderer/features/palette/command-list.ts';
import { makeCard } from '../../make-card.ts';

const commands = [
  { id: 'new', label: 'New ticket', alias: 'create add', run: () => undefined },
  { id: 'dark', label: 'Theme: dark', run: () => undefined },
];
const tickets = [
  makeCard({ id: 'tkt_1', title: 'The web board', externalId: 'BACK-1' }),
  makeCard({ id: 'tkt_2', title: 'Board for the web' }),
  makeCard({ id: 'tkt_3', title: 'Web board, again' }),
];

function found(text: string) {
  const { commands: foundCommands, tickets: foundTickets } = findInPalette(text, {
    commands,
    tickets,
    agents: [],
  });
  return {
    commands: foundCommands.map(({ id }) => id),
    tickets: foundTickets.map(({ id }) => id),
  };
}

it('offers every command and no ticket before anything is typed', () => {
  expect(found('')).toEqual({ commands: ['new', 'dark'], tickets: [] });
});

it('finds words in any order, what begins with the text first', () => {
  expect(found('web board').tickets).toEqual(['tkt_3', 'tkt_1', 'tkt_2']);
  expect(found('back-1').tickets).toEqual(['tkt_1']);
});

it('finds a command by another word for it', () => {
  expect(found('create').commands).toEqual(['new']);
});
