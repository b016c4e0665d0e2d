import * as v from 'valibot';
import { CountSchema } from '../../shared/entities/fields.ts';
import type { Agent, HeartbeatSchema } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { SYSTEM } from './audit-trail.ts';
import { createId, type ServiceContext } from './context.ts';

const CONFIG_KEY = 'agents.stale_after_ms';
const DEFAULT_STALE_AFTER_MS = 120_000;

/**
 * Watches whether agents that work still show that they live.
 *
 * An agent that fell silent is marked by an event in the queue. Nothing else changes: whether its work is lost is
 * for a person to say.
 */
export class AgentHeartbeatService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /**
   * Notes that an agent lives, which settles the events that called it silent.
   *
   * @throws SweatShopError NotFound.
   */
  beat(id: string, report: v.InferOutput<typeof HeartbeatSchema> = {}): Agent {
    return this.#context.database.transaction(() => {
      const now = timestampOf(this.#context.clock);
      const agent = this.#context.repositories.agents.update(id, {
        ...report,
        lastHeartbeatAt: now,
      });
      const { events } = this.#context.repositories;
      for (const event of this.#openEvents(id)) {
        const resolution = 'It showed that it lives.';
        events.update(event.id, { processed: true, processedAt: now, resolution });
      }
      return agent;
    });
  }

  /** Lists the agents at work whose last heartbeat is too old, the oldest agent first. */
  stale(): Agent[] {
    const before = new Date(this.#context.clock.nowMs() - this.#staleAfterMs()).toISOString();
    return this.#context.repositories.agents.query({
      where: [
        ['lastHeartbeatAt', '<', before],
        ['status', '!=', 'IDLE'],
      ],
      orderBy: [['createdAt', 'asc']],
    });
  }

  /**
   * Puts an event into the queue for each agent that fell silent since the last look; the program that hosts
   * SweatShop calls it from time to time.
   *
   * @returns The agents that are silent now, whether they were marked before or not.
   */
  markStale(): Agent[] {
    return this.#context.database.transaction(() => {
      const stale = this.stale();
      for (const agent of stale) {
        if (this.#openEvents(agent.id).length > 0) continue;
        this.#context.repositories.events.create({
          id: createId('event'),
          eventType: 'worker_stale',
          workerId: agent.id,
          ...(agent.assignedTicketId === undefined ? {} : { ticketId: agent.assignedTicketId }),
          reason: `${agent.name} is ${agent.status} and was last heard of at ${agent.lastHeartbeatAt ?? ''}.`,
          createdAt: timestampOf(this.#context.clock),
          processed: false,
          actor: SYSTEM,
        });
      }
      return stale;
    });
  }

  #openEvents(workerId: string) {
    return this.#context.repositories.events.list({
      workerId,
      eventType: ['worker_stale'],
      processed: false,
    });
  }

  #staleAfterMs(): number {
    const value = Number(this.#context.repositories.config.get(CONFIG_KEY)?.value);
    return v.is(CountSchema, value) && value > 0 ? value : DEFAULT_STALE_AFTER_MS;
  }
}
