import {
  FARM_TABLES,
  isFarmTable,
  type FarmRow,
} from '../../core/importers/agent-farm/farm-row.ts';
import { toRaw } from '../../core/importers/tables/table-row.ts';
import { openForeignFile, type ForeignFile } from '../../host/sqlite-file.ts';
import type { ImportNotice } from '../../shared/types.ts';
import { unreadableSource } from './read-text.ts';

/** What the databases write down about themselves. */
const OWN_TABLE = '_migrations';

type ForeignDatabase = ForeignFile['database'];

/** Tells by its tables whether a SQLite file is `state.db` or `global.db`. */
export async function isFarmDatabase(file: string, wasm: Uint8Array): Promise<boolean> {
  let database: ForeignDatabase;
  try {
    ({ database } = await openForeignFile(file, wasm));
  } catch {
    return false;
  }
  try {
    const has = (table: string, column: string) => database.columnsOf(table).includes(column);
    const isState = has('architect', 'cmd') && has('builders', 'status');
    return !database.isOwn && (isState || has('port_allocations', 'base_port'));
  } finally {
    database.close();
  }
}

/**
 * Reads all rows of `state.db` or `global.db`.
 *
 * @param name What messages about its rows call it.
 * @param projectPath The folder it is about, where it holds the state of one.
 * @throws SweatShopError InvalidInput with the file where it is damaged or in use in a way that cannot be read.
 */
export async function readFarmDatabase(
  file: string,
  name: string,
  projectPath: string,
  wasm: Uint8Array,
): Promise<{ readonly rows: readonly FarmRow[]; readonly notices: readonly ImportNotice[] }> {
  const { database, warnings } = await openForeignFile(file, wasm);
  try {
    if (database.isOwn) throw unreadableSource(file, "this is SweatShop's own database");
    assertTables(database, file);
    const others = database.tableNames.filter((table) => !isFarmTable(table));
    const rows = [...FARM_TABLES, ...others]
      .filter((table) => table !== OWN_TABLE && database.kindOf(table) !== null)
      .flatMap((table) => readTable(database, table, name, projectPath));
    const notices = warnings.map((message): ImportNotice => ({
      severity: 'warning',
      place: name,
      message,
    }));
    return { rows, notices };
  } finally {
    database.close();
  }
}

/** A view could take what it shows from anywhere, or never come to an end. */
function assertTables(database: ForeignDatabase, file: string): void {
  for (const table of FARM_TABLES) {
    const kind = database.kindOf(table) ?? 'table';
    if (kind !== 'table') throw unreadableSource(file, `${table} is a ${kind}, not a table`);
  }
}

function readTable(
  database: ForeignDatabase,
  table: string,
  name: string,
  projectPath: string,
): FarmRow[] {
  const { columns, rows } = database.read(table);
  return rows.map((values, index) => ({
    table,
    place: `${name} ${table} row ${String(index + 1)}`,
    raw: Object.fromEntries(columns.map((column, at) => [column, toRaw(values[at] ?? null)])),
    projectPath: table === 'port_allocations' ? '' : projectPath,
  }));
}
