import fs from 'node:fs';
import net, { type Server } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../core/app.ts';
import { messageOf } from '../../shared/errors.ts';
import { readLockRecord } from '../../store/lock-record.ts';
import { nodeFileSystem } from '../../store/node-file-system.ts';
import { defaultLimits } from '../limits.ts';
import type { Home } from '../open-home.ts';
import { isOwnFolder, makeOwnFolder, socketPlaces, type SocketPlace } from './address.ts';
import { LocalClient, type LocalLimits } from './local-client.ts';

const OWNER_ONLY = 0o600;
const GOODBYE_MS = 500;
/** Many times the commands that people and agents run at once. */
const MAX_CONNECTIONS = 512;

/** The socket over which commands reach the owner of a home. */
export type LocalSocket = {
  /** Where it listens; null where the system lets it listen nowhere, so that commands find the home busy. */
  readonly address: string | null;
  /** Takes no more calls, sends the answers under way and hangs up. */
  close(): Promise<void>;
};

export type LocalSocketOptions = {
  readonly app: Pick<App, 'call' | 'onPush'>;
  /** The folder of a home that this process has open. */
  readonly homePath: string;
  readonly version: string;
  readonly limits?: Partial<LocalLimits>;
};

/**
 * Lets commands of the same user work with the application of a home, over a socket in it.
 *
 * That it cannot listen keeps nobody from their data, and is only written down.
 */
export async function startLocalSocket(options: LocalSocketOptions): Promise<LocalSocket> {
  const { app, version } = options;
  const home = fs.realpathSync(options.homePath);
  const nonce = readLockRecord(nodeFileSystem, path.join(home, 'lock'))?.nonce;
  const limits = { ...defaultLimits, ...options.limits };
  const clients = new Set<LocalClient>();
  const openSockets = new Set<net.Socket>();
  const server = net.createServer();
  server.maxConnections = MAX_CONNECTIONS;
  const call = app.call.bind(app);
  server.on('connection', (socket) => {
    const client = new LocalClient(socket, { nonce: nonce ?? '', version, limits, call });
    clients.add(client);
    openSockets.add(socket);
    socket.once('close', () => {
      clients.delete(client);
      openSockets.delete(socket);
    });
  });
  // Without a record nobody could show what it says, or learn where this is.
  const address = nonce === undefined ? null : await listen(server, socketPlaces(home, nonce));
  if (address === null) return { address, close: () => Promise.resolve() };

  const stopPushing = app.onPush((event, payload) => {
    if (clients.size === 0) return;
    const text = JSON.stringify({ event, payload });
    for (const client of clients) client.push(text);
  });
  return {
    address,
    async close() {
      stopPushing();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.close();
      await Promise.race([closed, sleep(GOODBYE_MS)]);
      for (const socket of openSockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Lets commands work with an open home until it is closed.
 *
 * @param version Of this SweatShop.
 * @returns The same home, which hangs up on commands before it closes.
 */
export async function withLocalSocket(home: Home, version: string): Promise<Home> {
  try {
    const socket = await startLocalSocket({ app: home.app, homePath: home.path, version });
    return {
      ...home,
      async close() {
        await socket.close();
        await home.close();
      },
    };
  } catch (error) {
    await home.close();
    throw error;
  }
}

async function listen(server: Server, places: readonly SocketPlace[]): Promise<string | null> {
  let failure: unknown = null;
  for (const place of places) {
    try {
      await listenAt(server, place);
      // A connection that fails is no reason to end this process.
      server.on('error', () => undefined);
      return place.address;
    } catch (error) {
      failure = error;
    }
  }
  process.emitWarning(`Commands cannot reach this SweatShop: ${messageOf(failure)}`);
  return null;
}

async function listenAt(server: Server, { address, folder }: SocketPlace): Promise<void> {
  if (folder !== null) {
    makeOwnFolder(folder);
    if (!isOwnFolder(folder)) throw new Error(`${folder} is open to others, or not yours.`);
  }
  const isFile = process.platform !== 'win32';
  if (isFile) removeStale(address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: address }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (isFile) closeToOthers(address);
}

function closeToOthers(address: string): void {
  try {
    fs.chmodSync(address, OWNER_ONLY);
  } catch {
    // Where a disk keeps no permissions of sockets, the folder is what keeps others out.
  }
}

/** This process holds the lock of the home, so that a socket that lies there belongs to a process that was killed. */
function removeStale(address: string): void {
  if (fs.lstatSync(address, { throwIfNoEntry: false })?.isSocket()) fs.unlinkSync(address);
}
