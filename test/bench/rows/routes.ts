import { startLocalSocket } from '../../../src/host/local-socket/local-socket.ts';
import { connectToOwner } from '../../../src/host/local-socket/owner-connection.ts';
import type { Home } from '../../../src/host/open-home.ts';
import { startBrowserHost } from '../../../src/server/browser-host.ts';
import type { Envelope } from '../../../src/shared/transport.ts';
import { SocketClient } from '../../support/socket-client.ts';

const TOKEN = 'a-token-for-the-benchmark';
const CONNECT_TIMEOUT_MS = 1_000;
/** One client makes more calls here than a page ever would. */
const NO_LIMITS = { callsPerSecond: 1e9, burstCalls: 1e9 };

/** A way to an open home from outside. */
export type Route = {
  invoke(channel: string, args: readonly unknown[]): Promise<Envelope>;
  close(): Promise<void>;
};

/** Every transport, by the name that its row has. */
export const ROUTES: Readonly<Record<string, (home: Home) => Promise<Route>>> = {
  'the local socket': async (home) => {
    const socket = await startLocalSocket({ app: home.app, homePath: home.path, version: 'bench' });
    const connection = await connectToOwner(home.path, CONNECT_TIMEOUT_MS);
    if (!connection) throw new Error('Nobody answers at the local socket.');
    return {
      invoke: (channel, args) => connection.invoke(channel, args),
      close: async () => {
        connection.close();
        await socket.close();
      },
    };
  },
  WebSocket: async (home) => {
    const host = await startBrowserHost({
      ...{ app: home.app, token: TOKEN, pageDir: home.path, port: 0, limits: NO_LIMITS },
    });
    const client = await SocketClient.open({ port: host.port, token: TOKEN });
    return {
      invoke: (channel, args) => client.invoke(channel, args),
      close: () => host.close(),
    };
  },
};
