import { ScratchOrgSchema, type ScratchOrg } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<ScratchOrg>('scratch_orgs', ScratchOrgSchema);

/** Keeps the scratch orgs. */
export class ScratchOrgRepository extends Repository<ScratchOrg> {
  constructor(database: Database) {
    super(database, table, 'scratch org');
  }

  /** Lists all orgs by alias. */
  list(): ScratchOrg[] {
    return this.select({ where: allOf([]), orderBy: 'alias' });
  }

  count(): number {
    return this.countWhere(allOf([]));
  }

  /** Gives the org an agent holds, or null. */
  getByAgent(agentId: string): ScratchOrg | null {
    const where = this.whereAll({ assignedAgentId: agentId });
    return this.select({ where, orderBy: 'alias', limit: 1 })[0] ?? null;
  }

  /**
   * Gives the available org that lives longest, or null.
   *
   * @param now Orgs that expire at or before this timestamp are passed over.
   */
  findAvailable(now: string): ScratchOrg | null {
    const where = allOf([
      this.where('status', 'available'),
      { sql: '(expires_at IS NULL OR expires_at > ?)', params: [now] },
    ]);
    const orderBy = 'expires_at IS NULL DESC, expires_at DESC, alias';
    return this.select({ where, orderBy, limit: 1 })[0] ?? null;
  }
}
