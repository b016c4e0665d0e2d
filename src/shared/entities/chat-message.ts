import * as v from 'valibot';
import { IdSchema, MessageSchema, TimestampSchema } from './fields.ts';

export const CHAT_ROLES = ['agent', 'user', 'system'] as const;

export const ChatRoleSchema = v.picklist(CHAT_ROLES);
export type ChatRole = v.InferOutput<typeof ChatRoleSchema>;

/** One line of the conversation between a person and an agent. */
export const ChatMessageSchema = v.object({
  id: IdSchema,
  agentId: IdSchema,
  role: ChatRoleSchema,
  /** Markdown; hostile until sanitised. */
  content: v.string(),
  timestamp: TimestampSchema,
});
export type ChatMessage = v.InferOutput<typeof ChatMessageSchema>;

/** A message that an agent, or the program that runs it, adds to its own conversation. */
export const ChatPostSchema = v.strictObject({
  role: v.picklist(['agent', 'system']),
  content: MessageSchema,
});
export type ChatPost = v.InferInput<typeof ChatPostSchema>;

/** Which part of a conversation: the last `limit` messages, or those just before the message `beforeId`. */
export const ChatPageSchema = v.strictObject({
  limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10_000))),
  beforeId: v.optional(IdSchema),
});
export type ChatPage = v.InferInput<typeof ChatPageSchema>;
