import { importTarget, type ImportFields } from '../../src/core/importers/import-row.ts';
import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';
import type { ImportReport, ImportRow, ImportTarget } from '../../src/shared/types.ts';

/** Makes a row of a source that becomes one of a table here. */
export function sourceRow<T extends ImportTarget>(
  sourceTable: string,
  key: string,
  table: T,
  fields: ImportFields<T>,
  id?: string,
): ImportRow {
  return {
    ...{ table: sourceTable, key, place: `${sourceTable} ${key}` },
    raw: { key, ...fields },
    target: importTarget(table, fields, id),
  };
}

/** Makes the row of a ticket, named by its external id. */
export function ticketRow(
  externalId: string,
  fields: ImportFields<'tickets'> = {},
  waitsFor: readonly string[] = [],
): ImportRow {
  const dependsOn = waitsFor.map((key) => ({ ref: { table: 'tasks', key } }));
  return sourceRow('tasks', externalId, 'tickets', {
    ...{ source: 'backlog-md', externalId, title: `Ticket ${externalId}` },
    ...(waitsFor.length > 0 ? { dependsOn } : {}),
    ...fields,
  });
}

/** Imports rows over the contract, as a command does. */
export async function importRows(
  api: SweatShopApi,
  rows: readonly ImportRow[],
  { system = 'backlog-md', dryRun = false, perCall = 2_000 } = {},
): Promise<ImportReport> {
  const { uploadId } = await api.imports.begin({ system, name: '/source' });
  for (let start = 0; start < rows.length; start += perCall) {
    await api.imports.add(uploadId, rows.slice(start, start + perCall));
  }
  return api.imports.finish(uploadId, { dryRun });
}
