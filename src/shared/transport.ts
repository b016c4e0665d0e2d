import type { WireError } from './errors.ts';
import type { PushEventName } from './ipc-channels.ts';

/** What every call is answered with; nothing is thrown across a transport. */
export type Envelope =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError };

/** The two things a client needs from whatever connects it to the application. */
export interface Transport {
  /**
   * Makes a call.
   *
   * @param channel The wire name.
   * @param args Positional arguments.
   * @returns The envelope; it rejects only when the connection itself is gone.
   */
  invoke(channel: string, args: readonly unknown[]): Promise<Envelope>;

  /**
   * Listens to a push event.
   *
   * @returns A function that stops listening.
   */
  on(event: PushEventName, listener: (payload: unknown) => void): () => void;
}

/** A call on a stream of messages; the answer carries the same id. */
export type RequestMessage = {
  readonly id: number;
  readonly channel: string;
  readonly args: readonly unknown[];
};

/** What comes back on a stream of messages. */
export type ServerMessage =
  | ({ readonly id: number } & Envelope)
  | { readonly event: PushEventName; readonly payload: unknown };
