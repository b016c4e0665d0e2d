import type { SweatShopError } from '../../../shared/errors.ts';
import type { SweatShopApi } from '../../../shared/ipc-channels.ts';
import type { Ticket, TicketStatus } from '../../../shared/entities/ticket.ts';
import { fieldErrors, toError } from '../../errors/to-error.ts';
import { recall, remember } from '../../state/preferences.ts';
import type { TicketStore } from '../../state/ticket-store.svelte.ts';
import {
  BLANK_TICKET,
  readFields,
  type TicketField,
  type TicketFields,
  without,
} from './ticket-fields.ts';

type Parts = { readonly api: SweatShopApi; readonly tickets: TicketStore };

const MEMORY = 'ticket.new';

/** A ticket that is not there yet. What was typed outlives its form and the page, until it is created or discarded. */
export class NewTicket {
  readonly #parts: Parts;
  #fields = $state.raw<TicketFields>(recall(MEMORY, readFields, BLANK_TICKET));
  #errors = $state.raw<Partial<Record<TicketField, string>>>({});
  #failure = $state.raw<SweatShopError | null>(null);
  #isCreating = $state(false);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get fields(): TicketFields {
    return this.#fields;
  }
  get errors(): Partial<Record<TicketField, string>> {
    return this.#errors;
  }
  /** Why it was not created, when it was not about one field. */
  get failure(): SweatShopError | null {
    return this.#failure;
  }
  get isCreating(): boolean {
    return this.#isCreating;
  }

  set<F extends TicketField>(field: F, value: TicketFields[F]): void {
    this.#errors = without(this.#errors, [field]);
    this.#fields = { ...this.#fields, [field]: value };
    remember(MEMORY, this.#fields);
  }

  /** @returns The new ticket, or null when it was refused; the reasons are then at the fields. */
  async create(): Promise<Ticket | null> {
    if (this.#isCreating) return null;
    this.#isCreating = true;
    this.#failure = null;
    try {
      const { externalId, labels, dependsOn, ...rest } = this.#fields;
      const ticket = await this.#parts.api.tickets.create({
        ...rest,
        labels: [...labels],
        dependsOn: [...dependsOn],
        ...(externalId.trim() === '' ? {} : { externalId }),
      });
      this.#parts.tickets.putTicket(ticket);
      this.clear();
      return ticket;
    } catch (thrown) {
      const error = toError(thrown);
      this.#errors = fieldErrors(error);
      if (Object.keys(this.#errors).length === 0) this.#failure = error;
      return null;
    } finally {
      this.#isCreating = false;
    }
  }

  /** Forgets what was typed. The column stays, since the next ticket likely goes there too. */
  clear(): void {
    this.#fields = { ...BLANK_TICKET, status: this.#fields.status };
    remember(MEMORY, this.#fields);
    this.#errors = {};
    this.#failure = null;
  }

  /** Chooses the column of the form that is about to open. */
  begin(status: TicketStatus): void {
    this.set('status', status);
  }
}
