import {
  RefinedPromptSchema,
  type RefinedPrompt,
  type RefinedPromptFilter,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<RefinedPrompt>('refined_prompts', RefinedPromptSchema);

/** Keeps the refined prompts. */
export class RefinedPromptRepository extends Repository<RefinedPrompt> {
  constructor(database: Database) {
    super(database, table, 'refined prompt');
  }

  /** Lists what a filter takes in, the newest first. */
  list({ limit, offset, ...filter }: RefinedPromptFilter = {}): RefinedPrompt[] {
    const where = this.whereAll(filter);
    return this.select({ where, orderBy: 'created_at DESC, id DESC', limit, offset });
  }

  count({ ticketId, runId }: RefinedPromptFilter = {}): number {
    return this.countWhere(this.whereAll({ ticketId, runId }));
  }

  /** Deletes the prompts of a ticket, or of an agent's runs. @returns How many were deleted. */
  deleteBy(owner: { readonly ticketId: string } | { readonly agentId: string }): number {
    if ('ticketId' in owner) return this.deleteWhere(this.whereAll(owner));
    return this.deleteWhere({
      sql: 'run_id IN (SELECT id FROM ticket_runs WHERE agent_id = ?)',
      params: [owner.agentId],
    });
  }
}
