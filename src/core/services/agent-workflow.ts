import { SweatShopError } from '../../shared/errors.ts';
import {
  AGENT_TRANSITIONS,
  type Agent,
  type AgentStatus,
  type RunOutcome,
  type TicketStatus,
} from '../../shared/types.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import { addChatMessage } from './chat-log.ts';
import { updatedNow, type ServiceContext } from './context.ts';
import type { OrgService } from './org-service.ts';
import type { RunService } from './run-service.ts';
import type { TicketService } from './ticket-service.ts';

/** Where the ticket of an agent stands on the board; in ERROR and IDLE it depends on what came before. */
const TICKET_STATUS: Partial<Record<AgentStatus, TicketStatus>> = {
  ASSIGNED: 'in_progress',
  BRANCHING: 'in_progress',
  DEVELOPING: 'in_progress',
  NEEDS_INPUT: 'in_progress',
  PROVISIONING: 'in_progress',
  QA_READY: 'qa_review',
  MERGING: 'approved',
  REWORK: 'rejected',
};

/** The services that a step of an agent also moves. */
export type WorkflowServices = {
  readonly tickets: TicketService;
  readonly runs: RunService;
  readonly orgs: OrgService;
  readonly audit: AuditTrail;
};

/** Walks agents through their state machine, with everything a step means for ticket, run and org. */
export class AgentWorkflow {
  readonly #context: ServiceContext;
  readonly #services: WorkflowServices;

  constructor(context: ServiceContext, services: WorkflowServices) {
    this.#context = context;
    this.#services = services;
  }

  /**
   * Takes one step; must be called in a transaction.
   *
   * @param change Who takes it, and why.
   * @param text What goes with the step: the question, the error, the reason or the answer.
   * @throws SweatShopError InvalidTransition with from, to and allowed; LimitReached when the ticket would enter a
   *   full column.
   */
  step(change: Change, agent: Agent, to: AgentStatus, text?: string): Agent {
    assertAllowed(agent, to);
    this.#leave(agent, text);
    const entered = this.#enter(change, agent, to, text);
    this.#services.audit.recordUpdate(change, 'agents', agent, entered);
    this.#context.database.afterCommit(() => {
      this.#context.pushBus.push('agent:status-changed', {
        agentId: agent.id,
        from: agent.status,
        to,
      });
    });
    return entered;
  }

  /** Ends the wait that the present status meant. */
  #leave(agent: Agent, text: string | undefined): void {
    const run = this.#services.runs.current(agent.id);
    if (!run) return;
    if (agent.status === 'NEEDS_INPUT') {
      const closing = text === undefined ? {} : { humanResponse: text };
      this.#services.runs.closeIntervention(run.id, 'question', closing);
    }
    if (agent.status === 'REWORK') this.#services.runs.closeIntervention(run.id, 'rework');
    if (agent.status === 'ERROR') this.#services.runs.closeIntervention(run.id, 'error_recovery');
  }

  #enter(change: Change, agent: Agent, to: AgentStatus, text: string | undefined): Agent {
    if (to === 'IDLE') return this.#free(change, agent);
    this.#openIntervention(agent, to, text);
    const ticketStatus = TICKET_STATUS[to];
    if (agent.assignedTicketId !== undefined && ticketStatus !== undefined) {
      this.#services.tickets.follow(change, agent.assignedTicketId, ticketStatus, agent.id);
    }
    return this.#agents.update(agent.id, { status: to, ...updatedNow(this.#context.clock) });
  }

  #openIntervention(agent: Agent, to: AgentStatus, text = ''): void {
    const run = this.#services.runs.current(agent.id);
    if (to === 'NEEDS_INPUT') {
      addChatMessage(this.#context, agent.id, 'agent', text);
      if (run) {
        this.#services.runs.incrementIntervention(run.id, { type: 'question', agentMessage: text });
      }
    }
    if (to === 'ERROR') {
      addChatMessage(this.#context, agent.id, 'system', text);
      if (run) {
        this.#services.runs.incrementIntervention(run.id, {
          type: 'error_recovery',
          agentMessage: text,
        });
      }
    }
    if (to === 'REWORK') {
      addChatMessage(this.#context, agent.id, 'user', text);
      if (run) {
        this.#services.runs.incrementIntervention(run.id, {
          type: 'rework',
          agentMessage: 'The work was ready for QA.',
          humanResponse: text,
        });
      }
    }
  }

  /** Merged work is completed; work that ends in any other way goes back to ready. */
  #free(change: Change, agent: Agent): Agent {
    const isMerged = agent.status === 'MERGING';
    const outcome: RunOutcome = isMerged ? 'completed' : 'failed';
    const run = this.#services.runs.current(agent.id);
    if (run) this.#services.runs.complete(run.id, outcome, change);
    this.#services.orgs.releaseHeldBy(agent.id, change);
    const freed = this.#agents.update(agent.id, {
      status: 'IDLE',
      assignedTicketId: null,
      branchName: null,
      ...updatedNow(this.#context.clock),
    });
    if (agent.assignedTicketId !== undefined) {
      const ticketStatus = isMerged ? 'merged' : 'ready';
      this.#services.tickets.follow(change, agent.assignedTicketId, ticketStatus, null);
    }
    return freed;
  }

  get #agents() {
    return this.#context.repositories.agents;
  }
}

function assertAllowed(agent: Agent, to: AgentStatus): void {
  const allowed: readonly AgentStatus[] = AGENT_TRANSITIONS[agent.status];
  if (allowed.includes(to)) return;
  throw new SweatShopError(
    'InvalidTransition',
    `${agent.name} is ${agent.status} and cannot go to ${to}; it can go to ${allowed.join(', ')}.`,
    { from: agent.status, to, allowed },
  );
}
