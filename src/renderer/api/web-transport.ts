import { SweatShopError } from '../../shared/errors.ts';
import type { PushEventName, PushPayload } from '../../shared/ipc-channels.ts';
import type { Envelope, RequestMessage, ServerMessage, Transport } from '../../shared/transport.ts';
import type { ConnectionState } from './connection-state.ts';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** What is said when the connection is back: nobody knows what happened meanwhile. */
const ANYTHING_CHANGED: PushPayload<'db:changed'> = {
  tables: {
    tickets: null,
    agents: null,
    scratch_orgs: null,
    chat_messages: null,
    ticket_runs: null,
    refined_prompts: null,
  },
};

export type WebTransportOptions = {
  readonly url: string;
  /** Called before each try, for what may have to be fetched first; gives the subprotocols to ask for. */
  readonly prepare: () => Promise<string[]>;
  /** Asked when a connection was not accepted: a host that is there then refuses this browser. */
  readonly isHostAlive: () => Promise<boolean>;
};

type Call = { resolve(envelope: Envelope): void; reject(error: SweatShopError): void };

/**
 * Carries calls and events over a WebSocket that comes back by itself when it breaks.
 *
 * After a break it tells every listener of `db:changed` that anything may have changed.
 */
export class WebTransport implements Transport {
  readonly #options: WebTransportOptions;
  readonly #calls = new Map<number, Call>();
  readonly #eventListeners = new Map<PushEventName, Set<(payload: unknown) => void>>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'connecting';
  #socket: WebSocket | null = null;
  /** Calls made before the first connection stands; later ones are refused at once instead. */
  #unsent: RequestMessage[] = [];
  #lastId = 0;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WebTransportOptions) {
    this.#options = options;
    void this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Rejects with Unavailable while there is no connection, and when it breaks before the answer. */
  invoke(channel: string, args: readonly unknown[]): Promise<Envelope> {
    const { promise, resolve, reject } = Promise.withResolvers<Envelope>();
    if (this.#state === 'lost' || this.#state === 'refused') {
      reject(unavailable('SweatShop cannot be reached, so nothing was changed.'));
      return promise;
    }
    const message: RequestMessage = { id: ++this.#lastId, channel, args };
    this.#calls.set(message.id, { resolve, reject });
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
    else this.#unsent.push(message);
    return promise;
  }

  on(event: PushEventName, listener: (payload: unknown) => void): () => void {
    const listeners = this.#eventListeners.get(event) ?? new Set();
    this.#eventListeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  onStateChanged(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => {
      this.#stateListeners.delete(listener);
    };
  }

  retry(): void {
    if (this.#state !== 'lost' && this.#state !== 'refused') return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  }

  async #connect(): Promise<void> {
    let protocols: string[];
    try {
      protocols = await this.#options.prepare();
    } catch {
      this.#lose('lost');
      return;
    }
    const socket = new WebSocket(this.#options.url, protocols);
    this.#socket = socket;
    let wasOpen = false;
    socket.addEventListener('open', () => {
      const isBack = this.#state !== 'connecting';
      wasOpen = true;
      this.#retryMs = FIRST_RETRY_MS;
      for (const message of this.#unsent.splice(0)) socket.send(JSON.stringify(message));
      this.#setState('open');
      if (isBack) this.#emit('db:changed', ANYTHING_CHANGED);
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.#receive(JSON.parse(data) as ServerMessage);
    });
    socket.addEventListener('close', () => void this.#handleClose(wasOpen));
  }

  async #handleClose(wasOpen: boolean): Promise<void> {
    if (wasOpen) this.#lose('lost');
    else this.#lose((await this.#options.isHostAlive()) ? 'refused' : 'lost');
  }

  #receive(message: ServerMessage): void {
    if ('event' in message) {
      this.#emit(message.event, message.payload);
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    call?.resolve(message);
  }

  #emit(event: PushEventName, payload: unknown): void {
    for (const listener of this.#eventListeners.get(event) ?? []) listener(payload);
  }

  #lose(state: 'lost' | 'refused'): void {
    this.#socket = null;
    this.#failCalls();
    this.#setState(state);
    this.#retryTimer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #failCalls(): void {
    this.#unsent = [];
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) {
      call.reject(unavailable('The connection broke before SweatShop answered.'));
    }
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}

function unavailable(message: string): SweatShopError {
  return new SweatShopError('Unavailable', message);
}
