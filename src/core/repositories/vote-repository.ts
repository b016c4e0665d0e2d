import { VoteSchema, type Vote } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Vote>('votes', VoteSchema);

/** Keeps the votes: one of each voter on a proposal. */
export class VoteRepository extends Repository<Vote> {
  constructor(database: Database) {
    super(database, table, 'vote');
  }

  /** Lists the votes on a proposal, the oldest first. */
  listByProposal(proposalId: string): Vote[] {
    return this.select({ where: this.whereAll({ proposalId }), orderBy: 'created_at, id' });
  }

  /** Lists the votes of an agent, the newest first. */
  listByVoter(voterId: string): Vote[] {
    return this.select({ where: this.whereAll({ voterId }), orderBy: 'created_at DESC, id DESC' });
  }

  /** Gives what an agent voted on a proposal, or null. */
  getByVoter(proposalId: string, voterId: string): Vote | null {
    const where = this.whereAll({ proposalId, voterId });
    return this.select({ where, orderBy: 'id' })[0] ?? null;
  }
}
