import { createHash } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { errnoOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';

/** A lock that the operating system takes back when its process ends, however that happens. */
export type OsLock = {
  release(): Promise<void>;
};

/**
 * Takes the lock of a home.
 *
 * Linux: an abstract socket. Windows: a named pipe. Elsewhere: an exclusive lock on a file of its own, which stays.
 *
 * @param home The real path of the home, the same for everyone who opens it.
 * @returns null when another process, or another store in this one, holds it.
 * @throws System errors.
 */
export async function takeOsLock(fileSystem: FileSystem, home: string): Promise<OsLock | null> {
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 32);
  const name = `sweatshop-${String(process.getuid?.() ?? 'user')}-${digest}`;
  const { platform } = process;
  if (platform === 'linux' || platform === 'android') return await listen(`\0${name}`);
  if (platform === 'win32') return await listen(`\\\\.\\pipe\\${name}`);
  return lockFile(fileSystem, path.join(home, 'lock.held'));
}

function listen(address: string): Promise<OsLock | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
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
