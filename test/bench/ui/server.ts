import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const SERVER_FILE = path.join(import.meta.dirname, '../build/server.js');
const READY = /^SweatShop is running at (\S+)\n/m;

/** The built browser host in a process of its own. */
export type Server = {
  /** With the token in its fragment. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/**
 * Starts the built browser host.
 *
 * @param home The folder of its data.
 * @throws Error with its output when it ends before it is ready.
 */
export async function startServer(home: string): Promise<Server> {
  const child = spawn(process.execPath, [SERVER_FILE, '--no-open', '--port', '0'], {
    env: { ...process.env, SWEATSHOP_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = READY.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.on('close', () => {
      reject(new Error(`The server ended before it was ready.\n${output}`));
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  return { url, stop };
}
