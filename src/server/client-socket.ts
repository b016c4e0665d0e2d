import type { WebSocket } from 'ws';
import { toAnswerText, toFaultText } from '../host/answer-message.ts';
import { RateLimit, type Limits } from '../host/limits.ts';
import { UNKNOWN_ID, readRequest } from '../host/request-message.ts';
import { SweatShopError, invalidInput } from '../shared/errors.ts';
import type { Envelope } from '../shared/transport.ts';

/** Closing codes of the WebSocket protocol. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** Answers calls; it never rejects. */
export type Call = (channel: string, args: readonly unknown[]) => Promise<Envelope>;

/** One connected page or program. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #call: Call;
  readonly #limits: Limits;
  readonly #rate: RateLimit;
  #pendingCalls = 0;
  #isAlive = true;

  constructor(socket: WebSocket, call: Call, limits: Limits) {
    this.#socket = socket;
    this.#call = call;
    this.#limits = limits;
    this.#rate = new RateLimit(limits, performance.now());
    socket.on('message', (data, isBinary) => {
      // Without `binaryType` fragments, ws hands over one Buffer a message.
      void this.#onMessage(isBinary ? null : (data as Buffer).toString('utf8'));
    });
    socket.on('pong', () => (this.#isAlive = true));
    // A message past the limit or bad UTF-8: ws has closed the connection with the code that says so.
    socket.on('error', () => undefined);
  }

  /** Sends a text that was serialised once for all clients, or gives up a client that cannot keep up. */
  push(text: string): void {
    if (this.#socket.bufferedAmount > this.#limits.unsentBytesToDrop) {
      this.#socket.close(TRY_AGAIN_LATER, 'This client reads too slowly.');
      this.#socket.terminate();
    } else {
      this.#send(text);
    }
  }

  /** Asks whether the client is still there, and cuts it off if it did not answer the last time. */
  ping(): void {
    // Its pong would not be read either.
    if (this.#socket.isPaused) return;
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** Says goodbye; a peer that does not answer is for the host to cut off. */
  close(): void {
    this.#socket.close(GOING_AWAY, 'SweatShop is closing.');
  }

  async #onMessage(text: string | null): Promise<void> {
    // Messages that make no sense cost time too, so they count like any other.
    const isWithinRate = this.#rate.take(performance.now());
    if (text === null) {
      this.#answerFault(
        UNKNOWN_ID,
        isWithinRate
          ? invalidInput({ path: '', message: 'Send text, not bytes.' })
          : this.#rateFault(),
      );
      return;
    }
    const request = readRequest(text);
    if (!isWithinRate) {
      this.#answerFault(request.id, this.#rateFault());
    } else if ('fault' in request) {
      this.#answerFault(request.id, request.fault);
    } else {
      this.#pendingCalls += 1;
      this.#adjustReading();
      const envelope = await this.#call(request.channel, request.args);
      this.#pendingCalls -= 1;
      this.#send(toAnswerText(request.id, envelope));
    }
  }

  #rateFault(): SweatShopError {
    const message = `This client makes more than ${String(this.#limits.callsPerSecond)} calls a second. Wait a moment and try again.`;
    return new SweatShopError('LimitReached', message);
  }

  #answerFault(id: number, fault: Error): void {
    this.#send(toFaultText(id, fault));
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, () => {
      this.#adjustReading();
    });
    this.#adjustReading();
  }

  /** Stops reading while the client has enough under way; TCP then makes it wait. */
  #adjustReading(): void {
    const isFull =
      this.#pendingCalls >= this.#limits.pendingCalls ||
      this.#socket.bufferedAmount > this.#limits.unsentBytesToPause;
    if (isFull) this.#socket.pause();
    else this.#socket.resume();
  }
}
