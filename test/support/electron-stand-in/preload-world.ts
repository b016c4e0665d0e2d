import type { Bridge } from './bridge-world.ts';

/** What the page's process asks the main process, over a binding that only the preload's world has. */
export type RendererMessage = {
  readonly id: number;
  readonly channel: string;
  readonly args: readonly unknown[];
};

/** What comes back: the end of an invoke, or an event that was sent to the window. */
export type MainMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string }
  | { readonly channel: string; readonly args: readonly unknown[] };

/**
 * Gives a preload script its `require`. It is sent to the page as source text, so it may use nothing from outside.
 *
 * @param bridge This world's half of the bridge.
 * @param bindingName The function through which messages leave for the main process.
 * @param receiverName The function through which they come.
 */
export function createPreloadRequire(
  bridge: Bridge,
  bindingName: string,
  receiverName: string,
): (name: string) => unknown {
  type Listener = (event: object, ...args: unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  let lastId = 0;

  world[receiverName] = (text) => {
    const message = JSON.parse(text) as MainMessage;
    if ('channel' in message) {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if ('failure' in message) call?.reject(new Error(message.failure));
    else call?.resolve(message.value);
  };

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        calls.set(id, { resolve, reject });
        world[bindingName]?.(JSON.stringify({ id, channel, args }));
      }),
    on(channel: string, listener: Listener) {
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
    },
    off(channel: string, listener: Listener) {
      listeners.get(channel)?.delete(listener);
    },
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: object) => {
      bridge.expose(key, api);
    },
  };
  return (name) => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`A sandboxed preload script cannot require ${name}.`);
  };
}
