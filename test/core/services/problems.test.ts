import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/core/app.ts';
import { builtInMigrations, migrate } from '../../../src/core/migrations.ts';
import { createApi } from '../../../src/shared/api.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';
import { StandInMachine } from '../../support/stand-in-machine.ts';
import { openTestApp, openTestImage, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let goodId: string;
let badId: string;

beforeEach(async () => {
  test = await openTestApp();
  goodId = (await test.api.tickets.create({ title: 'good', labels: ['fine'] })).id;
  badId = (await test.api.tickets.create({ title: 'bad', labels: ['fine'] })).id;
});

/** Writes what another program could: the checks of the schema are off. */
async function tamper(assignment: string, id = badId, table = 'tickets'): Promise<void> {
  await test.changeAsAnotherProgram(
    `PRAGMA ignore_check_constraints = ON; UPDATE ${table} SET ${assignment} WHERE id = '${id}'`,
  );
}

describe('a row that another program left unreadable', () => {
  const damages: readonly (readonly [assignment: string, column: string, why: unknown])[] = [
    ["labels = '[\"half'", 'labels', 'is not valid JSON'],
    ["labels = '{}'", 'labels', 'is JSON of another shape'],
    ["labels = '[1]'", 'labels', 'is JSON of another shape'],
    ["depends_on = 'nonsense'", 'depends_on', 'is not valid JSON'],
    ["status = 'done'", 'status', expect.stringMatching(/^is none of backlog, ready/)],
    ["priority = 'it''s urgent'", 'priority', expect.stringMatching(/^is none of /)],
    ["title = x'00ff'", 'title', 'is not a text'],
  ];

  it.each(damages)('is left out of lists and named: %s', async (assignment, column, why) => {
    await tamper(assignment);
    const { tickets, db } = test.api;
    for (const list of [
      await tickets.list(),
      await tickets.cards(),
      await tickets.cards({ orderBy: 'position' }),
      await tickets.list({ text: 'o' }),
    ]) {
      expect(list.map(({ id }) => id)).toEqual([goodId]);
    }
    expect(await tickets.ready()).toEqual([]);
    expect(await tickets.blocked()).toEqual([]);
    expect(await tickets.labels()).toContain('fine');
    expect(await db.problems()).toEqual([{ table: 'tickets', id: badId, column, why }]);
  });

  it.each(damages)('says why when it is asked for itself: %s', async (assignment, column, why) => {
    await tamper(assignment);
    await expect(test.api.tickets.get(badId)).rejects.toMatchObject({
      code: 'Unreadable',
      details: { table: 'tickets', id: badId, column, why },
    });
  });

  it('keeps what it holds when other columns or rows are written', async () => {
    await tamper("labels = '[\"half'");
    await expect(test.api.tickets.update(badId, { title: 'other' })).rejects.toMatchObject({
      code: 'Unreadable',
    });
    await test.api.tickets.update(goodId, { status: 'ready' });
    await test.api.tickets.create({ title: 'another' });
    expect(test.database.all('SELECT title, labels FROM tickets WHERE id = ?', [badId])).toEqual([
      ['bad', '["half'],
    ]);
  });

  it('can be read again once its column has a proper value', async () => {
    await tamper("labels = '[\"half'");
    expect(await test.api.tickets.update(badId, { labels: ['mended'] })).toMatchObject({
      id: badId,
      labels: ['mended'],
    });
    expect(await test.api.db.problems()).toEqual([]);
    expect(await test.api.tickets.list()).toHaveLength(2);
  });

  it('is found in every table', async () => {
    const { id } = await test.api.agents.create();
    await tamper("status = 'LOST'", id, 'agents');
    expect(await test.api.agents.list()).toEqual([]);
    await tamper("labels = 'x'");
    expect((await test.api.db.problems()).map(({ table }) => table).toSorted()).toEqual([
      'agents',
      'tickets',
    ]);
  });

  it('does not keep SweatShop from starting', async () => {
    await tamper("labels = 'x'");
    const clock = new ManualClock();
    const database = await openTestImage(test.database.snapshot());
    await migrate(database, builtInMigrations, clock, () => undefined);
    const info = { host: 'browser', version: '0.0.0' } as const;
    const app = createApp({
      database,
      storage: new MemoryStorage(),
      clock,
      machine: new StandInMachine(),
      info,
    });
    const api = createApi({
      invoke: (channel, args) => app.call(channel, args),
      on: () => () => undefined,
    });
    expect((await api.tickets.list()).map(({ id }) => id)).toEqual([goodId]);
    expect(() => {
      database.run("UPDATE tickets SET status = 'done' WHERE id = ?", [goodId]);
    }).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
    app.close();
  });
});
