import type { Channel } from '../../shared/contract/define.ts';
import { SweatShopError, toWireError } from '../../shared/errors.ts';
import { channels, contract, namespaces } from '../../shared/ipc-channels.ts';
import type { Envelope } from '../../shared/transport.ts';
import type { Handlers } from './handlers.ts';
import { parseArgs } from './input.ts';

type AnyHandler = (...args: unknown[]) => unknown;

/** Answers calls by wire name: parses the arguments, runs the handler, wraps what comes of it. */
export class Dispatcher {
  readonly #handlers: ReadonlyMap<string, AnyHandler>;
  #refusesCalls = false;

  constructor(handlers: Handlers) {
    this.#handlers = new Map(
      (Object.keys(contract) as (keyof Handlers)[]).flatMap((namespace) =>
        Object.entries(handlers[namespace]).map(([member, handler]): [string, AnyHandler] => [
          wireName(namespace, member),
          handler as AnyHandler,
        ]),
      ),
    );
  }

  /** Makes a call; whatever goes wrong comes back in the envelope. */
  async call(name: string, args: readonly unknown[]): Promise<Envelope> {
    try {
      if (this.#refusesCalls) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
      const channel = channelOf(name);
      const handler = this.#handlers.get(name);
      const value = await handler?.(...parseArgs(channel, args));
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error: toWireError(error) };
    }
  }

  /** Answers every later call with Unavailable. */
  refuseCalls(): void {
    this.#refusesCalls = true;
  }
}

function wireName(namespace: string, member: string): string {
  return namespaces[namespace]?.[member]?.name ?? '';
}

function channelOf(name: string): Channel {
  const channel = channels.get(name);
  if (channel) return channel;
  throw new SweatShopError('NotFound', `There is no channel ${name}.`, { channel: name });
}
