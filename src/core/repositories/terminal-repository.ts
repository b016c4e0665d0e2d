import { TerminalSchema, type Terminal } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Terminal>('terminals', TerminalSchema);

/** Keeps the terminals. */
export class TerminalRepository extends Repository<Terminal> {
  constructor(database: Database) {
    super(database, table, 'terminal');
  }

  /** Lists all terminals, the oldest first. */
  list(): Terminal[] {
    return this.query({ orderBy: [['createdAt', 'asc']] });
  }
}
