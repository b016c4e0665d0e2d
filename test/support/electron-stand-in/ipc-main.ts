type Handler = (event: unknown, ...args: unknown[]) => unknown;

/** Keeps the handlers of the main process. */
export class IpcMain {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.#handlers.set(channel, handler);
  }

  invoke(event: unknown, channel: string, args: readonly unknown[]): unknown {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}
