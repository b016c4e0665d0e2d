import type * as v from 'valibot';
import { GateSchema, type Gate, type GateFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf, type Condition } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Gate>('gates', GateSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedGateFilter = v.InferOutput<typeof GateFilterSchema>;

/** Keeps the gates, the oldest first. */
export class GateRepository extends Repository<Gate> {
  constructor(database: Database) {
    super(database, table, 'gate');
  }

  /** Lists what a filter takes in, the oldest first. */
  list({ limit, offset, ...filter }: ParsedGateFilter = {}): Gate[] {
    return this.select({ where: this.#where(filter), orderBy: 'created_at, id', limit, offset });
  }

  count(filter: ParsedGateFilter = {}): number {
    return this.countWhere(this.#where(filter));
  }

  #where({ stageId, status, epicId }: ParsedGateFilter): Condition {
    return allOf([
      this.where('stageId', stageId),
      this.where('status', status),
      epicId === undefined
        ? undefined
        : { sql: 'stage_id IN (SELECT id FROM stages WHERE epic_id = ?)', params: [epicId] },
    ]);
  }
}
