import { AgentHeartbeatService } from './agent-heartbeats.ts';
import { AgentService } from './agent-service.ts';
import { AuditTrail } from './audit-trail.ts';
import { ChatService } from './chat-service.ts';
import type { ServiceContext } from './context.ts';
import { HistoryService } from './history-service.ts';
import { ImportService } from './import-service.ts';
import { OrgService } from './org-service.ts';
import { ProblemService } from './problem-service.ts';
import { PromptService } from './prompt-service.ts';
import { RunService } from './run-service.ts';
import { SearchService } from './search-service.ts';
import { TicketBoard } from './ticket-board.ts';
import { TicketPositions } from './ticket-positions.ts';
import { TicketService } from './ticket-service.ts';
import { WipLimitService } from './wip-limits.ts';

/** The use cases, one service for each subject. */
export type Services = ReturnType<typeof createServices>;

/** Makes the services over one database. */
export function createServices(context: ServiceContext) {
  const audit = new AuditTrail(context);
  const limits = new WipLimitService(context);
  const positions = new TicketPositions(context.repositories.tickets);
  const board = new TicketBoard(context, { audit, limits, positions });
  const tickets = new TicketService(context, { audit, limits, positions, board });
  const history = new HistoryService(context, { audit, board });
  const runs = new RunService(context, audit);
  const orgs = new OrgService(context, audit);
  const agents = new AgentService(context, { tickets, runs, orgs, audit });
  const heartbeats = new AgentHeartbeatService(context);
  const chat = new ChatService(context, agents, runs);
  const prompts = new PromptService(context);
  const imports = new ImportService(context, { positions, limits });
  const problems = new ProblemService(context);
  const search = new SearchService(context);
  return {
    tickets,
    limits,
    history,
    agents,
    heartbeats,
    orgs,
    chat,
    runs,
    prompts,
    imports,
    problems,
    search,
  };
}
