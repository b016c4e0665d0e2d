import type * as v from 'valibot';
import type { Agent, ClaimFilterSchema, Ticket, TicketRun } from '../../shared/types.ts';
import type { AgentReportService } from './agent-reports.ts';
import type { AgentService } from './agent-service.ts';
import type { ServiceContext } from './context.ts';
import type { TicketService } from './ticket-service.ts';

/** What an agent took, and the run that started with it. */
export type Claim = { readonly ticket: Ticket; readonly agent: Agent; readonly run: TicketRun };

type ClaimServices = {
  readonly tickets: TicketService;
  readonly agents: AgentService;
  readonly reports: AgentReportService;
};

/** How agents take work by themselves. */
export class ClaimService {
  readonly #context: ServiceContext;
  readonly #services: ClaimServices;

  constructor(context: ServiceContext, services: ClaimServices) {
    this.#context = context;
    this.#services = services;
  }

  /**
   * Puts an agent to work on the first ready ticket that fits, by priority and then age.
   *
   * It is one transaction, and there is one writer: no two agents are ever given the same ticket.
   *
   * @param agentId An agent that nobody has met yet appears, of the type that the filter asks for.
   * @returns Null when no ticket fits; then no agent appears either.
   * @throws SweatShopError InvalidTransition when the agent is not idle; LimitReached when the column of tickets in
   *   work is full.
   */
  claimNext(agentId: string, filter: v.InferOutput<typeof ClaimFilterSchema> = {}): Claim | null {
    return this.#context.database.transaction(() => {
      const { tickets, agents, reports } = this.#services;
      const [next] = tickets.ready({ ...filter, limit: 1 });
      if (!next) return null;
      const agentType = filter.agentType?.find((type) => type !== null);
      reports.appear(agentId, agentType);
      const assigned = agents.assign(agentId, { ticketId: next.id }, `agent:${agentId}`);
      return { ...assigned, ticket: this.#context.repositories.tickets.getOrThrow(next.id) };
    });
  }
}
