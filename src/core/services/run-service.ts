import { SweatShopError, invalidInput } from '../../shared/errors.ts';
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
import type { AuditTrail } from './audit-trail.ts';
import { createId, defined, type ServiceContext } from './context.ts';

/** What an intervention is closed with. */
type Closing = { readonly humanResponse?: string };

/** Measures the attempts of agents at tickets. */
export class RunService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;

  constructor(context: ServiceContext, audit: AuditTrail) {
    this.#context = context;
    this.#audit = audit;
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
   * Ends a run; nobody waits any more for what was still open in it.
   *
   * @param change The call it is a part of, if it is not one by itself.
   * @throws SweatShopError NotFound; InvalidTransition when it is over already.
   */
  complete(id: string, outcome: RunOutcome = 'completed', change = this.#audit.begin()): TicketRun {
    return this.#context.database.transaction(() => {
      const run = this.#runs.getOrThrow(id);
      if (run.status !== 'running') {
        throw new SweatShopError('InvalidTransition', `The run is ${run.status} already.`, {
          from: run.status,
          to: outcome,
          allowed: [],
        });
      }
      const completed = this.#runs.update(id, {
        status: outcome,
        completedAt: timestampOf(this.#context.clock),
        interventions: run.interventions.map((event) =>
          isOpen(event) ? this.#closed(event, {}) : event,
        ),
      });
      const { interventions } = run;
      this.#audit.recordUpdate(change, 'ticket_runs', run, { ...completed, interventions });
      return completed;
    });
  }

  /**
   * Adds to the tokens a run has used.
   *
   * @throws SweatShopError NotFound; InvalidInput when the sum is too large to count.
   */
  addTokens(id: string, { promptTokens = 0, completionTokens = 0 }: TokenUse): TicketRun {
    return this.#context.database.transaction(() => {
      const run = this.#runs.getOrThrow(id);
      const promptTokensUsed = run.promptTokensUsed + promptTokens;
      const completionTokensUsed = run.completionTokensUsed + completionTokens;
      if (!Number.isSafeInteger(Math.max(promptTokensUsed, completionTokensUsed))) {
        throw invalidInput({ path: '', message: 'the sum is larger than a number can hold' });
      }
      return this.#runs.update(id, { promptTokensUsed, completionTokensUsed });
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

  /** Ends the wait of the last open intervention of a type, if there is one. */
  closeIntervention(id: string, type: InterventionEvent['type'], closing: Closing = {}): void {
    const run = this.#runs.getOrThrow(id);
    const index = run.interventions.findLastIndex((event) => event.type === type && isOpen(event));
    const event = run.interventions[index];
    if (!event) return;
    const interventions = run.interventions.with(index, this.#closed(event, closing));
    this.#runs.update(id, { interventions });
  }

  #closed(event: InterventionEvent, closing: Closing): InterventionEvent {
    const waitDurationMs = this.#context.clock.nowMs() - Date.parse(event.timestamp);
    // A wait of 0 would read as an open one; a clock set back must not make it negative.
    return { ...event, ...closing, waitDurationMs: Math.max(1, waitDurationMs) };
  }

  get #runs() {
    return this.#context.repositories.runs;
  }
}

/** Rework is answered from the start; it is open until the agent takes it up. */
function isOpen({ type, humanResponse, waitDurationMs }: InterventionEvent): boolean {
  return waitDurationMs === 0 && (humanResponse === undefined || type === 'rework');
}
