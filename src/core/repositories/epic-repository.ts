import type * as v from 'valibot';
import { EpicSchema, type Epic, type EpicFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Epic>('epics', EpicSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedEpicFilter = v.InferOutput<typeof EpicFilterSchema>;

/** Keeps the epics, the newest first. */
export class EpicRepository extends FilteredRepository<Epic, ParsedEpicFilter> {
  constructor(database: Database) {
    super(database, table, 'epic', 'created_at DESC, id DESC');
  }
}
