import { SweatShopError } from '../../shared/errors.ts';
import type { EventInput, EventRecord } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ParsedEventFilter } from '../repositories/event-repository.ts';
import { SYSTEM } from './audit-trail.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';

/** The queue of what somebody has to look at; the audit trail can be read here too. */
export class EventService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(filter?: ParsedEventFilter): EventRecord[] {
    return this.#events.list(filter);
  }

  count(filter?: ParsedEventFilter): number {
    return this.#events.count(filter);
  }

  get(id: string): EventRecord | null {
    return this.#events.get(id);
  }

  /**
   * Puts an event into the queue.
   *
   * @throws SweatShopError NotFound when the ticket or the worker does not exist.
   */
  create(data: EventInput): EventRecord {
    return this.#context.database.transaction(() => {
      const { tickets, agents } = this.#context.repositories;
      if (data.ticketId !== undefined) tickets.getOrThrow(data.ticketId);
      if (data.workerId !== undefined) agents.getOrThrow(data.workerId);
      return this.#events.create({
        ...stampedNow('event', this.#context.clock),
        ...defined(data),
        processed: false,
        actor: data.workerId === undefined ? SYSTEM : `agent:${data.workerId}`,
      });
    });
  }

  /**
   * Marks an event as processed.
   *
   * @param resolution What came of it.
   * @throws SweatShopError NotFound; InvalidTransition when it is processed already.
   */
  resolve(id: string, resolution: string): EventRecord {
    return this.#context.database.transaction(() => {
      if (this.#events.getOrThrow(id).processed) {
        throw new SweatShopError('InvalidTransition', 'The event is processed already.', {
          from: 'processed',
          to: 'processed',
          allowed: [],
        });
      }
      const processedAt = timestampOf(this.#context.clock);
      return this.#events.update(id, { processed: true, processedAt, resolution });
    });
  }

  get #events() {
    return this.#context.repositories.events;
  }
}
