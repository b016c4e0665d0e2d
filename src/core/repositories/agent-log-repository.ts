import type * as v from 'valibot';
import { AgentLogSchema, type AgentLog, type AgentLogFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<AgentLog>('agent_logs', AgentLogSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedAgentLogFilter = v.InferOutput<typeof AgentLogFilterSchema>;

/** Keeps what agents log. Lines of one millisecond stand in the order in which they were added. */
export class AgentLogRepository extends Repository<AgentLog> {
  constructor(database: Database) {
    super(database, table, 'log line');
  }

  /**
   * Lists what a filter takes in, the newest first.
   *
   * @throws SweatShopError NotFound when `beforeId` names no line.
   */
  list({ limit, offset, beforeId, ...filter }: ParsedAgentLogFilter = {}): AgentLog[] {
    const before = beforeId === undefined ? undefined : this.getOrThrow(beforeId);
    const where = allOf([
      this.whereAll(filter),
      before && {
        sql: '(created_at, seq) < (?, (SELECT seq FROM agent_logs WHERE id = ?))',
        params: [before.createdAt, before.id],
      },
    ]);
    return this.select({ where, orderBy: 'created_at DESC, seq DESC', limit, offset });
  }

  count({ agentId, ticketId, level }: ParsedAgentLogFilter = {}): number {
    return this.countWhere(this.whereAll({ agentId, ticketId, level }));
  }

  /** @returns How many lines were deleted. */
  deleteByAgent(agentId: string): number {
    return this.deleteWhere(this.whereAll({ agentId }));
  }

  /**
   * Deletes old lines.
   *
   * @param before Lines from before this timestamp go.
   * @returns How many were deleted.
   */
  deleteBefore(before: string): number {
    return this.deleteWhere({ sql: 'created_at < ?', params: [before] });
  }
}
