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

/** What is known of a row of a source; JSON is left as text, which is enough to compare it. */
export type KnownRow = {
  readonly id: string;
  readonly sourceTable: string;
  readonly sourceKey: string;
  readonly raw: string;
  readonly targetTable: string | null;
  readonly targetId: string | null;
  readonly fields: string | null;
};

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

  /** Gives what is known of all rows of a system. */
  listKnown(sourceSystem: string): KnownRow[] {
    const where = this.whereAll({ sourceSystem });
    const columns = 'id, source_table, source_key, raw, target_table, target_id, fields';
    return this.selectRows(columns, { where, orderBy: 'source_table, source_key' }).map(
      ([id, sourceTable, sourceKey, raw, targetTable, targetId, fields]) => ({
        ...{ id: String(id), sourceTable: String(sourceTable), sourceKey: String(sourceKey) },
        ...{ raw: String(raw), targetTable: textOrNull(targetTable) },
        ...{ targetId: textOrNull(targetId), fields: textOrNull(fields) },
      }),
    );
  }

  /** Gives the ids of the rows of a table that imports made. */
  targetsIn(targetTable: string): ReadonlySet<string> {
    const where = this.whereAll({ targetTable });
    return new Set(
      this.selectRows('target_id', { where, orderBy: 'id' }).map(([id]) => String(id)),
    );
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
