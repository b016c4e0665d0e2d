import type { PushEventName, PushPayload } from '../../shared/ipc-channels.ts';

/** Hears every push event. */
export type PushListener = (event: PushEventName, payload: unknown) => void;

/** Carries push events from services to whoever is connected. */
export class PushBus {
  readonly #listeners = new Set<PushListener>();

  /** @returns A function that stops listening. */
  onPush(listener: PushListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push<E extends PushEventName>(event: E, payload: PushPayload<E>): void {
    for (const listener of this.#listeners) listener(event, payload);
  }
}
