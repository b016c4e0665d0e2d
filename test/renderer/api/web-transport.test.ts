import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type * as Ws from 'ws';
import type { ConnectionState } from '../../../src/renderer/api/connection-state.ts';
import { WebTransport } from '../../../src/renderer/api/web-transport.ts';

// Modules are resolved as for a page here, and there ws has no server.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as typeof Ws;

type Request = { id: number; channel: string; args: unknown[] };

/** A real WebSocket server that answers with what it was asked, unless told to be silent. */
async function startServer(port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  let isSilent = false;
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { id, channel, args } = JSON.parse(data.toString()) as Request;
      if (!isSilent) socket.send(JSON.stringify({ id, ok: true, value: [channel, ...args] }));
    });
  });
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  onTestFinished(close);
  return {
    port: (server.address() as AddressInfo).port,
    close,
    push(message: unknown) {
      for (const socket of server.clients) socket.send(JSON.stringify(message));
    },
    protocols: () => [...server.clients].map(({ protocol }) => protocol),
    fallSilent() {
      isSilent = true;
    },
  };
}

function openTransport(port: number, isAlive = false, protocols: string[] = []) {
  const states: ConnectionState[] = [];
  const transport = new WebTransport({
    url: `ws://127.0.0.1:${String(port)}/ws`,
    prepare: () => Promise.resolve(protocols),
    isHostAlive: () => Promise.resolve(isAlive),
  });
  transport.onStateChanged((state) => states.push(state));
  return { transport, states };
}

it('holds calls back until the first connection stands, and matches answers by id', async () => {
  const { port } = await startServer();
  const { transport } = openTransport(port);
  const answers = await Promise.all([
    transport.invoke('a', [1]),
    transport.invoke('b', []),
    transport.invoke('c', ['x']),
  ]);
  expect(answers).toMatchObject([{ value: ['a', 1] }, { value: ['b'] }, { value: ['c', 'x'] }]);
});

it('asks for the subprotocols it was prepared with', async () => {
  const server = await startServer();
  const { transport } = openTransport(server.port, false, ['sweatshop.key']);
  await transport.invoke('ready', []);
  expect(server.protocols()).toEqual(['sweatshop.key']);
});

it('hands events to who listens and stops when told', async () => {
  const server = await startServer();
  const { transport } = openTransport(server.port);
  await transport.invoke('ready', []);
  const heard: unknown[] = [];
  const stop = transport.on('db:changed', (payload) => heard.push(payload));
  server.push({ event: 'db:changed', payload: 1 });
  await expect.poll(() => heard).toEqual([1]);
  stop();
  server.push({ event: 'db:changed', payload: 2 });
  await transport.invoke('later', []);
  expect(heard).toEqual([1]);
});

it('rejects what is under way when the connection breaks, refuses new calls, and comes back by itself', async () => {
  const server = await startServer();
  const { transport, states } = openTransport(server.port);
  await transport.invoke('ready', []);
  const heard: unknown[] = [];
  transport.on('db:changed', (payload) => heard.push(payload));
  server.fallSilent();
  const lost = transport.invoke('never', []);
  await server.close();
  await expect(lost).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(transport.invoke('too late', [])).rejects.toMatchObject({ code: 'Unavailable' });
  await startServer(server.port);
  await expect.poll(() => states, { timeout: 5_000 }).toEqual(['open', 'lost', 'open']);
  expect(await transport.invoke('again', [])).toMatchObject({ value: ['again'] });
  // Whatever happened meanwhile was not heard, so it has to be asked for.
  expect(heard).toMatchObject([{ tables: { tickets: null, chat_messages: null } }]);
});

it('tells a host that refuses this browser from one that is not there', async () => {
  const refusing = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: () => false,
  });
  await once(refusing, 'listening');
  onTestFinished(() => {
    refusing.close();
  });
  const { port } = refusing.address() as AddressInfo;
  const { transport } = openTransport(port, true);
  await expect.poll(() => transport.state).toBe('refused');
  refusing.close();
});
