import type { SweatShopError } from '../../../shared/errors.ts';
import type { Ticket } from '../../../shared/entities/ticket.ts';
import { fieldErrors, toError } from '../../errors/to-error.ts';
import {
  BLANK_TICKET,
  fieldsOf,
  TICKET_FIELDS,
  type TicketField,
  type TicketFields,
  without,
} from './ticket-fields.ts';

export type DraftState = 'saved' | 'unsaved' | 'saving' | 'failed';

type Options = {
  readonly base: TicketFields;
  /** Stores the changes; gives the ticket as it is then. */
  readonly save: (changes: Partial<TicketFields>) => Promise<Ticket>;
};

/**
 * A ticket as the person sees it while changing it: what is stored, with what was typed on top.
 *
 * What others change meanwhile flows into the fields that were not touched. Where both changed the same field, what was
 * typed stays, is not stored, and the person chooses.
 */
export class TicketDraft {
  readonly #options: Options;
  #base = $state.raw<TicketFields>(BLANK_TICKET);
  #edits = $state.raw<Partial<TicketFields>>({});
  #conflicts = $state.raw<ReadonlySet<TicketField>>(new Set());
  #errors = $state.raw<Partial<Record<TicketField, string>>>({});
  #failure = $state.raw<SweatShopError | null>(null);
  #saving: Promise<boolean> | null = null;
  #isSaving = $state(false);

  constructor(options: Options) {
    this.#options = options;
    this.#base = options.base;
  }

  /** What is shown. */
  readonly fields: TicketFields = $derived({ ...this.#base, ...this.#edits });
  readonly isDirty: boolean = $derived(Object.keys(this.#edits).length > 0);
  readonly state: DraftState = $derived.by(() => {
    if (this.#isSaving) return 'saving';
    if (this.#failure !== null || Object.keys(this.#errors).length > 0) return 'failed';
    return this.isDirty ? 'unsaved' : 'saved';
  });

  /** Fields that were changed elsewhere while they were changed here. */
  get conflicts(): ReadonlySet<TicketField> {
    return this.#conflicts;
  }
  /** What is wrong with a field, in the words of the refusal. */
  get errors(): Partial<Record<TicketField, string>> {
    return this.#errors;
  }
  /** Why the last save failed, when it was not about one field. */
  get failure(): SweatShopError | null {
    return this.#failure;
  }

  set<F extends TicketField>(field: F, value: TicketFields[F]): void {
    this.#errors = without(this.#errors, [field]);
    this.#edits = isSame(value, this.#base[field])
      ? without(this.#edits, [field])
      : { ...this.#edits, [field]: value };
    if (!(field in this.#edits)) this.#resolve(field);
  }

  /** Takes in the ticket as it is stored now. */
  merge(ticket: Ticket): void {
    const fresh = fieldsOf(ticket);
    const conflicts = new Set(this.#conflicts);
    const settled: TicketField[] = [];
    for (const field of TICKET_FIELDS) {
      if (!(field in this.#edits)) continue;
      if (isSame(fresh[field], this.#edits[field])) {
        settled.push(field);
        conflicts.delete(field);
      } else if (!isSame(fresh[field], this.#base[field])) conflicts.add(field);
    }
    this.#base = fresh;
    this.#edits = without(this.#edits, settled);
    this.#conflicts = conflicts;
  }

  /** Gives what was typed up for what is stored. */
  takeTheirs(field: TicketField): void {
    this.#edits = without(this.#edits, [field]);
    if (!this.isDirty) this.#failure = null;
    this.#resolve(field);
  }

  /** Lets what was typed win; the next save stores it. */
  keepMine(field: TicketField): void {
    this.#resolve(field);
  }

  /** Throws away everything that was typed. */
  discard(): void {
    this.#edits = {};
    this.#conflicts = new Set();
    this.#errors = {};
    this.#failure = null;
  }

  /**
   * Stores what can be stored: all but fields in conflict and fields that were refused.
   *
   * Never rejects; a refusal is put at the field it names, and the other fields are stored without it.
   *
   * @returns Whether nothing is left unsaved.
   */
  async save(): Promise<boolean> {
    // What is typed while a save runs is stored by the next one.
    if (this.#saving !== null) {
      await this.#saving;
      return this.isDirty ? this.save() : true;
    }
    this.#saving = this.#save();
    try {
      return await this.#saving;
    } finally {
      this.#saving = null;
    }
  }

  async #save(): Promise<boolean> {
    this.#isSaving = true;
    try {
      for (let changes = this.#toSave(); changes !== null; changes = this.#toSave()) {
        if (!(await this.#store(changes))) break;
      }
    } finally {
      this.#isSaving = false;
    }
    return !this.isDirty;
  }

  /** @returns Whether another try makes sense. */
  async #store(changes: Partial<TicketFields>): Promise<boolean> {
    try {
      const ticket = await this.#options.save(changes);
      this.#failure = null;
      this.#accept(ticket, changes);
      return true;
    } catch (thrown) {
      const error = toError(thrown);
      const refused = this.#refusedFields(error, changes);
      if (refused === null) {
        this.#failure = error;
        return false;
      }
      this.#errors = { ...this.#errors, ...refused };
      return true;
    }
  }

  #toSave(): Partial<TicketFields> | null {
    const held = TICKET_FIELDS.filter(
      (field) => this.#conflicts.has(field) || this.#errors[field] !== undefined,
    );
    const changes = without(this.#edits, held);
    return Object.keys(changes).length === 0 ? null : changes;
  }

  /** The stored ticket is the new base; an edit is over unless the person typed on meanwhile. */
  #accept(ticket: Ticket, changes: Partial<TicketFields>): void {
    const over = TICKET_FIELDS.filter(
      (field) => field in changes && isSame(changes[field], this.#edits[field]),
    );
    this.#edits = without(this.#edits, over);
    this.#base = fieldsOf(ticket);
  }

  #refusedFields(
    error: SweatShopError,
    changes: Partial<TicketFields>,
  ): Partial<Record<TicketField, string>> | null {
    if (error.code === 'DependencyCycle' && 'dependsOn' in changes) {
      return { dependsOn: error.message };
    }
    const messages = fieldErrors(error);
    const refused = TICKET_FIELDS.filter((field) => field in changes && field in messages);
    if (refused.length === 0) return null;
    return Object.fromEntries(refused.map((field) => [field, messages[field]]));
  }

  #resolve(field: TicketField): void {
    const conflicts = new Set(this.#conflicts);
    conflicts.delete(field);
    this.#conflicts = conflicts;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
