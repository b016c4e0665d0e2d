import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { readAddress } from '../support/running-server.ts';
import { SocketClient } from '../support/socket-client.ts';

const SERVER_FILE = path.resolve(import.meta.dirname, '../../.vite/build/server.js');

/** The built browser host in a process of its own, which a test ends without warning. */
export class Victim {
  readonly process: ChildProcess;
  readonly #address: Promise<string>;
  readonly #exited: Promise<unknown>;

  /**
   * Starts it; it may not be ready for long.
   *
   * @param home The folder of its data.
   * @param launcher A program and its arguments that start what follows them, such as one that limits it.
   */
  constructor(home: string, launcher: readonly string[] = []) {
    const words = [...launcher, process.execPath, SERVER_FILE, '--no-open', '--port', '0'];
    const [program = process.execPath, ...args] = words;
    this.process = spawn(program, args, { env: { ...process.env, SWEATSHOP_HOME: home } });
    this.#exited = once(this.process, 'exit');
    this.#address = readAddress(this.process);
    // Whoever kills it before it is ready does not ask for its address.
    this.#address.catch(() => undefined);
  }

  /**
   * Connects as a program does, as soon as it is ready.
   *
   * @throws Error with what it printed when it ends instead.
   */
  async connect(): Promise<SocketClient> {
    const url = new URL(await this.#address);
    const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
    const client = await SocketClient.open({ port: Number(url.port), token });
    // It is going to be killed with calls on their way.
    client.socket.on('error', () => undefined);
    return client;
  }

  /** Ends it as a power cut would end it; resolves when it is gone. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#exited;
  }
}

/** Starts a victim that does not outlive the test. */
export function startVictim(home: string, launcher?: readonly string[]): Victim {
  const victim = new Victim(home, launcher);
  onTestFinished(() => victim.kill());
  return victim;
}
