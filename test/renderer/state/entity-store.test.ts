import { expect, it } from 'vitest';
import { EntityStore } from '../../../src/renderer/state/entity-store.svelte.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';

type Row = { readonly id: string; readonly text: string };

/** A store over a table that the test changes, with a note of every question. */
function openStore(...rows: Row[]) {
  const table = new Map(rows.map((row) => [row.id, row]));
  const asked: ('all' | readonly string[])[] = [];
  let failure: SweatShopError | null = null;
  const answer = async (found: Row[]): Promise<Row[]> => {
    await Promise.resolve();
    if (failure !== null) throw failure;
    return found;
  };
  const store = new EntityStore<Row>({
    loadAll: () => {
      asked.push('all');
      return answer([...table.values()]);
    },
    loadSome: (ids) => {
      asked.push(ids);
      return answer(ids.flatMap((id) => table.get(id) ?? []));
    },
  });
  return {
    store,
    table,
    asked,
    fail: (error: SweatShopError | null) => {
      failure = error;
    },
  };
}

it('loads once and then asks only for what changed', async () => {
  const { store, table, asked } = openStore({ id: 'a', text: '1' }, { id: 'b', text: '1' });
  await store.refresh(null);
  table.set('a', { id: 'a', text: '2' });
  table.delete('b');
  table.set('c', { id: 'c', text: 'new' });
  await store.refresh(['a', 'b', 'c']);
  expect(asked).toEqual(['all', ['a', 'b', 'c']]);
  expect(store.all.map(({ id, text }) => id + text)).toEqual(['a2', 'cnew']);
});

it('gathers the changes of a storm into one question', async () => {
  const { store, asked } = openStore({ id: 'a', text: '1' });
  const first = store.refresh(null);
  await Promise.all([store.refresh(['a']), store.refresh(['b']), store.refresh(['a', 'c'])]);
  await first;
  expect(asked).toEqual(['all', ['a', 'b', 'c']]);
});

it('asks for everything when so much changed that one list is cheaper', async () => {
  const { store, asked } = openStore();
  await store.refresh(Array.from({ length: 501 }, (_, index) => String(index)));
  expect(asked).toEqual(['all']);
});

it('keeps what it has when a fetch fails, and makes up for it at the next', async () => {
  const { store, table, asked, fail } = openStore({ id: 'a', text: '1' });
  await store.refresh(null);
  table.set('a', { id: 'a', text: '2' });
  fail(new SweatShopError('Unavailable', 'gone'));
  await store.refresh(['a']);
  expect(store.error?.code).toBe('Unavailable');
  expect(store.get('a')?.text).toBe('1');
  fail(null);
  await store.refresh(['b']);
  expect(asked.at(-1)).toEqual(['a', 'b']);
  expect(store.get('a')?.text).toBe('2');
  expect(store.error).toBeNull();
});

it('shows a change before it is confirmed and takes it back when it is refused', async () => {
  const { store } = openStore({ id: 'a', text: '1' });
  await store.refresh(null);
  const refused = store.optimistically('a', { text: '2' }, () =>
    Promise.reject(new SweatShopError('Conflict', 'no')),
  );
  expect(store.get('a')?.text).toBe('2');
  await expect(refused).rejects.toThrow('no');
  expect(store.get('a')?.text).toBe('1');
});

it('lets the later of two unconfirmed changes stand', async () => {
  const { store } = openStore({ id: 'a', text: '1' });
  await store.refresh(null);
  const first = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  const calls = [
    store.optimistically('a', { text: '2' }, () => first.promise),
    store.optimistically('a', { text: '3' }, () => second.promise),
  ];
  first.resolve(undefined);
  await calls[0];
  expect(store.get('a')?.text).toBe('3');
  second.resolve(undefined);
  await calls[1];
  expect(store.get('a')?.text).toBe('1');
});
