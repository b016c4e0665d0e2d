import fs from 'node:fs';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import type { PushEventName } from '../../shared/ipc-channels.ts';
import { fromWireError, SweatShopError, toWireError } from '../../shared/errors.ts';
import type { Envelope, RequestMessage, ServerMessage, Transport } from '../../shared/transport.ts';
import { readLockRecord } from '../../store/lock-record.ts';
import { nodeFileSystem } from '../../store/node-file-system.ts';
import { defaultLimits } from '../limits.ts';
import { UNKNOWN_ID } from '../request-message.ts';
import { isOwnFolder, socketPlaces, type SocketPlace } from './address.ts';
import { OwnerHelloSchema, readHello, type ClientHello } from './hello.ts';
import { LineReader } from './line-reader.ts';

/** The application of a home that another process has open. */
export interface OwnerConnection extends Transport {
  /** Of the SweatShop at the other end. */
  readonly version: string;
  /** Hangs up; calls under way reject. */
  close(): void;
}

/**
 * Connects to the process that has a home open.
 *
 * @param homePath The folder of the home.
 * @param timeoutMs How long an owner that is busy may take to answer.
 * @returns null when nobody has it open, or whoever has it listens to nobody.
 */
export async function connectToOwner(
  homePath: string,
  timeoutMs: number,
): Promise<OwnerConnection | null> {
  const home = realPathOf(homePath);
  if (home === null) return null;
  const nonce = readLockRecord(nodeFileSystem, path.join(home, 'lock'))?.nonce;
  if (nonce === undefined) return null;
  const deadlineMs = performance.now() + timeoutMs;
  for (const place of socketPlaces(home, nonce)) {
    if (!isThere(place)) continue;
    const connection = await connectTo(place.address, nonce, deadlineMs - performance.now());
    if (connection) return connection;
  }
  return null;
}

function realPathOf(homePath: string): string | null {
  try {
    return fs.realpathSync(homePath);
  } catch {
    return null;
  }
}

/** A socket where others could have put it is nobody's. */
function isThere({ address, folder }: SocketPlace): boolean {
  if (process.platform === 'win32') return true;
  if (folder !== null && !isOwnFolder(folder)) return false;
  return fs.lstatSync(address, { throwIfNoEntry: false })?.isSocket() === true;
}

function connectTo(
  address: string,
  nonce: string,
  timeoutMs: number,
): Promise<OwnerConnection | null> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: address });
    const lines = new LineReader();
    const limit = setTimeout(() => socket.destroy(), Math.max(1, timeoutMs));
    const onClose = () => {
      clearTimeout(limit);
      resolve(null);
    };
    const hello: ClientHello = { nonce, events: true };
    socket.write(`${JSON.stringify(hello)}\n`);
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.once('close', onClose);
    const onData = (chunk: Buffer) => {
      lines.push(chunk);
      const line = lines.next(Infinity);
      if (line === null) return;
      const answer = line === 'tooLong' ? null : readHello(OwnerHelloSchema, line.text);
      if (!answer) {
        socket.destroy();
        return;
      }
      clearTimeout(limit);
      socket.off('data', onData);
      socket.off('close', onClose);
      resolve(new SocketConnection(socket, lines, answer.version));
    };
    socket.on('data', onData);
  });
}

type Waiting = {
  readonly resolve: (envelope: Envelope) => void;
  readonly reject: (error: SweatShopError) => void;
};

class SocketConnection implements OwnerConnection {
  readonly version: string;
  readonly #socket: Socket;
  readonly #lines: LineReader;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<PushEventName, Set<(payload: unknown) => void>>();
  #lastId = 0;
  #isLost = false;

  /** @param lines Holds what came after the owner's first line. */
  constructor(socket: Socket, lines: LineReader, version: string) {
    this.#socket = socket;
    this.#lines = lines;
    this.version = version;
    socket.on('data', (chunk: Buffer) => {
      lines.push(chunk);
      this.#read();
    });
    socket.once('close', () => {
      this.#isLost = true;
      this.#rejectAll(lost());
    });
    this.#read();
  }

  async invoke(channel: string, args: readonly unknown[]): Promise<Envelope> {
    if (this.#isLost) throw gone();
    const id = ++this.#lastId;
    const text = JSON.stringify({ id, channel, args } satisfies RequestMessage);
    const { messageBytes } = defaultLimits;
    if (Buffer.byteLength(text) > messageBytes) {
      const message = `This is more than the ${String(messageBytes)} bytes that can be sent at once.`;
      return { ok: false, error: toWireError(new SweatShopError('LimitReached', message)) };
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${text}\n`);
    });
  }

  on(event: PushEventName, listener: (payload: unknown) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(): void {
    for (;;) {
      const line = this.#lines.next(Infinity);
      if (line === null || line === 'tooLong') return;
      this.#take(JSON.parse(line.text) as ServerMessage);
    }
  }

  #take(message: ServerMessage): void {
    if ('event' in message) {
      for (const listener of this.#listeners.get(message.event) ?? []) listener(message.payload);
      return;
    }
    const { id, ...envelope } = message;
    if (id === UNKNOWN_ID && !envelope.ok) this.#rejectAll(fromWireError(envelope.error));
    this.#waiting.get(id)?.resolve(envelope);
    this.#waiting.delete(id);
  }

  #rejectAll(error: SweatShopError): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}

function gone(): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    'SweatShop was closed. Run the command again to work without it.',
  );
}

function lost(): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    'SweatShop ended before it answered: it is not known whether the last change was made. Look before you run the command again.',
  );
}
