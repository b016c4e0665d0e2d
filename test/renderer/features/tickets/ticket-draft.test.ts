import { expect, it } from 'vitest';
import { TicketDraft } from '../../../../src/renderer/features/tickets/ticket-draft.svelte.ts';
import { fieldsOf } from '../../../../src/renderer/features/tickets/ticket-fields.ts';
import type { SweatShopApi } from '../../../../src/shared/ipc-channels.ts';
import type { Ticket, TicketInput, TicketPatch } from '../../../../src/shared/types.ts';
import { openTestApp } from '../../../support/test-app.ts';

type Opened = { api: SweatShopApi; ticket: Ticket; draft: TicketDraft; saves: unknown[] };

/** A draft of a real ticket in a real application. */
async function openDraft(input: Partial<TicketInput> = {}): Promise<Opened> {
  const { api } = await openTestApp();
  const ticket = await api.tickets.create({ title: 'Before', description: 'old', ...input });
  const saves: unknown[] = [];
  const draft = new TicketDraft({
    base: fieldsOf(ticket),
    save: (changes) => {
      saves.push(changes);
      return api.tickets.update(ticket.id, changes as TicketPatch);
    },
  });
  return { api, ticket, draft, saves };
}

it('saves only what was changed', async () => {
  const { draft, saves } = await openDraft();
  draft.set('title', 'After');
  draft.set('priority', 'medium');
  expect(draft.state).toBe('unsaved');
  expect(await draft.save()).toBe(true);
  expect(saves).toEqual([{ title: 'After' }]);
  expect(draft.state).toBe('saved');
});

it('has nothing to save when a change is taken back', async () => {
  const { draft, saves } = await openDraft();
  draft.set('labels', ['a']);
  draft.set('labels', []);
  expect(draft.isDirty).toBe(false);
  await draft.save();
  expect(saves).toEqual([]);
});

it('takes changes from elsewhere into fields that were not touched', async () => {
  const { api, ticket, draft } = await openDraft();
  draft.set('title', 'Mine');
  draft.merge(await api.tickets.update(ticket.id, { description: 'theirs' }));
  expect(draft.fields).toMatchObject({ title: 'Mine', description: 'theirs' });
  expect(draft.conflicts.size).toBe(0);
});

it('holds a field back that was changed in both places, until the person chooses', async () => {
  const { api, ticket, draft, saves } = await openDraft();
  draft.set('description', 'mine');
  draft.set('priority', 'high');
  draft.merge(await api.tickets.update(ticket.id, { description: 'theirs' }));
  expect([...draft.conflicts]).toEqual(['description']);
  expect(await draft.save()).toBe(false);
  expect(saves).toEqual([{ priority: 'high' }]);
  expect(draft.fields.description).toBe('mine');

  draft.keepMine('description');
  expect(await draft.save()).toBe(true);
  expect((await api.tickets.get(ticket.id))?.description).toBe('mine');
});

it('gives up what was typed for theirs', async () => {
  const { api, ticket, draft } = await openDraft();
  draft.set('description', 'mine');
  draft.merge(await api.tickets.update(ticket.id, { description: 'theirs' }));
  draft.takeTheirs('description');
  expect(draft.fields.description).toBe('theirs');
  expect(draft.state).toBe('saved');
});

it('sees no conflict when both made the same change', async () => {
  const { api, ticket, draft } = await openDraft();
  draft.set('description', 'same');
  draft.merge(await api.tickets.update(ticket.id, { description: 'same' }));
  expect(draft.conflicts.size).toBe(0);
  expect(draft.isDirty).toBe(false);
});

it('puts a refusal at its field and saves the others', async () => {
  const { api, ticket, draft } = await openDraft();
  draft.set('title', '  ');
  draft.set('priority', 'low');
  expect(await draft.save()).toBe(false);
  expect(draft.errors).toEqual({ title: 'Must not be empty.' });
  expect(draft.state).toBe('failed');
  expect(await api.tickets.get(ticket.id)).toMatchObject({ title: 'Before', priority: 'low' });

  draft.set('title', 'After');
  expect(draft.errors).toEqual({});
  expect(await draft.save()).toBe(true);
});

it('puts a circle of dependencies at the field', async () => {
  const { api, ticket, draft } = await openDraft();
  const other = await api.tickets.create({ title: 'other', dependsOn: [ticket.id] });
  draft.set('dependsOn', [other.id]);
  expect(await draft.save()).toBe(false);
  expect(draft.errors.dependsOn).toMatch(/cannot wait for itself/);
});

it('keeps what is typed while a save runs, and saves that next', async () => {
  const { api, ticket, draft, saves } = await openDraft();
  draft.set('title', 'A');
  const first = draft.save();
  draft.set('title', 'AB');
  await first;
  expect(draft.fields.title).toBe('AB');
  expect(await draft.save()).toBe(true);
  expect(saves.at(-1)).toEqual({ title: 'AB' });
  expect((await api.tickets.get(ticket.id))?.title).toBe('AB');
});

it('keeps everything when saving fails as a whole, and saves it at the next try', async () => {
  const { api, ticket, draft } = await openDraft();
  const gone = new TicketDraft({
    base: draft.fields,
    save: (changes) => api.tickets.update('tkt_gone', changes as TicketPatch),
  });
  gone.set('title', 'kept');
  expect(await gone.save()).toBe(false);
  expect(gone.failure?.code).toBe('NotFound');
  expect(gone.fields.title).toBe('kept');
  gone.discard();
  expect(gone.fields.title).toBe('Before');
  expect((await api.tickets.get(ticket.id))?.title).toBe('Before');
});
