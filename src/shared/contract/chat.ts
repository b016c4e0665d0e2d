import * as v from 'valibot';
import { ChatMessageSchema, ChatPageSchema, ChatPostSchema } from '../entities/chat-message.ts';
import { IdSchema, MessageSchema } from '../entities/fields.ts';
import { arg, channel, pushEvent } from './define.ts';

const agentId = arg('agentId', IdSchema);

export const chat = {
  history: channel(
    'chat:history',
    'Gives the last messages of a conversation, the oldest first.',
    [agentId, arg('page', v.optional(ChatPageSchema))],
    v.array(ChatMessageSchema),
    ['NotFound'],
  ),
  send: channel(
    'chat:send',
    'Sends what a person writes; it answers the open question of an agent that waits.',
    [agentId, arg('content', MessageSchema)],
    ChatMessageSchema,
  ),
  post: channel(
    'chat:post',
    'Adds a message of the agent, or of the system, to a conversation.',
    [agentId, arg('message', ChatPostSchema)],
    ChatMessageSchema,
  ),
};

export const chatEvents = {
  onMessage: pushEvent('chat:on-message', 'Sent for every new chat message.', ChatMessageSchema),
};
