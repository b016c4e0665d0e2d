import type { Channel } from '../../shared/contract/define.ts';
import { SweatShopError, toWireError } from '../../shared/errors.ts';
import { channels, contract, namespaces } from '../../shared/ipc-channels.ts';
import type { Envelope } from '../../shared/transport.ts';
import type { Handlers } from './handlers.ts';
import { parseArgs } from './input.ts';

type AnyHandler = (...args: unknown[]) => unknown;

/** Handlers of some of the calls. */
type SomeHandlers = { readonly [N in keyof Handlers]?: Partial<Handlers[N]> };

/** Tells what was committed, and waits until it cannot be lost. */
export type Durability = {
  /** Gives the number of the last commit. */
  seq(): number;
  whenDurable(): Promise<void>;
};

/** Answers calls by wire name: parses the arguments, runs the handler, wraps what comes of it. */
export class Dispatcher {
  readonly #handlers: ReadonlyMap<string, AnyHandler>;
  readonly #durability: Durability | null;
  #refusesCalls = false;

  /**
   * @param handlers A call of the contract without one is answered with DatabaseCorrupt: only a start that waits for a
   *   person lacks any.
   * @param durability A call that committed something is answered only when that cannot be lost; null where nothing
   *   can be committed.
   */
  constructor(handlers: SomeHandlers, durability: Durability | null) {
    this.#handlers = new Map(
      (Object.keys(contract) as (keyof Handlers)[]).flatMap((namespace) =>
        Object.entries(handlers[namespace] ?? {}).map(([member, handler]): [string, AnyHandler] => [
          wireName(namespace, member),
          handler as AnyHandler,
        ]),
      ),
    );
    this.#durability = durability;
  }

  /** Makes a call; whatever goes wrong comes back in the envelope. */
  async call(name: string, args: readonly unknown[]): Promise<Envelope> {
    try {
      if (this.#refusesCalls) throw new SweatShopError('Unavailable', 'SweatShop is closing.');
      const channel = channelOf(name);
      const handler = this.#handlers.get(name);
      if (!handler) throw noDatabase();
      const seqBefore = this.#durability?.seq() ?? 0;
      const value = await handler(...parseArgs(channel, args));
      // A read is answered also while the disk refuses what others wrote; the calls about the disk speak for themselves.
      const hasCommitted = this.#durability !== null && this.#durability.seq() > seqBefore;
      if (hasCommitted && !name.startsWith('db:')) {
        await this.#durability.whenDurable().catch((error: unknown) => {
          throw held(error);
        });
      }
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

/** What the disk refused is made all the same: memory has it, and the disk gets it when it can. */
function held(error: unknown): unknown {
  if (!(error instanceof SweatShopError)) return error;
  const { code, message, details } = error;
  return new SweatShopError(code, message, { ...details, isHeld: true }, error);
}

function noDatabase(): SweatShopError {
  return new SweatShopError(
    'DatabaseCorrupt',
    'SweatShop found damage in its database and has not opened it. ' +
      'Choose how to go on in the window, or run "sweatshop db recover".',
  );
}
