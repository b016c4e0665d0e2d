import type { Home } from '../../../src/host/open-home.ts';
import { startBrowserHost } from '../../../src/server/browser-host.ts';
import type { Envelope } from '../../../src/shared/transport.ts';
import { SocketClient } from '../../support/socket-client.ts';

const TOKEN = 'a-token-for-the-benchmark';
/** One client makes more calls here than a page ever would. */
const NO_LIMITS = { callsPerSecond: 1e9, burstCalls: 1e9 };

/** A way to an open home from outside. */
export type Route = {
  invoke(channel: string, args: readonly unknown[]): Promise<Envelope>;
  close(): Promise<void>;
};

/** Every transport, by the name that its row has. */
export const ROUTES: Readonly<Record<string, (home: Home) => Promise<Route>>> = {
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
