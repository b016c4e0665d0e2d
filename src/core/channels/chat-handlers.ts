import type { ChatService } from '../services/chat-service.ts';
import type { HandlersOf } from './handlers.ts';

export function chatHandlers(chat: ChatService): HandlersOf<'chat'> {
  return {
    history: (agentId, page) => chat.history(agentId, page),
    send: (agentId, content) => chat.send(agentId, content),
    post: (agentId, message) => chat.post(agentId, message),
  };
}
