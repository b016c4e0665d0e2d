import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { App } from '../core/app.ts';
import { SweatShopError } from '../shared/errors.ts';
import { Access } from './access.ts';
import { ClientSocket } from './client-socket.ts';
import { createHttpRoutes } from './http-routes.ts';
import { defaultLimits, type Limits } from '../host/limits.ts';

const LOOPBACK = '127.0.0.1';
const SOCKET_PATH = '/ws';
const DEFAULT_PORT = 4317;
const PORTS_TO_TRY = 20;
const GOODBYE_MS = 500;

/** A running browser host. */
export type BrowserHost = {
  readonly port: number;
  /** The address to open, with the token in its fragment. */
  readonly url: string;
  /** Takes no more calls, says goodbye to every client and frees the port. */
  close(): Promise<void>;
};

export type BrowserHostOptions = {
  readonly app: Pick<App, 'call' | 'onPush'>;
  readonly token: string;
  /** The folder of the built page. */
  readonly pageDir: string;
  /** 0 takes any free port; without it the usual one is taken, or the next that is free. */
  readonly port?: number | undefined;
  readonly limits?: Partial<Limits>;
};

/**
 * Serves the page and its WebSocket on the loopback interface.
 *
 * @throws SweatShopError Busy when the port is taken.
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const limits = { ...defaultLimits, ...options.limits };
  const server = http.createServer();
  const port = await listen(server, options.port);
  const access = new Access(port, options.token);
  const clients = new Set<ClientSocket>();
  /** Once upgraded, a connection is no longer among those that the server closes. */
  const upgradeStreams = new Set<Duplex>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
  });

  server.on('request', createHttpRoutes(access, options.pageDir));
  server.on('upgrade', (request, stream, head) => {
    upgradeStreams.add(stream);
    stream.once('close', () => upgradeStreams.delete(stream));
    if (!access.isOwn(request) || !access.isSignedIn(request)) {
      refuseUpgrade(stream, '403 Forbidden', 'Forbidden');
    } else if (request.url?.split('?')[0] !== SOCKET_PATH) {
      refuseUpgrade(stream, '404 Not Found', 'NotFound');
    } else {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const client = new ClientSocket(socket, options.app.call.bind(options.app), limits);
        clients.add(client);
        socket.on('close', () => clients.delete(client));
      });
    }
  });
  const stopPushing = options.app.onPush((event, payload) => {
    if (clients.size === 0) return;
    const text = JSON.stringify({ event, payload });
    for (const client of clients) client.push(text);
  });
  const pinging = setInterval(() => {
    for (const client of clients) client.ping();
  }, limits.pingIntervalMs);

  return {
    port,
    url: `http://${LOOPBACK}:${String(port)}/#token=${options.token}`,
    async close() {
      clearInterval(pinging);
      stopPushing();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.close();
      server.closeIdleConnections();
      await Promise.race([closed, sleep(GOODBYE_MS)]);
      for (const stream of upgradeStreams) stream.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number | undefined): Promise<number> {
  const candidates =
    port === undefined
      ? Array.from({ length: PORTS_TO_TRY }, (_, index) => DEFAULT_PORT + index)
      : [port];
  for (const candidate of candidates) {
    if (await tryListen(server, candidate)) return (server.address() as AddressInfo).port;
  }
  const what =
    port === undefined ? `Ports ${String(DEFAULT_PORT)} and up are` : `Port ${String(port)} is`;
  throw new SweatShopError('Busy', `${what} taken by another program. Choose another with --port.`);
}

async function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      // Windows keeps some ports to itself and calls that EACCES.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

function refuseUpgrade(stream: Duplex, status: string, code: 'Forbidden' | 'NotFound'): void {
  const message =
    code === 'Forbidden'
      ? 'Show the token first, from the page of this address.'
      : 'There is nothing at this path.';
  const body = JSON.stringify({ ok: false, error: { code, message, details: {} } });
  stream.on('error', () => undefined);
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${String(Buffer.byteLength(body))}`;
  // A client that keeps its half open would hold up the end of the server.
  stream.end(`${head}\r\n\r\n${body}`, () => {
    stream.destroy();
  });
}
