import type { ImportTarget } from '../../shared/types.ts';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import type { Row, RowCursor } from '../database/database.ts';
import type { Cell, ImageReader } from '../database/image-reader.ts';
import { Table, type EntityLike } from '../repositories/table.ts';
import { TARGETS } from './import-targets.ts';

/** A row as it leaves the database: as the contract has it, or as it is where it cannot be read. */
export type ExportedRow =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly unreadable: Readonly<Record<string, Cell>>; readonly why: string };

/** Names the fields of the rows of a table, in order. */
export function fieldsOf(table: ImportTarget): readonly string[] {
  return Object.keys(TARGETS[table].schema.entries);
}

/**
 * Gives every row of a table one by one, in the order in which they were added.
 *
 * @throws SweatShopError with the code that the SQLite error stands for.
 */
export function* exportRows(reader: ImageReader, name: ImportTarget): Generator<ExportedRow> {
  // A setting has no id but its key, which only the messages about it would need.
  const table = new Table<EntityLike>(name, TARGETS[name].schema);
  for (const row of reader.rows(`SELECT ${table.selection} FROM ${name} ORDER BY rowid`)) {
    try {
      // What is no value of its field is found out by this, a bigint included.
      yield { fields: table.read(cursorOf(row as Row)) };
    } catch (error) {
      if (!(error instanceof SweatShopError) || error.code !== 'Unreadable') throw error;
      const cells = table.columnNames.map((column, index) => [column, row[index] ?? null] as const);
      yield { unreadable: Object.fromEntries(cells), why: messageOf(error) };
    }
  }
}

function cursorOf(row: Row): RowCursor {
  return { value: (column) => row[column] ?? null, row: () => row };
}
