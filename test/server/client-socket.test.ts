import crypto from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBrowserHost } from '../../src/server/browser-host.ts';
import { UNKNOWN_ID } from '../../src/host/request-message.ts';
import { SweatShopError } from '../../src/shared/errors.ts';
import type { Envelope } from '../../src/shared/transport.ts';
import { SocketClient } from '../support/socket-client.ts';
import { startTestHost } from '../support/test-host.ts';

describe('the contract over a WebSocket', () => {
  it('creates, lists and updates tickets', async () => {
    const { api } = await (await startTestHost()).connect();
    const created = await api.tickets.create({ title: 'x' });
    expect(created).toMatchObject({ title: 'x', status: 'backlog', priority: 'medium' });
    expect(await api.tickets.list()).toEqual([created]);
    const updated = await api.tickets.update(created.id, { priority: 'high' });
    expect(updated).toMatchObject({ id: created.id, title: 'x', priority: 'high' });
    expect(await api.tickets.get(created.id)).toEqual(updated);
    expect(await api.tickets.get('tkt_none')).toBeNull();
    await expect(api.tickets.delete(created.id)).resolves.toBeUndefined();
  });

  it('rejects bad input with InvalidInput and the name of the field', async () => {
    const { api } = await (await startTestHost()).connect();
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
    const client = await (await startTestHost()).connect();
    expect(await client.invoke('ticket:explode', [])).toMatchObject({
      ok: false,
      error: { code: 'NotFound', details: { channel: 'ticket:explode' } },
    });
  });

  it('tells every client of a change', async () => {
    const host = await startTestHost();
    const [one, other] = [await host.connect(), await host.connect()];
    const pushes = Promise.all([one.nextPush('db:changed'), other.nextPush('db:changed')]);
    const { id } = await one.api.tickets.create({ title: 'x' });
    expect(await pushes).toMatchObject([
      { tables: { tickets: [id] } },
      { tables: { tickets: [id] } },
    ]);
  });

  it('goes on without a client that left', async () => {
    const host = await startTestHost();
    const [one, other] = [await host.connect(), await host.connect()];
    other.socket.terminate();
    await one.api.tickets.create({ title: 'x' });
    expect(await one.api.tickets.count()).toBe(1);
  });
});

describe('a malformed message', () => {
  it.each([
    ['text that is not JSON', '{', UNKNOWN_ID],
    ['JSON that is not an object', '[1]', UNKNOWN_ID],
    ['null', 'null', UNKNOWN_ID],
    ['no id', '{"channel":"ticket:list","args":[]}', UNKNOWN_ID],
    ['a bad id', '{"id":-5,"channel":"ticket:list","args":[]}', UNKNOWN_ID],
    ['no arguments', '{"id":7,"channel":"ticket:list"}', 7],
    ['a channel that is not text', '{"id":7,"channel":{},"args":[]}', 7],
    ['bytes', Buffer.from('{"id":7,"channel":"ticket:list","args":[]}'), UNKNOWN_ID],
  ])(
    'with %s is answered with InvalidInput, and the next one is served',
    async (_what, raw, id) => {
      const client = await (await startTestHost()).connect();
      expect(await client.sendRaw(raw)).toMatchObject({
        id,
        ok: false,
        error: { code: 'InvalidInput' },
      });
      expect(await client.api.tickets.count()).toBe(0);
    },
  );

  it('past the size limit ends that connection with the code for it, and no other', async () => {
    const host = await startTestHost({ messageBytes: 2_000 });
    const [client, other] = [await host.connect(), await host.connect()];
    client.socket.send('x'.repeat(2_001));
    const [code] = (await once(client.socket, 'close')) as [number];
    expect(code).toBe(1009);
    expect(await other.api.tickets.count()).toBe(0);
  });

  it('is not the largest ticket there can be', async () => {
    const { api } = await (await startTestHost()).connect();
    // A control character takes six bytes in JSON, the most there is.
    const long = '\u0001'.repeat(1_000_000);
    const created = await api.tickets.create({
      title: 'x',
      description: long,
      acceptanceCriteria: long,
    });
    expect(created.description).toHaveLength(1_000_000);
  });
});

describe('limits', () => {
  it('answer calls past the rate with LimitReached and let later ones through', async () => {
    const client = await (await startTestHost({ burstCalls: 3, callsPerSecond: 20 })).connect();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => client.invoke('ticket:count', [])),
    );
    expect(answers.slice(0, 3).every(({ ok }) => ok)).toBe(true);
    expect(answers[5]).toMatchObject({ ok: false, error: { code: 'LimitReached' } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await client.invoke('ticket:count', [])).toMatchObject({ ok: true });
  });

  it.each([
    ['text that is not JSON', '{'],
    ['bytes', Buffer.from('x')],
  ])('count %s like calls', async (_what, raw) => {
    const client = await (await startTestHost({ burstCalls: 2, callsPerSecond: 1 })).connect();
    for (const code of ['InvalidInput', 'InvalidInput', 'LimitReached']) {
      expect(await client.sendRaw(raw)).toMatchObject({ ok: false, error: { code } });
    }
  });

  it('read no more calls while enough are unanswered, and answer all of them in the end', async () => {
    let running = 0;
    let most = 0;
    const slowly = async (): Promise<Envelope> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      return { ok: true, value: null };
    };
    const host = await startBrowserHost({
      app: { call: slowly, onPush: () => () => undefined },
      token: 'token',
      pageDir: import.meta.dirname,
      port: 0,
      limits: { pendingCalls: 4 },
    });
    onTestFinished(() => host.close());
    const client = await SocketClient.open({ port: host.port, token: 'token' });
    // Longer than what is read from the network at once, so that each can be held back.
    const long = 'x'.repeat(200_000);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => client.invoke('any', [long])),
    );
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(4);
  });

  it('answer with LimitReached what is too large for one message, and go on', async () => {
    const line = 'x'.repeat(1_000_000);
    const lines = Array.from({ length: 600 }, () => line);
    const host = await startBrowserHost({
      app: {
        call: (channel) => Promise.resolve({ ok: true, value: channel === 'all' ? lines : null }),
        onPush: () => () => undefined,
      },
      token: 'token',
      pageDir: import.meta.dirname,
      port: 0,
    });
    onTestFinished(() => host.close());
    const client = await SocketClient.open({ port: host.port, token: 'token' });
    expect(await client.invoke('all', [])).toMatchObject({
      ok: false,
      error: {
        code: 'LimitReached',
        message: 'The answer is too large to send. Ask for fewer with limit.',
      },
    });
    expect(await client.invoke('few', [])).toMatchObject({ ok: true });
  });

  it('give up a client that does not read what it is sent', async () => {
    const host = await startTestHost({ unsentBytesToDrop: 1_000_000 });
    const client = await host.connect();
    const reader = await host.connect();
    const closed = once(client.socket, 'close');
    client.socket.pause();
    const agent = await host.api.agents.create();
    const data = 'x'.repeat(900_000);
    for (let count = 0; count < 20; count++) {
      await reader.api.agents.writeTerminal(agent.id, data);
    }
    client.socket.resume();
    await closed;
    expect(await reader.api.agents.list()).toHaveLength(1);
  });

  it('cut off a peer that does not answer pings, and keep one that does', async () => {
    const host = await startTestHost({ pingIntervalMs: 50 });
    const alive = await host.connect();
    const dead = net.connect({ host: '127.0.0.1', port: host.port });
    dead.write(
      [
        'GET /ws HTTP/1.1',
        `Host: 127.0.0.1:${String(host.port)}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}`,
        `Authorization: Bearer ${host.token}`,
        '\r\n',
      ].join('\r\n'),
    );
    dead.resume();
    await once(dead, 'close');
    expect(await alive.api.tickets.count()).toBe(0);
  });
});

describe('closing', () => {
  it('says goodbye to clients and frees the port', async () => {
    const host = await startTestHost();
    const client = await host.connect();
    const closed = once(client.socket, 'close') as Promise<[number]>;
    await host.close();
    expect((await closed)[0]).toBe(1001);
    await expect(host.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
