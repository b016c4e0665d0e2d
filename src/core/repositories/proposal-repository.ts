import type * as v from 'valibot';
import { ProposalSchema, type Proposal, type ProposalFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Proposal>('proposals', ProposalSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedProposalFilter = v.InferOutput<typeof ProposalFilterSchema>;

/** Keeps the proposals, the newest first. */
export class ProposalRepository extends FilteredRepository<Proposal, ParsedProposalFilter> {
  constructor(database: Database) {
    super(database, table, 'proposal', 'created_at DESC, id DESC');
  }

  /**
   * Lists the proposals whose time to vote is over, the longest overdue first.
   *
   * @param now A deadline at or before this timestamp has passed.
   */
  listOverdue(now: string): Proposal[] {
    const where = {
      sql: "status = 'voting' AND voting_deadline <= ?",
      params: [now],
    };
    return this.select({ where, orderBy: 'voting_deadline, id' });
  }
}
