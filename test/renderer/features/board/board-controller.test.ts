import { expect, it, onTestFinished } from 'vitest';
import { BoardController } from '../../../../src/renderer/features/board/board-controller.svelte.ts';
import {
  type BoardFilter,
  NO_FILTER,
} from '../../../../src/renderer/features/board/board-filter.ts';
import { AgentActions } from '../../../../src/renderer/state/agent-actions.ts';
import { AgentStore } from '../../../../src/renderer/state/agent-store.svelte.ts';
import { Dialogs } from '../../../../src/renderer/state/dialogs.svelte.ts';
import { TicketStore } from '../../../../src/renderer/state/ticket-store.svelte.ts';
import { Toasts } from '../../../../src/renderer/state/toasts.svelte.ts';
import type { SweatShopApi } from '../../../../src/shared/ipc-channels.ts';
import type { TicketInput, TicketStatus } from '../../../../src/shared/types.ts';
import { openTestApp } from '../../../support/test-app.ts';

/** A board over a real application; tickets stand in their columns as they are listed. */
async function openBoard(...inputs: TicketInput[]) {
  const { api } = await openTestApp();
  const ids = new Map<string, string>();
  for (const input of inputs.toReversed()) {
    ids.set(input.title, (await api.tickets.create(input)).id);
  }
  const tickets = new TicketStore(api);
  const agents = new AgentStore(api);
  const toasts = new Toasts();
  const dialogs = new Dialogs();
  await Promise.all([tickets.refresh(null), agents.refresh(null)]);
  onTestFinished(
    api.db.onChanged(({ tables }) => {
      if (tables['tickets'] !== undefined) void tickets.refresh(tables['tickets']);
      if (tables['agents'] !== undefined) void agents.refresh(tables['agents']);
    }),
  );
  let filter: BoardFilter = NO_FILTER;
  const board = new BoardController({
    api,
    tickets,
    agents,
    agentActions: new AgentActions({ api, agents, toasts, dialogs }),
    toasts,
    filter: () => filter,
    onfilter: (changed) => {
      filter = changed;
    },
  });
  const idOf = (title: string) => ids.get(title) ?? '';
  return { api, tickets, agents, toasts, dialogs, board, idOf };
}

function titles(board: BoardController, status: TicketStatus): string[] {
  const column = board.shownColumns.find((candidate) => candidate.status === status);
  return column?.cards.map(({ title }) => title) ?? [];
}

async function storedTitles(api: SweatShopApi, status: TicketStatus): Promise<string[]> {
  return (await api.tickets.cards({ status, orderBy: 'position' })).map(({ title }) => title);
}

it('shows a dropped card in its place before the application has answered, and after', async () => {
  const { api, board, idOf } = await openBoard(
    { title: 'a', status: 'ready' },
    { title: 'b', status: 'ready' },
    { title: 'm' },
  );
  const dropped = board.drop(idOf('m'), { status: 'ready', afterId: idOf('a') });
  expect(titles(board, 'ready')).toEqual(['a', 'm', 'b']);
  await dropped;
  expect(titles(board, 'ready')).toEqual(['a', 'm', 'b']);
  expect(await storedTitles(api, 'ready')).toEqual(['a', 'm', 'b']);
});

it('puts a card back and tells why when the application refuses the move', async () => {
  const { api, board, toasts, idOf } = await openBoard({ title: 'held', status: 'ready' });
  const agent = await api.agents.create();
  await api.agents.assign(agent.id, { ticketId: idOf('held') });
  await expect.poll(() => titles(board, 'in_progress')).toEqual(['held']);
  await board.drop(idOf('held'), { status: 'backlog' });
  expect(titles(board, 'in_progress')).toEqual(['held']);
  expect(toasts.items).toMatchObject([{ tone: 'warning', title: '“held” was not moved' }]);
});

it('takes the last move back to the exact place, once', async () => {
  const { api, board, toasts, idOf } = await openBoard(
    { title: 'a' },
    { title: 'b' },
    { title: 'c' },
  );
  await board.drop(idOf('b'), { status: 'merged' });
  expect(toasts.items).toMatchObject([{ title: 'Moved to Merged' }]);
  await board.undoMove();
  await board.undoMove();
  expect(await storedTitles(api, 'backlog')).toEqual(['a', 'b', 'c']);
  expect(toasts.items).toEqual([]);
});

it('changes nothing while a card is carried, and moves it when it is put down', async () => {
  const { api, board, idOf } = await openBoard({ title: 'm' }, { title: 'a', status: 'ready' });
  board.pickUp(idOf('m'));
  board.carry('right');
  board.carry('down');
  expect(titles(board, 'ready')).toEqual(['a', 'm']);
  expect(board.announcement).toBe('Ready, place 2 of 2.');
  expect(await storedTitles(api, 'ready')).toEqual(['a']);
  await board.putDown();
  expect(await storedTitles(api, 'ready')).toEqual(['a', 'm']);
  expect(board.announcement).toBe('m is now in Ready.');
});

it('leaves a carried card where it was when it is put back', async () => {
  const { board, idOf } = await openBoard({ title: 'm' });
  board.pickUp(idOf('m'));
  board.carry('right');
  board.putBack();
  expect(titles(board, 'backlog')).toEqual(['m']);
  expect(board.carried).toBeNull();
});

it('asks for a reason when reviewed work is dropped on Rejected, and does nothing without one', async () => {
  const { api, board, agents, dialogs, idOf } = await openBoard({ title: 'work', status: 'ready' });
  const { id } = await api.agents.create();
  await api.agents.assign(id, { ticketId: idOf('work') });
  for (const status of ['BRANCHING', 'DEVELOPING', 'PROVISIONING', 'QA_READY'] as const) {
    await api.agents.update(id, { status });
  }
  await expect.poll(() => agents.get(id)?.status).toBe('QA_READY');
  await expect.poll(() => titles(board, 'qa_review')).toEqual(['work']);

  const thoughtBetter = board.drop(idOf('work'), { status: 'rejected' });
  dialogs.cancel();
  await thoughtBetter;
  expect((await api.agents.get(id))?.status).toBe('QA_READY');

  const rejected = board.drop(idOf('work'), { status: 'rejected' });
  const { open } = dialogs;
  if (open?.kind !== 'text') throw new Error('Nobody was asked for a reason.');
  open.answer(' Too slow. ');
  await rejected;
  expect((await api.agents.get(id))?.status).toBe('REWORK');
  expect(await api.runs.current(id)).toMatchObject({
    interventions: [{ type: 'rework', humanResponse: 'Too slow.' }],
  });
});

it('finds tickets by their long texts a moment after the last letter', async () => {
  const { board } = await openBoard({ title: 'a', description: 'with a zebra' }, { title: 'b' });
  board.narrow({ text: 'zebra' });
  // The address is what the filter is read from, and here it is not reactive.
  await expect.poll(() => board.columns[0]?.cards.map(({ title }) => title)).toEqual(['a']);
});
