import { GateCommentSchema, type GateComment } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<GateComment>('gate_comments', GateCommentSchema);

/** Keeps the remarks on gates. */
export class GateCommentRepository extends Repository<GateComment> {
  constructor(database: Database) {
    super(database, table, 'gate comment');
  }

  /** Lists the remarks on a gate, the oldest first. */
  listByGate(gateId: string): GateComment[] {
    return this.select({ where: this.whereAll({ gateId }), orderBy: 'created_at, seq' });
  }
}
