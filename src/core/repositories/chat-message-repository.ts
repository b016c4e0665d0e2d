import { ChatMessageSchema, type ChatMessage } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<ChatMessage>('chat_messages', ChatMessageSchema);

/** Keeps the conversations. Messages of one millisecond stand in the order in which they were added. */
export class ChatMessageRepository extends Repository<ChatMessage> {
  constructor(database: Database) {
    super(database, table, 'chat message');
  }

  /**
   * Gives a part of a conversation, the oldest first.
   *
   * @param limit How many of the newest messages at most.
   * @param beforeId Only messages older than this one.
   * @throws SweatShopError NotFound when `beforeId` names no message.
   */
  listByAgent(agentId: string, limit: number, beforeId?: string): ChatMessage[] {
    const before = beforeId === undefined ? undefined : this.getOrThrow(beforeId);
    const where = allOf([
      this.where('agentId', agentId),
      before && {
        sql: '(timestamp, seq) < (?, (SELECT seq FROM chat_messages WHERE id = ?))',
        params: [before.timestamp, before.id],
      },
    ]);
    return this.select({ where, orderBy: 'timestamp DESC, seq DESC', limit }).reverse();
  }

  countByAgent(agentId: string): number {
    return this.countWhere(this.whereAll({ agentId }));
  }

  /** @returns How many messages were deleted. */
  deleteByAgent(agentId: string): number {
    return this.deleteWhere(this.whereAll({ agentId }));
  }
}
