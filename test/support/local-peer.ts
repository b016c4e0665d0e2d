import { readFileSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A program that writes to a local socket whatever it likes. */
export class LocalPeer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #text = '';

  constructor(address: string) {
    this.socket = net.connect({ path: address });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve();
      });
    });
    this.socket.setEncoding('utf8').on('data', (chunk: string) => (this.#text += chunk));
    this.socket.on('error', () => undefined);
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  say(...lines: unknown[]): this {
    for (const line of lines) {
      this.socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    }
    return this;
  }

  /** Every whole line that came so far. */
  get lines(): unknown[] {
    return this.#text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  }
}

/** Gives the nonce that the lock record of a home has. */
export function nonceOf(home: string): string {
  return (JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8')) as { nonce: string }).nonce;
}
