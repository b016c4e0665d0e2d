import type { AgentLog, AgentLogInput } from '../../shared/types.ts';
import type { ParsedAgentLogFilter } from '../repositories/agent-log-repository.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';

const DEFAULT_PAGE_LENGTH = 200;

/** Keeps what agents log. */
export class LogService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /**
   * Lists lines, the newest first; 200 of them, unless the filter says otherwise.
   *
   * @throws SweatShopError NotFound when `beforeId` names no line.
   */
  list(filter: ParsedAgentLogFilter = {}): AgentLog[] {
    return this.#logs.list({ limit: DEFAULT_PAGE_LENGTH, ...defined(filter) });
  }

  count(filter?: ParsedAgentLogFilter): number {
    return this.#logs.count(filter);
  }

  /**
   * Adds a line; without a ticket it is about the one the agent works on.
   *
   * @throws SweatShopError NotFound when the agent or the ticket does not exist.
   */
  add(agentId: string, line: AgentLogInput): AgentLog {
    return this.#context.database.transaction(() => {
      const { agents, tickets } = this.#context.repositories;
      const agent = agents.getOrThrow(agentId);
      if (line.ticketId !== undefined) tickets.getOrThrow(line.ticketId);
      return this.#logs.create({
        ...defined({ ticketId: agent.assignedTicketId }),
        level: 'info',
        ...defined(line),
        ...stampedNow('log', this.#context.clock),
        agentId,
      });
    });
  }

  /** @returns How many lines from before the timestamp were deleted. */
  prune(before: string): number {
    return this.#logs.deleteBefore(before);
  }

  get #logs() {
    return this.#context.repositories.agentLogs;
  }
}
