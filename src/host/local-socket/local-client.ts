import type { Socket } from 'node:net';
import { invalidInput, SweatShopError } from '../../shared/errors.ts';
import type { Envelope } from '../../shared/transport.ts';
import { isNonce } from '../../store/owner-query.ts';
import { toAnswerText, toFaultText } from '../answer-message.ts';
import type { Limits } from '../limits.ts';
import { readRequest, UNKNOWN_ID } from '../request-message.ts';
import { ClientHelloSchema, HELLO_MAX_BYTES, readHello, type OwnerHello } from './hello.ts';
import { LineReader } from './line-reader.ts';

const HELLO_TIMEOUT_MS = 2_000;
/** A client that sent too much is told why, and gets this long to read it. */
const GOODBYE_MS = 1_000;

/** What a local client may do; it waits for its answers, so that nothing has to count its calls by the second. */
export type LocalLimits = Pick<
  Limits,
  'messageBytes' | 'pendingCalls' | 'unsentBytesToPause' | 'unsentBytesToDrop'
>;

export type LocalClientOptions = {
  /** As the lock record has it. */
  readonly nonce: string;
  readonly version: string;
  readonly limits: LocalLimits;
  /** Answers calls; it never rejects. */
  readonly call: (channel: string, args: readonly unknown[]) => Promise<Envelope>;
};

/** One command that is connected: a line for each message, both ways. */
export class LocalClient {
  readonly #socket: Socket;
  readonly #options: LocalClientOptions;
  readonly #lines = new LineReader();
  readonly #helloTimer: NodeJS.Timeout;
  #state: 'unknown' | 'open' | 'closing' | 'ended' = 'unknown';
  #wantsEvents = false;
  #pendingCalls = 0;

  constructor(socket: Socket, options: LocalClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#helloTimer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS).unref();
    socket.on('data', (chunk: Buffer) => {
      // What comes after the end is read, so that the end can be delivered, and thrown away.
      if (this.#state === 'ended') return;
      this.#lines.push(chunk);
      this.#work();
    });
    socket.on('drain', () => {
      this.#work();
    });
    socket.once('close', () => {
      this.#state = 'ended';
      clearTimeout(this.#helloTimer);
    });
    // A client that is gone is no fault of ours; 'close' follows.
    socket.on('error', () => undefined);
  }

  /** Sends a text that was serialised once for all clients, or gives up a client that cannot keep up. */
  push(text: string): void {
    if (!this.#wantsEvents || this.#state !== 'open') return;
    if (this.#socket.writableLength > this.#options.limits.unsentBytesToDrop) {
      this.#socket.destroy();
    } else {
      this.#send(text);
    }
  }

  /** Takes no more calls, and ends when those under way are answered. */
  close(): void {
    if (this.#state === 'unknown') {
      this.#socket.destroy();
    } else if (this.#state === 'open') {
      this.#state = 'closing';
      this.#endWhenAnswered();
    }
  }

  /** Takes lines as long as the client has not enough under way; the system then makes it wait. */
  #work(): void {
    const { messageBytes } = this.#options.limits;
    while (this.#state !== 'ended' && !this.#isFull()) {
      const line = this.#lines.next(this.#state === 'unknown' ? HELLO_MAX_BYTES : messageBytes);
      if (line === null) break;
      if (this.#state === 'unknown') this.#greet(line);
      else if (line === 'tooLong') this.#refuseTooLong();
      else this.#take(line.text);
    }
    if (this.#isFull()) this.#socket.pause();
    else this.#socket.resume();
  }

  #isFull(): boolean {
    const { pendingCalls, unsentBytesToPause } = this.#options.limits;
    return (
      this.#state !== 'ended' &&
      (this.#pendingCalls >= pendingCalls || this.#socket.writableLength > unsentBytesToPause)
    );
  }

  #greet(line: { readonly text: string } | 'tooLong'): void {
    const hello = line === 'tooLong' ? null : readHello(ClientHelloSchema, line.text);
    if (!hello || !isNonce(hello.nonce, this.#options.nonce)) {
      this.#state = 'ended';
      this.#socket.destroy();
      return;
    }
    clearTimeout(this.#helloTimer);
    this.#state = 'open';
    this.#wantsEvents = hello.events;
    const answer: OwnerHello = { hello: true, version: this.#options.version };
    this.#send(JSON.stringify(answer));
  }

  #take(text: string): void {
    const request = readRequest(text);
    if ('fault' in request) {
      this.#send(toFaultText(request.id, request.fault));
    } else if (this.#state === 'closing') {
      const fault = new SweatShopError('Unavailable', 'SweatShop is closing.');
      this.#send(toFaultText(request.id, fault));
    } else {
      this.#pendingCalls += 1;
      void this.#call(request.id, request.channel, request.args);
    }
  }

  async #call(id: number, channel: string, args: readonly unknown[]): Promise<void> {
    const envelope = await this.#options.call(channel, args);
    this.#pendingCalls -= 1;
    this.#send(toAnswerText(id, envelope));
    if (this.#state === 'closing') this.#endWhenAnswered();
    else this.#work();
  }

  #refuseTooLong(): void {
    const most = String(this.#options.limits.messageBytes);
    const fault = invalidInput({ path: '', message: `A message has at most ${most} bytes.` });
    this.#send(toFaultText(UNKNOWN_ID, fault));
    this.#end();
    setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref();
  }

  #endWhenAnswered(): void {
    if (this.#pendingCalls === 0) this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#socket.end();
    this.#socket.resume();
  }

  #send(text: string): void {
    if (this.#socket.writable) this.#socket.write(`${text}\n`);
  }
}
