import { SweatShopError } from '../../shared/errors.ts';
import type { Closing, StageCompletion, StageReport, Ticket } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { AgentService } from './agent-service.ts';
import { HUMAN, type AuditTrail, type Change } from './audit-trail.ts';
import type { CommentService } from './comment-service.ts';
import type { ServiceContext } from './context.ts';
import type { EventService } from './event-service.ts';
import { turnOf } from './execution-plans.ts';
import type { RunService } from './run-service.ts';
import type { TicketBoard } from './ticket-board.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { TicketService } from './ticket-service.ts';

/** What a stage of a plan also moves. */
export type PlanParts = {
  readonly audit: AuditTrail;
  readonly board: TicketBoard;
  readonly positions: TicketPositions;
  readonly tickets: TicketService;
  readonly comments: CommentService;
  readonly events: EventService;
  readonly agents: AgentService;
  readonly runs: RunService;
};

/** Walks tickets through their execution plans, from one worker type to the next. */
export class PlanService {
  readonly #context: ServiceContext;
  readonly #parts: PlanParts;

  constructor(context: ServiceContext, parts: PlanParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Completes the stage of a plan whose turn it is: the report becomes a comment, an event goes into the queue, an
   * agent that holds the ticket is freed, and the ticket waits for the next worker type or, after the last, is merged.
   *
   * @throws SweatShopError NotFound; InvalidTransition when the plan is done, the ticket is closed, or it is another
   *   stage's turn; Conflict when another agent holds the ticket.
   */
  completeStage(ticketId: string, { stage, content, workerId }: StageReport): StageCompletion {
    return this.#context.database.transaction(() => {
      const { tickets } = this.#context.repositories;
      const ticket = tickets.getOrThrow(ticketId);
      const index = assertTurn(ticket, stage);
      this.#assertHolds(ticket, workerId);
      const worker = workerId === undefined ? {} : { workerId };
      const comment = this.#parts.comments.create({
        ...{ ticketId, workerType: stage, stageNumber: index + 1, content },
        ...worker,
      });
      if (ticket.assignedAgentId !== undefined) this.#release(ticket.assignedAgentId, stage);

      const nextStage = ticket.executionPlan[index + 1] ?? null;
      const actor = workerId === undefined ? HUMAN : `agent:${workerId}`;
      const change = this.#parts.audit.begin(actor, `The stage ${stage} was completed.`);
      const marked = this.#parts.board.write(change, tickets.getOrThrow(ticketId), {
        lastCompletedStage: stage,
        agentType: nextStage,
      });
      const event = this.#parts.events.create({
        ...{ eventType: 'ticket_stage_completed', ticketId, stage },
        ...worker,
      });
      return { ticket: this.#handOver(change, marked, nextStage), comment, event, nextStage };
    });
  }

  /**
   * Ends a ticket though its plan is not done.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is closed already; Conflict when an agent works on it.
   */
  close(ticketId: string, { outcome = 'merged', reason }: Closing): Ticket {
    return this.#context.database.transaction(() => {
      const ticket = this.#context.repositories.tickets.getOrThrow(ticketId);
      assertOpen(ticket, outcome);
      if (ticket.assignedAgentId !== undefined) {
        throw new SweatShopError(
          'Conflict',
          `An agent is working on "${ticket.title}". Stop it first.`,
          { agentId: ticket.assignedAgentId },
        );
      }
      const isMoved = ticket.status !== outcome;
      return this.#parts.board.write(this.#parts.audit.begin(HUMAN, reason), ticket, {
        ...(isMoved ? { status: outcome, position: this.#parts.positions.top(outcome) } : {}),
        closedAt: timestampOf(this.#context.clock),
      });
    });
  }

  #assertHolds({ title, assignedAgentId }: Ticket, workerId: string | undefined): void {
    if (assignedAgentId === undefined || workerId === undefined) return;
    if (assignedAgentId === workerId) return;
    throw new SweatShopError(
      'Conflict',
      `Another agent is working on "${title}"; only that one, or a person, can complete its stage.`,
      { agentId: assignedAgentId },
    );
  }

  /** What the agent did is complete, though the ticket is not. */
  #release(agentId: string, stage: string): void {
    const run = this.#parts.runs.current(agentId);
    if (run) this.#parts.runs.complete(run.id, 'completed');
    this.#parts.agents.stop(agentId, `The stage ${stage} is done; the ticket goes on.`);
  }

  #handOver(change: Change, ticket: Ticket, nextStage: string | null): Ticket {
    return this.#parts.tickets.follow(
      change,
      ticket.id,
      nextStage === null ? 'merged' : 'ready',
      null,
    );
  }
}

/** @returns The place of the stage in the plan. */
function assertTurn(ticket: Ticket, stage: string): number {
  assertOpen(ticket, stage);
  const { executionPlan, lastCompletedStage } = ticket;
  const expected = turnOf(ticket);
  if (expected !== undefined && expected === stage) return executionPlan.indexOf(stage);
  throw new SweatShopError(
    'InvalidTransition',
    expected === undefined
      ? `The plan of "${ticket.title}" has no stage left after ${lastCompletedStage}.`
      : `It is the turn of ${expected}, not of ${stage}, on "${ticket.title}".`,
    {
      from: lastCompletedStage,
      to: stage,
      allowed: expected === undefined ? [] : [expected],
    },
  );
}

function assertOpen(ticket: Ticket, to: string): void {
  if (ticket.closedAt === undefined && ticket.status !== 'merged') return;
  throw new SweatShopError('InvalidTransition', `"${ticket.title}" is closed. Reopen it first.`, {
    from: ticket.status,
    to,
    allowed: [],
  });
}
