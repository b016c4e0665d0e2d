import type { Severity } from '../errors/error-table.ts';
import { wordsFor } from '../errors/error-table.ts';
import { toError } from '../errors/to-error.ts';

const NOTICE_MS = 5_000;
const PROBLEM_MS = 10_000;
const MOST_AT_ONCE = 4;

export type Toast = {
  readonly id: number;
  readonly tone: 'notice' | Severity;
  readonly title: string;
  readonly body: string;
  readonly action: ToastAction | null;
  readonly durationMs: number;
};

export type ToastAction = { readonly label: string; readonly run: () => void };

/** The short messages at the edge of the window. */
export class Toasts {
  #items = $state.raw<readonly Toast[]>([]);
  #lastId = 0;

  get items(): readonly Toast[] {
    return this.#items;
  }

  /**
   * Tells of something that went well, with a way to undo it if there is one.
   *
   * @returns The id to dismiss it by.
   */
  notice(title: string, action: ToastAction | null = null): number {
    return this.#show({ tone: 'notice', title, body: '', action, durationMs: NOTICE_MS });
  }

  /**
   * Tells of a call that failed, in the words of its code.
   *
   * @param thrown What the call rejected with.
   * @param what What was tried, such as "The ticket was not moved".
   */
  problem(thrown: unknown, what: string, action: ToastAction | null = null): void {
    const { severity, detail } = wordsFor(toError(thrown));
    this.#show({
      tone: severity,
      title: what,
      body: detail,
      action,
      durationMs: PROBLEM_MS,
    });
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((toast) => toast.id !== id);
  }

  #show(toast: Omit<Toast, 'id'>): number {
    // The same words twice are one message that is still true.
    const others = this.#items.filter(
      ({ title, body }) => title !== toast.title || body !== toast.body,
    );
    const id = ++this.#lastId;
    this.#items = [...others, { ...toast, id }].slice(-MOST_AT_ONCE);
    return id;
  }
}
