import { exportRows } from '../core/services/export-tables.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from '../core/importers/sweatshop-export/export-format.ts';
import type { ImageReader } from '../host/open-image.ts';
import type { ImportTarget } from '../shared/types.ts';
import { cellToJson } from './cell-text.ts';

/** A row that could not be read, and was exported as it is. */
export type UnreadableRow = { readonly table: ImportTarget; readonly why: string };

/**
 * Gives the text of an export piece by piece: one JSON document, in which each row has a line of its own.
 *
 * @param onUnreadable Told of each row that is not as the contract has it; the document ends with them.
 */
export function* exportDocument(
  reader: ImageReader,
  tables: readonly ImportTarget[],
  onUnreadable: (row: UnreadableRow) => void,
): Generator<string> {
  const unreadable: string[] = [];
  const [newest] = reader.first('SELECT max(name) FROM schema_migrations') ?? [];
  const head = {
    ...{ format: EXPORT_FORMAT, version: EXPORT_VERSION },
    ...{ schemaVersion: Number(String(newest).slice(0, 4)), exportedAt: new Date().toISOString() },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`;
  for (const [index, table] of tables.entries()) {
    yield `${index === 0 ? '' : ','}\n"${table}":[`;
    let isFirst = true;
    for (const row of exportRows(reader, table)) {
      if ('why' in row) {
        const cells = Object.entries(row.unreadable).map(
          ([column, cell]) => `${JSON.stringify(column)}:${cellToJson(cell)}`,
        );
        unreadable.push(
          `{"table":"${table}","why":${JSON.stringify(row.why)},"row":{${cells.join(',')}}}`,
        );
        onUnreadable({ table, why: row.why });
        continue;
      }
      yield `${isFirst ? '' : ','}\n${JSON.stringify(row.fields)}`;
      isFirst = false;
    }
    yield ']';
  }
  yield `\n},"unreadable":[${unreadable.map((row) => `\n${row}`).join(',')}]}\n`;
}
