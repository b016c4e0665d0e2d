import type { ImportNotice } from '../../../shared/types.ts';
import { folderOf, trimPath, type FarmRow } from './farm-row.ts';

const SHOWN_ROWS = 10;

/**
 * Puts rows of a database and of the JSON that it took the place of together; where both have a row, the one of the
 * database is newer.
 */
export function preferDatabase(
  database: readonly FarmRow[],
  json: readonly FarmRow[],
): { readonly rows: readonly FarmRow[]; readonly notices: readonly ImportNotice[] } {
  const newer = new Set(database.map(identityOf));
  const both = json.filter((row) => newer.has(identityOf(row)));
  const rows = [...database, ...json.filter((row) => !newer.has(identityOf(row)))];
  if (both.length === 0) return { rows, notices: [] };
  const shown = both.slice(0, SHOWN_ROWS).map(({ place }) => place);
  const more = both.length > SHOWN_ROWS ? ` and ${String(both.length - SHOWN_ROWS)} more` : '';
  const message = `The database has newer rows in place of ${shown.join(', ')}${more}; those are taken`;
  return { rows, notices: [{ severity: 'warning', place: both[0]?.place ?? '', message }] };
}

function identityOf(row: FarmRow): string {
  const { table, raw, projectPath } = row;
  if (table === 'port_allocations') {
    const path = raw['project_path'];
    return JSON.stringify([table, trimPath(typeof path === 'string' ? path : projectPath)]);
  }
  return JSON.stringify([table, folderOf(row), table === 'architect' ? null : raw['id']]);
}
