import { fromWireError, type WireError } from './errors.ts';
import { namespaces, type PushEventName, type SweatShopApi } from './ipc-channels.ts';
import type { Transport } from './transport.ts';

/**
 * Builds the API of `window.sweatshop` over a transport.
 *
 * @param transport What carries calls and events.
 * @param toRejection Makes what a failed call rejects with; by default a SweatShopError.
 * @returns One method for each channel and one subscription for each push event of the contract.
 */
export function createApi(
  transport: Transport,
  toRejection: (error: WireError) => unknown = fromWireError,
): SweatShopApi {
  async function call(channel: string, args: readonly unknown[]): Promise<unknown> {
    const answer = await transport.invoke(channel, withoutUndefinedTail(args));
    if (answer.ok) return answer.value;
    throw toRejection(answer.error);
  }
  const api = mapValues(namespaces, (members) =>
    mapValues(members, (member) =>
      member.kind === 'event'
        ? (listener: (payload: unknown) => void) =>
            transport.on(member.name as PushEventName, listener)
        : (...args: unknown[]) => call(member.name, args),
    ),
  );
  return api as unknown as SweatShopApi;
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** JSON would turn an undefined argument into null, which is not the same as leaving it out. */
function withoutUndefinedTail(args: readonly unknown[]): readonly unknown[] {
  const last = args.findLastIndex((value) => value !== undefined);
  return args.slice(0, last + 1);
}
