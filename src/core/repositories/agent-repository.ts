import { AgentSchema, type Agent } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Agent>('agents', AgentSchema);

/** Keeps the agents. */
export class AgentRepository extends Repository<Agent> {
  constructor(database: Database) {
    super(database, table, 'agent');
  }

  /** Lists all agents, the oldest first. */
  list(): Agent[] {
    return this.select({ where: allOf([]), orderBy: 'created_at, id' });
  }

  count(): number {
    return this.countWhere(allOf([]));
  }

  /** Gives the names in use. */
  listNames(): ReadonlySet<string> {
    const rows = this.selectRows('name', { where: allOf([]), orderBy: 'created_at, id' });
    return new Set(rows.map(([name]) => String(name)));
  }
}
