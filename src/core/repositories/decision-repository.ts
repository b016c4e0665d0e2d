import type * as v from 'valibot';
import { DecisionSchema, type Decision, type DecisionFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Decision>('decisions', DecisionSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedDecisionFilter = v.InferOutput<typeof DecisionFilterSchema>;

/** Keeps the decisions, the newest first. */
export class DecisionRepository extends FilteredRepository<Decision, ParsedDecisionFilter> {
  constructor(database: Database) {
    super(database, table, 'decision', 'created_at DESC, id DESC');
  }
}
