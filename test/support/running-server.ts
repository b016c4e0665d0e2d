import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { SocketClient } from './socket-client.ts';

const SERVER_FILE = path.resolve(import.meta.dirname, '../../.vite/build/server.js');
const READY = /^SweatShop is running at (\S+)\n/m;

/** The built browser host in a process of its own. */
export type RunningServer = {
  /** With the token in its fragment. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly process: ChildProcess;
  /** Connects as a program. */
  connect(): Promise<SocketClient>;
  /** Stops it as a person would, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/**
 * Starts the built browser host; it is stopped when the test ends.
 *
 * @param home The folder of its data.
 * @param port As for `--port`; a page that is to survive a restart needs the same one again.
 */
export async function startServer(home: string, port = 0): Promise<RunningServer> {
  const args = [SERVER_FILE, '--no-open', '--port', String(port)];
  const child = spawn(process.execPath, args, { env: { ...process.env, SWEATSHOP_HOME: home } });
  const closed = once(child, 'close');
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    child.kill(signal);
    await closed;
    return child.exitCode;
  };
  onTestFinished(async () => {
    await stop();
  });

  const url = new URL(await readAddress(child));
  const address = {
    port: Number(url.port),
    token: new URLSearchParams(url.hash.slice(1)).get('token') ?? '',
  };
  return {
    url: url.href,
    ...address,
    process: child,
    connect: () => SocketClient.open(address),
    stop,
  };
}

/**
 * Waits for the line that a started SweatShop prints.
 *
 * @returns The address with the token.
 * @throws Error with its output when it ends without that line.
 */
export async function readAddress(child: ChildProcess): Promise<string> {
  let stdout = '';
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const address = READY.exec(stdout)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.on('close', () => {
      reject(new Error(`The server ended before it was ready.\n${stdout}${stderr}`));
    });
  });
}
