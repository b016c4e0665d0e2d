import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectToOwner } from '../../src/host/local-socket/owner-connection.ts';
import { createApi } from '../../src/shared/api.ts';
import { SweatShopError } from '../../src/shared/errors.ts';
import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';
import type { Envelope } from '../../src/shared/transport.ts';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestHost } from '../support/test-host.ts';

type Client = {
  readonly api: SweatShopApi;
  readonly invoke: (channel: string, args: readonly unknown[]) => Promise<Envelope>;
  readonly leave: () => void;
};

/** Starts an application, and gives the way to connect to it. */
type Start = () => Promise<() => Promise<Client>>;

const overWebSocket: Start = async () => {
  const host = await startTestHost();
  return async () => {
    const client = await host.connect();
    return {
      api: client.api,
      invoke: (channel, args) => client.invoke(channel, args),
      leave: () => {
        client.socket.terminate();
      },
    };
  };
};

const overLocalSocket: Start = async () => {
  const { home } = await startOwner(path.join(temporaryFolder(), 'home'));
  return async () => {
    const connection = await connectToOwner(home.path, 2_000);
    if (!connection) throw new Error('Nobody was there.');
    const leave = () => {
      connection.close();
    };
    onTestFinished(leave);
    return {
      api: createApi(connection),
      invoke: (channel, args) => connection.invoke(channel, args),
      leave,
    };
  };
};

describe.each([
  ['a WebSocket', overWebSocket],
  ['the local socket', overLocalSocket],
])('the contract over %s', (_what, start) => {
  it('creates, lists and updates tickets', async () => {
    const { api } = await (await start())();
    const created = await api.tickets.create({ title: 'x 🦆' });
    expect(created).toMatchObject({ status: 'backlog', priority: 'medium' });
    expect(await api.tickets.list()).toEqual([created]);
    const updated = await api.tickets.update(created.id, { priority: 'high' });
    expect(updated).toMatchObject({ id: created.id, title: created.title, priority: 'high' });
    expect(await api.tickets.get(created.id)).toEqual(updated);
    expect(await api.tickets.get('tkt_none')).toBeNull();
    await expect(api.tickets.delete(created.id)).resolves.toBeUndefined();
  });

  it('answers many calls that come at once, each with its own', async () => {
    const { api } = await (await start())();
    const titles = Array.from({ length: 200 }, (_, index) => `ticket ${String(index)}`);
    const created = await Promise.all(titles.map((title) => api.tickets.create({ title })));
    expect(created.map(({ title }) => title)).toEqual(titles);
  });

  it('rejects bad input with InvalidInput and the name of the field', async () => {
    const { api } = await (await start())();
    const failure = await api.tickets
      .create({ title: 'x', priority: 'urgent' as 'high' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SweatShopError);
    expect(failure).toMatchObject({
      code: 'InvalidInput',
      details: { issues: [{ path: 'priority' }] },
    });
  });

  it('answers a channel that is not there with NotFound', async () => {
    const client = await (await start())();
    expect(await client.invoke('ticket:explode', [])).toMatchObject({
      ok: false,
      error: { code: 'NotFound', details: { channel: 'ticket:explode' } },
    });
  });

  it('tells every client of a change', async () => {
    const connect = await start();
    const [one, other] = [await connect(), await connect()];
    const heard = Promise.all(
      [one, other].map(({ api }) => new Promise((resolve) => api.db.onChanged(resolve))),
    );
    const { id } = await one.api.tickets.create({ title: 'x' });
    expect(await heard).toMatchObject([
      { tables: { tickets: [id] } },
      { tables: { tickets: [id] } },
    ]);
  });

  it('goes on without a client that left', async () => {
    const connect = await start();
    const [one, other] = [await connect(), await connect()];
    other.leave();
    await one.api.tickets.create({ title: 'x' });
    expect(await one.api.tickets.count()).toBe(1);
  });
});
