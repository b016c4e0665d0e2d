import type { SweatShopError } from '../../../shared/errors.ts';
import type { SweatShopApi } from '../../../shared/ipc-channels.ts';
import type { Ticket, TicketPatch } from '../../../shared/entities/ticket.ts';
import { toError } from '../../errors/to-error.ts';
import type { TicketStore } from '../../state/ticket-store.svelte.ts';
import type { Toasts } from '../../state/toasts.svelte.ts';
import { TicketDraft } from './ticket-draft.svelte.ts';
import { fieldsOf, type TicketFields } from './ticket-fields.ts';

const SAVE_DELAY_MS = 800;

type Parts = {
  readonly api: SweatShopApi;
  readonly tickets: TicketStore;
  readonly toasts: Toasts;
};

/** The ticket that is open in the panel: it saves by itself and follows changes from elsewhere. */
export class OpenTicket {
  readonly id: string;
  readonly #parts: Parts;
  #ticket = $state.raw<Ticket | null>(null);
  #draft = $state.raw<TicketDraft | null>(null);
  #isGone = $state(false);
  #error = $state.raw<SweatShopError | null>(null);
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #fetches = 0;

  constructor(id: string, parts: Parts) {
    this.id = id;
    this.#parts = parts;
  }

  /** The ticket as it is stored; null until it is loaded. */
  get ticket(): Ticket | null {
    return this.#ticket;
  }
  get draft(): TicketDraft | null {
    return this.#draft;
  }
  /** Whether there is no such ticket, or not any more. */
  get isGone(): boolean {
    return this.#isGone;
  }
  /** Why it could not be loaded. */
  get error(): SweatShopError | null {
    return this.#error;
  }

  /**
   * Loads the ticket and follows it.
   *
   * @param onUnsaved Called after the following ended with text that could not be stored.
   * @returns A function that stops following, and saves what was not saved yet.
   */
  follow(onUnsaved: () => void): () => void {
    void this.load();
    const unsubscribe = this.#parts.api.db.onChanged(({ tables: { tickets } }) => {
      if (tickets === null || tickets?.includes(this.id)) void this.load();
    });
    return () => {
      unsubscribe();
      void this.saveNow().then((isSaved) => {
        if (!isSaved && !this.#isGone) onUnsaved();
      });
    };
  }

  async load(): Promise<void> {
    const fetch = ++this.#fetches;
    try {
      const ticket = await this.#parts.api.tickets.get(this.id);
      // An answer that was overtaken by a later question is old.
      if (fetch !== this.#fetches) return;
      this.#error = null;
      this.#isGone = ticket === null;
      if (ticket !== null) this.#takeIn(ticket);
    } catch (thrown) {
      this.#error = toError(thrown);
    }
  }

  /** Changes a field and saves at once, for what is chosen and not typed. A choice that is refused as a whole is taken back. */
  async choose<F extends keyof TicketFields>(field: F, value: TicketFields[F]): Promise<void> {
    const draft = this.#draft;
    if (draft === null) return;
    draft.set(field, value);
    await this.saveNow();
    if (draft.failure === null || draft.fields[field] !== value) return;
    this.#parts.toasts.problem(draft.failure, 'The change was not saved');
    draft.takeTheirs(field);
  }

  /** Changes a field and saves when the typing pauses. */
  type<F extends keyof TicketFields>(field: F, value: TicketFields[F]): void {
    this.#draft?.set(field, value);
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.saveNow(), SAVE_DELAY_MS);
  }

  /** @returns Whether nothing is left unsaved. */
  async saveNow(): Promise<boolean> {
    clearTimeout(this.#saveTimer);
    return (await this.#draft?.save()) ?? true;
  }

  /** @throws SweatShopError: Conflict when the ticket has history and `withHistory` was not agreed to. */
  async delete(withHistory: boolean): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#draft?.discard();
    await this.#parts.api.tickets.delete(this.id, withHistory ? { withHistory } : undefined);
  }

  #takeIn(ticket: Ticket): void {
    this.#ticket = ticket;
    if (this.#draft === null) {
      this.#draft = new TicketDraft({
        base: fieldsOf(ticket),
        save: (changes) => this.#save(changes),
      });
    } else this.#draft.merge(ticket);
  }

  async #save(changes: Partial<TicketFields>): Promise<Ticket> {
    const ticket = await this.#parts.api.tickets.update(this.id, toPatch(changes));
    this.#ticket = ticket;
    this.#parts.tickets.putTicket(ticket);
    return ticket;
  }
}

function toPatch({ externalId, labels, dependsOn, ...rest }: Partial<TicketFields>): TicketPatch {
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(dependsOn === undefined ? {} : { dependsOn: [...dependsOn] }),
    ...(externalId === undefined ? {} : { externalId: externalId.trim() || null }),
  };
}
