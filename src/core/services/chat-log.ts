import type { ChatMessage, ChatRole } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { createId, type ServiceContext } from './context.ts';

/**
 * Adds a message to a conversation and announces it after the commit.
 *
 * @throws SweatShopError NotFound when there is no such agent.
 */
export function addChatMessage(
  { repositories, clock, database, pushBus }: ServiceContext,
  agentId: string,
  role: ChatRole,
  content: string,
): ChatMessage {
  repositories.agents.getOrThrow(agentId);
  const message = repositories.chat.create({
    id: createId('message'),
    agentId,
    role,
    content,
    timestamp: timestampOf(clock),
  });
  database.afterCommit(() => {
    pushBus.push('chat:on-message', message);
  });
  return message;
}
