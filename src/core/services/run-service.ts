import { SweatShopError } from '../../shared/errors.ts';
import type {
  InterventionEvent,
  InterventionInput,
  RunOutcome,
  TicketRun,
  TicketRunFilter,
  TicketRunInput,
  TokenUse,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { createId, defined, type ServiceContext } from './context.ts';

/** What an intervention is closed with. */
type Closing = { readonly humanResponse?: string };

/** Measures the attempts of agents at tickets. */
export class RunService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Lists runs, the newest first: of one ticket, or those a filter takes in. */
  list(filter: string | TicketRunFilter = {}): TicketRun[] {
    return this.#runs.list(typeof filter === 'string' ? { ticketId: filter } : filter);
  }

  get(id: string): TicketRun | null {
    return this.#runs.get(id);
  }

  /** Gives the run an agent works on now, or null. */
  current(agentId: string): TicketRun | null {
    return this.#runs.getRunning(agentId);
  }

  /**
   * Starts a run.
   *
   * @throws SweatShopError NotFound when the ticket or agent does not exist; Conflict when one of them
   *   already has a run that is not over.
   */
  create(data: TicketRunInput): TicketRun {
    const { tickets, agents } = this.#context.repositories;
    return this.#context.database.transaction(() => {
      tickets.getOrThrow(data.ticketId);
      agents.getOrThrow(data.agentId);
      const [running] = [
        ...this.#runs.list({ ticketId: data.ticketId, status: 'running', limit: 1 }),
        ...this.#runs.list({ agentId: data.agentId, status: 'running', limit: 1 }),
      ];
      if (running) {
        throw new SweatShopError(
          'Conflict',
          'A run of this ticket or agent is not over yet. Complete it first.',
          { runId: running.id },
        );
      }
      return this.#runs.create({
        id: createId('run'),
        ...defined(data),
        status: 'running',
        startedAt: timestampOf(this.#context.clock),
        humanInterventionCount: 0,
        reworkCount: 0,
        promptTokensUsed: 0,
        completionTokensUsed: 0,
        interventions: [],
      });
    });
  }

  /**
   * Ends a run.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is over already.
   */
  complete(id: string, outcome: RunOutcome = 'completed'): TicketRun {
    return this.#context.database.transaction(() => {
      const run = this.#runs.getOrThrow(id);
      if (run.status !== 'running') {
        throw new SweatShopError('InvalidTransition', `The run is ${run.status} already.`, {
          from: run.status,
          to: outcome,
          allowed: [],
        });
      }
      return this.#runs.update(id, {
        status: outcome,
        completedAt: timestampOf(this.#context.clock),
      });
    });
  }

  /**
   * Adds to the tokens a run has used.
   *
   * @throws SweatShopError NotFound.
   */
  addTokens(id: string, { promptTokens = 0, completionTokens = 0 }: TokenUse): TicketRun {
    return this.#context.database.transaction(() => {
      const run = this.#runs.getOrThrow(id);
      return this.#runs.update(id, {
        promptTokensUsed: run.promptTokensUsed + promptTokens,
        completionTokensUsed: run.completionTokensUsed + completionTokens,
      });
    });
  }

  /**
   * Records that a person had to step in; a rework also counts as such.
   *
   * @throws SweatShopError NotFound.
   */
  incrementIntervention(id: string, event: InterventionInput): TicketRun {
    return this.#context.database.transaction(() => {
      const run = this.#runs.getOrThrow(id);
      const intervention: InterventionEvent = {
        type: event.type,
        agentMessage: event.agentMessage,
        timestamp: event.timestamp ?? timestampOf(this.#context.clock),
        waitDurationMs: event.waitDurationMs ?? 0,
        ...defined({ humanResponse: event.humanResponse }),
      };
      return this.#runs.update(id, {
        humanInterventionCount: run.humanInterventionCount + 1,
        reworkCount: run.reworkCount + (event.type === 'rework' ? 1 : 0),
        interventions: [...run.interventions, intervention],
      });
    });
  }

  /** Ends the wait of the last intervention of a type, if it is open. */
  closeIntervention(id: string, type: InterventionEvent['type'], closing: Closing = {}): void {
    const run = this.#runs.getOrThrow(id);
    const index = run.interventions.findLastIndex((event) => event.type === type);
    const event = run.interventions[index];
    if (!event || event.waitDurationMs > 0) return;
    const waitDurationMs = this.#context.clock.nowMs() - Date.parse(event.timestamp);
    const closed = {
      ...event,
      ...closing,
      // A wait of 0 would read as an open one; a clock set back must not make it negative.
      waitDurationMs: Math.max(1, waitDurationMs),
    };
    this.#runs.update(id, { interventions: run.interventions.with(index, closed) });
  }

  get #runs() {
    return this.#context.repositories.runs;
  }
}
