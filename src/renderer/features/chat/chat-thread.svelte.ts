import type { SweatShopError } from '../../../shared/errors.ts';
import type { SweatShopApi } from '../../../shared/ipc-channels.ts';
import type { ChatMessage } from '../../../shared/entities/chat-message.ts';
import type { InterventionEvent } from '../../../shared/entities/ticket-run.ts';
import { toError } from '../../errors/to-error.ts';

const PAGE_SIZE = 50;

/** The conversation with one agent: the last messages first, earlier ones on demand, new ones as they come. */
export class ChatThread {
  readonly agentId: string;
  readonly #api: SweatShopApi;
  #messages = $state.raw<readonly ChatMessage[]>([]);
  #hasLoaded = $state(false);
  #hasEarlier = $state(false);
  #error = $state.raw<SweatShopError | null>(null);
  #openQuestion = $state.raw<InterventionEvent | null>(null);
  #isSending = $state(false);
  #isLoadingEarlier = false;

  constructor(api: SweatShopApi, agentId: string) {
    this.#api = api;
    this.agentId = agentId;
  }

  /** The oldest first. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }
  get hasLoaded(): boolean {
    return this.#hasLoaded;
  }
  get hasEarlier(): boolean {
    return this.#hasEarlier;
  }
  get error(): SweatShopError | null {
    return this.#error;
  }
  /** What the agent waits to be told; null while it does not wait. */
  get openQuestion(): InterventionEvent | null {
    return this.#openQuestion;
  }
  get isSending(): boolean {
    return this.#isSending;
  }

  /**
   * Loads, and then follows the conversation.
   *
   * @returns A function that stops following.
   */
  follow(): () => void {
    void this.load();
    const unsubscribes = [
      this.#api.chat.onMessage((message) => {
        if (message.agentId === this.agentId) this.#append(message);
      }),
      this.#api.db.onChanged(({ tables }) => {
        if ('ticket_runs' in tables) void this.#loadQuestion();
        // Only a whole table that changed is news: each new message has an event of its own.
        if (tables['chat_messages'] === null) void this.load();
      }),
    ];
    return () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
    };
  }

  async load(): Promise<void> {
    try {
      const page = await this.#api.chat.history(this.agentId, { limit: PAGE_SIZE });
      this.#hasEarlier = page.length === PAGE_SIZE;
      this.#messages = page;
      this.#error = null;
      await this.#loadQuestion();
    } catch (thrown) {
      this.#error = toError(thrown);
    } finally {
      this.#hasLoaded = true;
    }
  }

  async loadEarlier(): Promise<void> {
    const first = this.#messages[0];
    if (first === undefined || !this.#hasEarlier || this.#isLoadingEarlier) return;
    this.#isLoadingEarlier = true;
    try {
      const page = await this.#api.chat.history(this.agentId, {
        limit: PAGE_SIZE,
        beforeId: first.id,
      });
      this.#hasEarlier = page.length === PAGE_SIZE;
      this.#messages = [...page, ...this.#messages];
    } catch (thrown) {
      this.#error = toError(thrown);
    } finally {
      this.#isLoadingEarlier = false;
    }
  }

  /** @throws SweatShopError when the message was not stored. */
  async send(content: string): Promise<void> {
    this.#isSending = true;
    try {
      this.#append(await this.#api.chat.send(this.agentId, content));
    } finally {
      this.#isSending = false;
    }
  }

  async #loadQuestion(): Promise<void> {
    try {
      const run = await this.#api.runs.current(this.agentId);
      this.#openQuestion =
        run?.interventions.findLast(
          ({ type, waitDurationMs, humanResponse }) =>
            type === 'question' && waitDurationMs === 0 && humanResponse === undefined,
        ) ?? null;
    } catch (thrown) {
      this.#error = toError(thrown);
    }
  }

  /** The answer to a call and the event of the same message may come in either order. */
  #append(message: ChatMessage): void {
    if (this.#messages.some(({ id }) => id === message.id)) return;
    this.#messages = [...this.#messages, message];
  }
}
