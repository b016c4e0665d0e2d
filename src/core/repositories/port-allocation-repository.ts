import { PortAllocationSchema, type PortAllocation } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<PortAllocation>('port_allocations', PortAllocationSchema);

/** Keeps which project folder has which block of ports. */
export class PortAllocationRepository extends Repository<PortAllocation> {
  constructor(database: Database) {
    super(database, table, 'port allocation');
  }

  /** Lists all blocks by their first port. */
  list(): PortAllocation[] {
    return this.query({ orderBy: [['basePort', 'asc']] });
  }

  /** Gives the block of a project folder, or null. */
  getByPath(projectPath: string): PortAllocation | null {
    return this.query({ where: [['projectPath', '=', projectPath]] })[0] ?? null;
  }
}
