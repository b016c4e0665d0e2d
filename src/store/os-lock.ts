import { createHash } from 'node:crypto';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { errnoOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';

/** A lock that the operating system takes back when its process ends, however that happens. */
export type OsLock = {
  release(): Promise<void>;
};

/** Questions are short and rare; a crowd is somebody who wants to do harm. */
const MAX_CONNECTIONS = 8;

/**
 * Takes the lock of a home.
 *
 * Linux: an abstract socket. Windows: a named pipe. Elsewhere: an exclusive lock on a file of its own, which stays.
 *
 * @param home The real path of the home, the same for everyone who opens it.
 * @param onConnection Gets each connection to the socket or pipe, whoever made it; ended at the latest with the lock.
 * @returns null when another process, or another store in this one, holds it.
 * @throws System errors.
 */
export async function takeOsLock(
  fileSystem: FileSystem,
  home: string,
  onConnection: (socket: Socket) => void,
): Promise<OsLock | null> {
  const address = lockAddress(home);
  if (address !== null) return await listen(address, onConnection);
  return lockFile(fileSystem, path.join(home, 'lock.held'));
}

/**
 * Names the socket or pipe that is the lock of a home; null where a file is.
 *
 * @param home The real path of the home.
 */
export function lockAddress(home: string): string | null {
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 32);
  const name = `sweatshop-${String(process.getuid?.() ?? 'user')}-${digest}`;
  const { platform } = process;
  if (platform === 'linux' || platform === 'android') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : null;
}

function listen(address: string, onConnection: (socket: Socket) => void): Promise<OsLock | null> {
  return new Promise((resolve, reject) => {
    const sockets = new Set<Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      onConnection(socket);
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.once('error', (error) => {
      if (errnoOf(error) === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => {
      // A stranger's connection that fails is no reason to end this process.
      server.on('error', () => undefined);
      server.unref();
      resolve({
        release: () =>
          new Promise((released) => {
            server.close(() => {
              released();
            });
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function lockFile(fileSystem: FileSystem, file: string): OsLock | null {
  try {
    const descriptor = fileSystem.open(file, 'lock');
    return {
      release: () => {
        fileSystem.close(descriptor);
        return Promise.resolve();
      },
    };
  } catch (error) {
    if (['EAGAIN', 'EWOULDBLOCK'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}
