import { once } from 'node:events';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/shared/transport.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { rounds } from './extent.ts';

const SERVER = path.join(import.meta.dirname, '../../.vite/build/server.js');
const STOPS = rounds(40, 200);
/** As many servers at once as keep two cores busy; each has a home of its own. */
const LANES = 4;
const WRITERS = 8;
const LONGEST_RUN_MS = 150;

type Server = {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly url: URL;
};

async function startServer(home: string): Promise<Server> {
  const child = spawn(process.execPath, [SERVER, '--port', '0', '--no-open'], {
    env: { ...process.env, SWEATSHOP_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  for await (const text of child.stdout) {
    output += String(text);
    const url = /running at (\S+)\n/.exec(output)?.[1];
    if (url !== undefined) return { process: child, url: new URL(url) };
  }
  throw new Error(`The server did not start: ${output}`);
}

/** A client that never stops writing, and knows what it was told is written. */
class BusyClient {
  readonly answeredTitles: string[] = [];
  readonly #socket: WebSocket;
  readonly #round: number;
  readonly #pending = new Map<number, string | null>();
  #lastId = 0;

  constructor({ url }: Server, round: number) {
    const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
    this.#round = round;
    this.#socket = new WebSocket(`ws://${url.host}/ws`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    // The server may go while a call is on its way.
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data: Buffer) => {
      this.#receive(JSON.parse(data.toString()) as ServerMessage);
    });
  }

  /** Starts writers, and one more client that has everything saved all the time, so that stops meet running flushes. */
  async start(): Promise<void> {
    await once(this.#socket, 'open');
    for (let writer = 0; writer < WRITERS; writer++) this.#create();
    this.#flush();
  }

  #receive(message: ServerMessage): void {
    if (!('id' in message)) return;
    const title = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (title === null) {
      this.#flush();
      return;
    }
    if (message.ok && title !== undefined) this.answeredTitles.push(title);
    this.#create();
  }

  #create(): void {
    const title = `round ${String(this.#round)} ticket ${String(this.#lastId)}`;
    this.#send('ticket:create', [{ title, description: 'x'.repeat(500) }], title);
  }

  #flush(): void {
    this.#send('db:flush', [], null);
  }

  #send(channel: string, args: unknown[], title: string | null): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const id = this.#lastId++;
    this.#pending.set(id, title);
    this.#socket.send(JSON.stringify({ id, channel, args }));
  }
}

/** Gives the titles of all tickets; fails when the file is not a whole database. */
function readTitles(home: string): Set<string> {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const rows = database.prepare('SELECT title FROM tickets').all();
    return new Set(rows.map(({ title }) => String(title)));
  } finally {
    database.close();
  }
}

async function stopWhileWriting(home: string, round: number): Promise<number> {
  const server = await startServer(home);
  const exited = once(server.process, 'exit');
  const client = new BusyClient(server, round);
  await client.start();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_RUN_MS));
  server.process.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);

  const titles = readTitles(home);
  expect(client.answeredTitles.filter((title) => !titles.has(title))).toEqual([]);
  expect(readdirSync(home).filter((name) => name.endsWith('.tmp') || name === 'lock')).toEqual([]);
  return client.answeredTitles.length;
}

it(
  `keeps the file whole and every answered write through ${String(STOPS)} stops by SIGTERM while writing`,
  { timeout: 120_000 },
  async () => {
    const lanes = Array.from({ length: LANES }, async () => {
      let home = temporaryFolder();
      let answered = 0;
      for (let round = 0; round < STOPS / LANES; round++) {
        // A fresh home now and then also meets the making of the very first file.
        if (round % 10 === 0) home = temporaryFolder();
        answered += await stopWhileWriting(home, round);
      }
      return answered;
    });
    const answered = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
    expect(answered).toBeGreaterThan(STOPS);
  },
);
