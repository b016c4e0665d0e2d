import type { Database } from '../database/database.ts';
import { AgentRepository } from './agent-repository.ts';
import { ChatMessageRepository } from './chat-message-repository.ts';
import { RefinedPromptRepository } from './refined-prompt-repository.ts';
import { ScratchOrgRepository } from './scratch-org-repository.ts';
import { TicketRepository } from './ticket-repository.ts';
import { TicketRunRepository } from './ticket-run-repository.ts';

/** One repository for each entity, all over one database. */
export type Repositories = ReturnType<typeof createRepositories>;

/** Makes the repositories of a database. */
export function createRepositories(database: Database) {
  return {
    tickets: new TicketRepository(database),
    agents: new AgentRepository(database),
    orgs: new ScratchOrgRepository(database),
    chat: new ChatMessageRepository(database),
    runs: new TicketRunRepository(database),
    prompts: new RefinedPromptRepository(database),
  };
}
