import { AgentService } from './agent-service.ts';
import { ChatService } from './chat-service.ts';
import type { ServiceContext } from './context.ts';
import { ImportService } from './import-service.ts';
import { OrgService } from './org-service.ts';
import { ProblemService } from './problem-service.ts';
import { PromptService } from './prompt-service.ts';
import { RunService } from './run-service.ts';
import { SearchService } from './search-service.ts';
import { TicketService } from './ticket-service.ts';

/** The use cases, one service for each subject. */
export type Services = ReturnType<typeof createServices>;

/** Makes the services over one database. */
export function createServices(context: ServiceContext) {
  const tickets = new TicketService(context);
  const runs = new RunService(context);
  const orgs = new OrgService(context);
  const agents = new AgentService(context, { tickets, runs, orgs });
  const chat = new ChatService(context, agents, runs);
  const prompts = new PromptService(context);
  const imports = new ImportService(context);
  const problems = new ProblemService(context);
  const search = new SearchService(context);
  return { tickets, agents, orgs, chat, runs, prompts, imports, problems, search };
}
