import type * as v from 'valibot';
import {
  ImportRecordSchema,
  type ImportRecord,
  type ImportRecordFilterSchema,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<ImportRecord>('import_records', ImportRecordSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedImportRecordFilter = v.InferOutput<typeof ImportRecordFilterSchema>;

/** Keeps what came from other systems, the newest first. */
export class ImportRecordRepository extends FilteredRepository<
  ImportRecord,
  ParsedImportRecordFilter
> {
  constructor(database: Database) {
    super(database, table, 'import record', 'imported_at DESC, id DESC');
  }

  /** Gives the record of a row of another system, or null when it never came here. */
  getBySource(sourceSystem: string, sourceTable: string, sourceKey: string): ImportRecord | null {
    const where = this.whereAll({ sourceSystem, sourceTable, sourceKey });
    return this.select({ where, orderBy: 'id' })[0] ?? null;
  }
}
