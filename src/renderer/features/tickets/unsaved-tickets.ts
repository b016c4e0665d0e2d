import type { OpenTicket } from './open-ticket.svelte.ts';

/** Tickets that were left with text that could not be stored: it is kept for whoever comes back to them. */
export class UnsavedTickets {
  readonly #tickets = new Map<string, OpenTicket>();

  keep(ticket: OpenTicket): void {
    this.#tickets.set(ticket.id, ticket);
  }

  /** Gives the ticket with its text back to the panel. */
  take(id: string): OpenTicket | undefined {
    const ticket = this.#tickets.get(id);
    this.#tickets.delete(id);
    return ticket;
  }

  /** Tries to store all of them, for when the reason may be gone. */
  async retry(): Promise<void> {
    for (const [id, ticket] of [...this.#tickets]) {
      if ((await ticket.saveNow()) && this.#tickets.get(id) === ticket) this.#tickets.delete(id);
    }
  }
}
