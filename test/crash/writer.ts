import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { SocketClient } from '../support/socket-client.ts';
import { EMPTY_LEDGER, ledgerAfter, type Deed, type Ledger, type TicketRow } from './ledger.ts';
import { ledgerOf, type Findings } from './read-ledgers.ts';

const MOST_TICKETS = 8;
const LONGEST_TEXT = 800;

/**
 * One of many who write at the same time, each into rows of its own. It makes one call at a time and keeps account of
 * what it was told is written, so that after a crash at most one deed is in doubt.
 */
export class Writer {
  /** Calls that were answered with success. */
  answered = 0;
  readonly #name: string;
  #ledger: Ledger = EMPTY_LEDGER;
  #inDoubt: Deed | null = null;
  #ids: ReadonlyMap<string, string> = new Map();
  #serial = 0;

  /** @param name One word that no other writer has. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Writes until the connection ends; never resolves then, as the answer it waits for never comes. */
  async write(client: SocketClient): Promise<never> {
    for (;;) {
      const deed = this.#nextDeed();
      this.#inDoubt = deed;
      const envelope = await client.invoke(...this.#callOf(deed));
      if (!envelope.ok) throw new Error(`${deed.kind} was refused: ${envelope.error.message}`);
      this.#ledger = ledgerAfter(this.#ledger, deed);
      this.#inDoubt = null;
      this.answered++;
      if (deed.kind === 'createTicket' || deed.kind === 'createAgent') {
        const { id } = envelope.value as { id: string };
        this.#ids = new Map(this.#ids).set(nameIn(deed), id);
      }
    }
  }

  /** Compares what a crash left with what was answered; fails when anything is missing, half or too much. */
  check(findings: Findings): void {
    const found = ledgerOf(findings, this.#name);
    const isDone =
      this.#inDoubt !== null && isDeepStrictEqual(found, ledgerAfter(this.#ledger, this.#inDoubt));
    if (isDone) this.#ledger = found;
    else expect(found, `the rows of ${this.#name}`).toStrictEqual(this.#ledger);
    this.#inDoubt = null;
    this.#ids = findings.ids;
  }

  #nextDeed(): Deed {
    const name = `${this.#name} agent`;
    const { tickets, agents } = this.#ledger;
    const agent = agents.get(name);
    if (!agent) return { kind: 'createAgent', name };
    const free = [...tickets].filter(([, ticket]) => ticket.agent === null);
    if (free.length > MOST_TICKETS) return { kind: 'deleteTicket', title: oneOf(free)[0] };
    const chance = Math.random();
    if (chance < 0.2) return { kind: 'chat', name, content: this.#text('message') };
    if (chance < 0.35) {
      if (agent.ticket !== null) return { kind: 'stop', name, reason: this.#text('stopped') };
      const title = free.find(([, ticket]) => isAssignable(ticket))?.[0];
      if (title !== undefined) return { kind: 'assign', name, title };
    }
    if (chance < 0.6 || free.length === 0) return this.#newTicket([...tickets.keys()]);
    const [title, { dependsOn }] = oneOf(free);
    if (chance < 0.7) return { kind: 'deleteTicket', title };
    if (chance < 0.85) {
      // A ticket that waits for others is not started.
      const places = ['backlog', 'ready', ...(dependsOn.length === 0 ? ['qa_review'] : [])];
      return { kind: 'moveTicket', title, status: oneOf(places) };
    }
    return { kind: 'editTicket', title, description: this.#text('edited') };
  }

  #newTicket(others: readonly string[]): Deed {
    const ticket = {
      description: this.#text('described'),
      labels: ['one', 'two', 'three'].filter(() => Math.random() < 0.5),
      dependsOn: others.filter(() => Math.random() < 0.3),
    };
    return {
      kind: 'createTicket',
      title: `${this.#name} ticket ${String(++this.#serial)}`,
      ticket,
    };
  }

  #text(word: string): string {
    const length = Math.floor(Math.random() * LONGEST_TEXT);
    return `${word} ${String(++this.#serial)} ${'x'.repeat(length)}`.trim();
  }

  #callOf(deed: Deed): [channel: string, args: unknown[]] {
    const id = this.#ids.get(nameIn(deed));
    switch (deed.kind) {
      case 'createTicket': {
        const dependsOn = deed.ticket.dependsOn.map((title) => this.#ids.get(title));
        return ['ticket:create', [{ ...deed.ticket, title: deed.title, dependsOn }]];
      }
      case 'editTicket':
        return ['ticket:update', [id, { description: deed.description }]];
      case 'moveTicket':
        return ['ticket:move', [id, { status: deed.status }]];
      case 'deleteTicket':
        return ['ticket:delete', [id, { withHistory: true }]];
      case 'createAgent':
        return ['agent:create', [{ name: deed.name }]];
      case 'assign':
        return ['agent:assign', [id, { ticketId: this.#ids.get(deed.title) }]];
      case 'stop':
        return ['agent:stop', [id, deed.reason]];
      case 'chat':
        return ['chat:send', [id, deed.content]];
    }
  }
}

function nameIn(deed: Deed): string {
  return 'name' in deed ? deed.name : deed.title;
}

function isAssignable({ dependsOn, status }: TicketRow): boolean {
  return dependsOn.length === 0 && (status === 'backlog' || status === 'ready');
}

function oneOf<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}
