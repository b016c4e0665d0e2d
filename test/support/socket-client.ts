import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { createApi } from '../../src/shared/api.ts';
import type { PushEventName, SweatShopApi } from '../../src/shared/ipc-channels.ts';
import type { Envelope, ServerMessage } from '../../src/shared/transport.ts';

/** How to connect; `protocols` are the subprotocols to ask for. */
export type SocketOptions = ClientOptions & {
  readonly path?: string;
  readonly protocols?: string[];
};

/** A program that talks to the browser host over its WebSocket. */
export class SocketClient {
  readonly api: SweatShopApi;
  readonly socket: WebSocket;
  /** Everything that came, in order. */
  readonly messages: ServerMessage[] = [];
  readonly #answers = new Map<number, (envelope: Envelope) => void>();
  readonly #listeners = new Set<(message: ServerMessage) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      this.messages.push(message);
      for (const listener of this.#listeners) listener(message);
      if ('id' in message) this.#answers.get(message.id)?.(message);
    });
    this.api = createApi({
      invoke: (channel, args) => this.invoke(channel, args),
      on: (event, listener) =>
        this.#listen((message) => {
          if ('event' in message && message.event === event) listener(message.payload);
        }),
    });
  }

  /** Connects with the token, as programs do. */
  static async open(address: { port: number; token: string }): Promise<SocketClient> {
    const socket = openSocket(address.port, {
      headers: { Authorization: `Bearer ${address.token}` },
    });
    await once(socket, 'open');
    return new SocketClient(socket);
  }

  async invoke(channel: string, args: readonly unknown[]): Promise<Envelope> {
    const id = this.#lastId++;
    const answer = new Promise<Envelope>((resolve) => this.#answers.set(id, resolve));
    this.socket.send(JSON.stringify({ id, channel, args }));
    return answer;
  }

  /** Sends a text as it is and gives the next message that comes. */
  async sendRaw(text: string | Buffer): Promise<ServerMessage> {
    const next = new Promise<ServerMessage>((resolve) => {
      const stop = this.#listen((message) => {
        stop();
        resolve(message);
      });
    });
    this.socket.send(text);
    return next;
  }

  /** Gives the payload of the next push event of that name. */
  async nextPush(event: PushEventName): Promise<unknown> {
    return new Promise((resolve) => {
      const stop = this.#listen((message) => {
        if (!('event' in message) || message.event !== event) return;
        stop();
        resolve(message.payload);
      });
    });
  }

  #listen(listener: (message: ServerMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Begins to connect; what happens then is up to the caller. */
export function openSocket(
  port: number,
  { path = '/ws', protocols = [], ...options }: SocketOptions = {},
): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${String(port)}${path}`, protocols, options);
}

/** Tries to connect and gives the status with which that was refused, or 101 when it was not. */
export async function handshakeStatus(port: number, options: SocketOptions = {}): Promise<number> {
  const socket = openSocket(port, options);
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}
