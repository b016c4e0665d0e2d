import type { DeleteOptions } from '../../shared/contract/options.ts';
import { SweatShopError, invalidInput } from '../../shared/errors.ts';
import type {
  Agent,
  AgentInput,
  AgentPatch,
  AgentStatus,
  Assignment,
  Ticket,
  TicketRun,
  TicketStatus,
} from '../../shared/types.ts';
import { AgentWorkflow, type WorkflowServices } from './agent-workflow.ts';
import type { Change } from './audit-trail.ts';
import { addChatMessage } from './chat-log.ts';
import { createdNow, defined, updatedNow, type ServiceContext } from './context.ts';

/** The statuses of tickets that an agent can be put to work on. */
const ASSIGNABLE: readonly TicketStatus[] = ['backlog', 'ready', 'in_progress', 'rejected'];

/** Steps that need words or an assignment and so have a call of their own. */
const OWN_CALLS: Partial<Record<AgentStatus, string>> = {
  ASSIGNED: 'agents.assign',
  NEEDS_INPUT: 'agents.ask',
  REWORK: 'agents.reject',
  ERROR: 'agents.fail',
};

/** What people and programs do with agents. */
export class AgentService {
  readonly #context: ServiceContext;
  readonly #services: WorkflowServices;
  readonly #workflow: AgentWorkflow;

  constructor(context: ServiceContext, services: WorkflowServices) {
    this.#context = context;
    this.#services = services;
    this.#workflow = new AgentWorkflow(context, services);
  }

  list(): Agent[] {
    return this.#agents.list();
  }

  get(id: string): Agent | null {
    return this.#agents.get(id);
  }

  /** Creates an idle agent; without a name it is called "Agent" and the next free number. */
  create(data: AgentInput = {}): Agent {
    return this.#context.database.transaction(() =>
      this.#agents.create({
        agentType: 'coder',
        ...defined(data),
        ...createdNow('agent', this.#context.clock),
        name: data.name ?? this.#nextName(),
        status: 'IDLE',
      }),
    );
  }

  /**
   * Changes the given fields of an agent.
   *
   * @throws SweatShopError NotFound; InvalidTransition; InvalidInput when the step needs a call of its own.
   */
  update(id: string, { status, ...fields }: AgentPatch): Agent {
    return this.#context.database.transaction(() => {
      const agent = this.#agents.update(id, { ...fields, ...updatedNow(this.#context.clock) });
      const run = fields.branchName === undefined ? null : this.#services.runs.current(id);
      if (run) this.#context.repositories.runs.update(run.id, { branchName: fields.branchName });
      if (status === undefined || status === agent.status) return agent;
      const ownCall = OWN_CALLS[status];
      if (ownCall !== undefined) {
        throw invalidInput({ path: 'status', message: `use ${ownCall} to go to ${status}` });
      }
      if (status === 'MERGING') return this.#approve(id);
      if (status === 'IDLE' && agent.status === 'MERGING') return this.#merge(agent);
      // These are steps that the agent's program reports.
      return this.#workflow.step(this.#byAgent(id), agent, status);
    });
  }

  /**
   * Deletes an idle agent; an org it holds is released.
   *
   * @throws SweatShopError NotFound; Conflict when it works, or when runs, messages, log lines, proposals or votes
   *   belong to it and `withHistory` does not agree that they go too.
   */
  delete(id: string, { withHistory = false }: DeleteOptions = {}): void {
    this.#context.database.transaction(() => {
      const { runs, chat, prompts, agentLogs, proposals, votes } = this.#context.repositories;
      const agent = this.#agents.getOrThrow(id);
      if (agent.status !== 'IDLE') {
        throw new SweatShopError('Conflict', `${agent.name} is at work. Stop it first.`, {
          agentId: id,
          agentStatus: agent.status,
        });
      }
      const history = {
        runs: runs.count({ agentId: id }),
        messages: chat.countByAgent(id),
        logs: agentLogs.count({ agentId: id }),
        proposals: proposals.count({ proposerId: id }),
        votes: votes.listByVoter(id).length,
      };
      const parts = Object.entries(history).filter(([, count]) => count > 0);
      if (parts.length > 0 && !withHistory) {
        const list = parts.map(([what, count]) => `${String(count)} ${what}`).join(', ');
        throw new SweatShopError(
          'Conflict',
          `${agent.name} has a history: ${list}. Delete it with its history if that may go too.`,
          history,
        );
      }
      this.#services.orgs.releaseHeldBy(id);
      prompts.deleteBy({ agentId: id });
      runs.deleteBy({ agentId: id });
      chat.deleteByAgent(id);
      agentLogs.deleteByAgent(id);
      for (const vote of votes.listByVoter(id)) votes.delete(vote.id);
      for (const proposal of proposals.list({ proposerId: id })) proposals.delete(proposal.id);
      this.#agents.delete(id);
    });
  }

  /**
   * Puts an idle agent to work on a ticket: org, run and ticket follow, or nothing happens.
   *
   * @param actor Who does it, as the audit trail names it; a person unless it says otherwise.
   * @throws SweatShopError NotFound; InvalidTransition when the agent is not idle; Conflict when the ticket
   *   is taken or done, or the org is; DependencyUnmet when the ticket waits for others and the assignment does not
   *   override that; LimitReached when any org would do but none is available, or when the column is full.
   */
  assign(
    id: string,
    assignment: Assignment,
    actor?: string,
  ): { readonly agent: Agent; readonly run: TicketRun } {
    return this.#context.database.transaction(() => {
      const { tickets } = this.#context.repositories;
      const ticket = tickets.getOrThrow(assignment.ticketId);
      const { assignedOrgAlias: heldAlias } = this.#agents.getOrThrow(id);
      this.#assertAssignable(ticket, id, assignment.override);
      const change = this.#services.audit.begin(actor, assignment.reason);
      const { org } = assignment;
      if (typeof org === 'string') this.#services.orgs.claim(id, org, change);
      else if (org === true && heldAlias === undefined)
        this.#services.orgs.claim(id, undefined, change);
      const idle = this.#agents.getOrThrow(id);
      this.#workflow.step(change, idle, 'ASSIGNED');
      const run = this.#services.runs.create({
        ticketId: ticket.id,
        agentId: id,
        orgAlias: idle.assignedOrgAlias,
        branchName: assignment.branchName,
      });
      const agent = this.#agents.update(id, {
        assignedTicketId: ticket.id,
        branchName: assignment.branchName,
      });
      this.#services.tickets.follow(change, ticket.id, 'in_progress', id);
      addChatMessage(this.#context, id, 'system', `Assigned: ${ticket.title}`);
      return { agent, run };
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition. */
  ask(id: string, question: string): Agent {
    return this.#step(this.#byAgent(id), id, 'NEEDS_INPUT', question);
  }

  /** @throws SweatShopError NotFound; InvalidTransition. */
  fail(id: string, message: string): Agent {
    return this.#step(this.#byAgent(id, message), id, 'ERROR', message);
  }

  /** @throws SweatShopError NotFound; InvalidTransition. */
  reject(id: string, reason: string): Agent {
    return this.#step(this.#services.audit.begin(undefined, reason), id, 'REWORK', reason);
  }

  /** @throws SweatShopError NotFound; InvalidTransition. */
  approve(id: string): Agent {
    return this.#context.database.transaction(() => this.#approve(id));
  }

  /** @throws SweatShopError NotFound; InvalidTransition when the work is not approved. */
  merge(id: string): Agent {
    return this.#context.database.transaction(() => this.#merge(this.#agents.getOrThrow(id)));
  }

  /**
   * Takes the ticket away from an agent that works: the run is cancelled, the ticket is ready again.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is idle.
   */
  stop(id: string, reason = 'Stopped by a person.'): Agent {
    return this.#context.database.transaction(() => {
      const agent = this.#agents.getOrThrow(id);
      const change = this.#services.audit.begin(undefined, reason);
      const run = this.#services.runs.current(id);
      if (run && agent.status !== 'IDLE') this.#services.runs.complete(run.id, 'cancelled', change);
      if (agent.status !== 'ERROR') {
        const stopped = this.#workflow.step(change, agent, 'ERROR', reason);
        return this.#workflow.step(change, stopped, 'IDLE');
      }
      addChatMessage(this.#context, id, 'system', reason);
      return this.#workflow.step(change, agent, 'IDLE');
    });
  }

  /**
   * Sends terminal output to whoever watches; nothing is stored.
   *
   * @throws SweatShopError NotFound.
   */
  writeTerminal(id: string, data: string): void {
    this.#agents.getOrThrow(id);
    this.#context.pushBus.push('agent:terminal-data', { agentId: id, data });
  }

  /** Hands a person's answer to an agent that waits for one; must be called in a transaction. */
  answer(agent: Agent, answer: string): void {
    this.#workflow.step(this.#services.audit.begin(), agent, 'DEVELOPING', answer);
  }

  #step(change: Change, id: string, to: AgentStatus, text?: string): Agent {
    return this.#context.database.transaction(() =>
      this.#workflow.step(change, this.#agents.getOrThrow(id), to, text),
    );
  }

  #approve(id: string): Agent {
    const change = this.#services.audit.begin();
    const agent = this.#workflow.step(change, this.#agents.getOrThrow(id), 'MERGING');
    addChatMessage(this.#context, id, 'system', 'Approved; merging.');
    return agent;
  }

  #merge(agent: Agent): Agent {
    // From ERROR an agent may go to IDLE too, but that merges nothing.
    if (agent.status === 'ERROR') {
      throw new SweatShopError(
        'InvalidTransition',
        `${agent.name} stopped with an error; only approved work can be merged.`,
        { from: agent.status, to: 'IDLE', allowed: ['DEVELOPING', 'PROVISIONING'] },
      );
    }
    const freed = this.#workflow.step(this.#services.audit.begin(), agent, 'IDLE');
    addChatMessage(this.#context, agent.id, 'system', 'Merged.');
    return freed;
  }

  #byAgent(id: string, reason?: string): Change {
    return this.#services.audit.begin(`agent:${id}`, reason);
  }

  #assertAssignable(ticket: Ticket, agentId: string, override = false): void {
    const { tickets, agents } = this.#context.repositories;
    if (ticket.assignedAgentId !== undefined && ticket.assignedAgentId !== agentId) {
      const name = agents.get(ticket.assignedAgentId)?.name;
      throw new SweatShopError(
        'Conflict',
        `${name ?? 'Another agent'} is working on "${ticket.title}" already.`,
        {
          agentId: ticket.assignedAgentId,
        },
      );
    }
    if (!ASSIGNABLE.includes(ticket.status)) {
      throw new SweatShopError(
        'Conflict',
        `"${ticket.title}" is ${ticket.status}. Move it back to ready first.`,
        { status: ticket.status },
      );
    }
    if (ticket.archivedAt !== undefined) {
      throw new SweatShopError(
        'Conflict',
        `"${ticket.title}" is archived. Take it out of the archive first.`,
        { archivedAt: ticket.archivedAt },
      );
    }
    const blockedBy = override ? [] : tickets.unfinishedAmong(ticket.dependsOn);
    if (blockedBy.length > 0) {
      throw new SweatShopError(
        'DependencyUnmet',
        `"${ticket.title}" waits for ${String(blockedBy.length)} unfinished ticket(s).`,
        { blockedBy },
      );
    }
  }

  #nextName(): string {
    const names = this.#agents.listNames();
    let number = 1;
    while (names.has(`Agent ${String(number)}`)) number += 1;
    return `Agent ${String(number)}`;
  }

  get #agents() {
    return this.#context.repositories.agents;
  }
}
