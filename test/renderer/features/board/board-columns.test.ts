import { expect, it } from 'vitest';
import {
  neighbourOf,
  placeAt,
  slotOf,
  stepSlot,
  toColumns,
  withCarried,
} from '../../../../src/renderer/features/board/board-columns.ts';
import type { TicketCard, TicketStatus } from '../../../../src/shared/types.ts';
import { makeCard } from '../../make-card.ts';

/** Columns as the board has them, from lists of titles that are also ids. */
function columnsOf(shown: Partial<Record<TicketStatus, string[]>>, hidden: string[] = []) {
  const columns = new Map<TicketStatus, TicketCard[]>();
  for (const [status, ids] of Object.entries(shown) as [TicketStatus, string[]][]) {
    columns.set(
      status,
      ids.map((id) => makeCard({ id, status })),
    );
  }
  return toColumns(columns, ({ id }) => !hidden.includes(id));
}

function idsIn(columns: ReturnType<typeof columnsOf>, status: TicketStatus): string[] {
  return columns.find((column) => column.status === status)?.cards.map(({ id }) => id) ?? [];
}

it('makes a column for every status and counts what the filter hides', () => {
  const columns = columnsOf({ ready: ['a', 'b'] }, ['b']);
  expect(columns).toHaveLength(7);
  expect(columns[1]).toMatchObject({ status: 'ready', total: 2 });
  expect(idsIn(columns, 'ready')).toEqual(['a']);
});

it('walks up and down within a column and stops at its ends', () => {
  const columns = columnsOf({ ready: ['a', 'b'] });
  expect(neighbourOf(columns, 'a', 'down')).toBe('b');
  expect(neighbourOf(columns, 'b', 'down')).toBe('b');
  expect(neighbourOf(columns, 'a', 'up')).toBe('a');
});

it('walks sideways over empty columns and keeps the height as far as it can', () => {
  const columns = columnsOf({ backlog: ['a', 'b', 'c'], qa_review: ['x', 'y'] });
  expect(neighbourOf(columns, 'b', 'right')).toBe('y');
  expect(neighbourOf(columns, 'c', 'right')).toBe('y');
  expect(neighbourOf(columns, 'x', 'left')).toBe('a');
  expect(neighbourOf(columns, 'x', 'right')).toBe('x');
});

it('carries a card into empty columns too, and not past the last place', () => {
  const columns = columnsOf({ backlog: ['a', 'b'], in_progress: ['x'] });
  const start = { status: 'backlog', index: 1 } as const;
  expect(stepSlot(columns, 'b', start, 'down')).toEqual({ status: 'backlog', index: 1 });
  expect(stepSlot(columns, 'b', start, 'up')).toEqual({ status: 'backlog', index: 0 });
  const ready = stepSlot(columns, 'b', start, 'right');
  expect(ready).toEqual({ status: 'ready', index: 0 });
  expect(stepSlot(columns, 'b', ready, 'right')).toEqual({ status: 'in_progress', index: 0 });
  expect(stepSlot(columns, 'b', { status: 'backlog', index: 0 }, 'left')).toEqual({
    status: 'backlog',
    index: 0,
  });
});

it('names the neighbour that is shown above, below it when there is none, and nobody in an empty column', () => {
  const columns = columnsOf({ backlog: ['m'], ready: ['a', 'hidden', 'b'] }, ['hidden']);
  const at = (status: TicketStatus, index: number) => placeAt(columns, 'm', { status, index });
  expect(at('ready', 1)).toEqual({ status: 'ready', afterId: 'a' });
  expect(at('ready', 2)).toEqual({ status: 'ready', afterId: 'b' });
  expect(at('ready', 0)).toEqual({ status: 'ready', beforeId: 'a' });
  expect(at('approved', 0)).toEqual({ status: 'approved' });
  expect(at('backlog', 0)).toEqual({ status: 'backlog' });
});

it('shows a carried card in its slot and nowhere else, with the totals as they are', () => {
  const columns = columnsOf({ backlog: ['a', 'm'], ready: ['x', 'y'] });
  const shown = withCarried(columns, 'm', { status: 'ready', index: 1 });
  expect(idsIn(shown, 'backlog')).toEqual(['a']);
  expect(idsIn(shown, 'ready')).toEqual(['x', 'm', 'y']);
  expect(shown.map(({ total }) => total)).toEqual(columns.map(({ total }) => total));
  expect(slotOf(shown, 'm')).toEqual({ status: 'ready', index: 1 });
});
