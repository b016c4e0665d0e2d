import type { ChatMessage, ChatPage, ChatPost } from '../../shared/types.ts';
import type { AgentService } from './agent-service.ts';
import { addChatMessage } from './chat-log.ts';
import type { ServiceContext } from './context.ts';
import type { RunService } from './run-service.ts';

const DEFAULT_PAGE_LENGTH = 200;

/** The conversations between people and agents. */
export class ChatService {
  readonly #context: ServiceContext;
  readonly #agents: AgentService;
  readonly #runs: RunService;

  constructor(context: ServiceContext, agents: AgentService, runs: RunService) {
    this.#context = context;
    this.#agents = agents;
    this.#runs = runs;
  }

  /**
   * Gives the last messages of a conversation, the oldest first.
   *
   * @throws SweatShopError NotFound when the agent or the message `beforeId` does not exist.
   */
  history(
    agentId: string,
    { limit = DEFAULT_PAGE_LENGTH, beforeId }: ChatPage = {},
  ): ChatMessage[] {
    this.#context.repositories.agents.getOrThrow(agentId);
    return this.#context.repositories.chat.listByAgent(agentId, limit, beforeId);
  }

  /**
   * Stores what a person writes to an agent.
   *
   * It answers the question of an agent that waits for input; to an agent at work it counts as guidance.
   *
   * @throws SweatShopError NotFound.
   */
  send(agentId: string, content: string): ChatMessage {
    return this.#context.database.transaction(() => {
      const agent = this.#context.repositories.agents.getOrThrow(agentId);
      const message = addChatMessage(this.#context, agentId, 'user', content);
      const run = this.#runs.current(agentId);
      if (agent.status === 'NEEDS_INPUT') this.#agents.answer(agent, content);
      else if (run) {
        this.#runs.incrementIntervention(run.id, {
          type: 'guidance',
          agentMessage: '',
          humanResponse: content,
        });
      }
      return message;
    });
  }

  /**
   * Stores what an agent, or the program that runs it, has to say.
   *
   * @throws SweatShopError NotFound.
   */
  post(agentId: string, { role, content }: ChatPost): ChatMessage {
    return this.#context.database.transaction(() =>
      addChatMessage(this.#context, agentId, role, content),
    );
  }
}
