import fs from 'node:fs/promises';
import {
  isFarmTable,
  FARM_TABLES,
  type FarmRow,
} from '../../core/importers/agent-farm/farm-row.ts';
import { readSqliteTables, type SqliteTable } from './temporary-sqlite.ts';

/** What the databases write down about themselves. */
const OWN_TABLES = ['_migrations'];
const STATE_TABLES = ['architect', 'builders'];

export async function isFarmDatabase(file: string): Promise<boolean> {
  const text = (await fs.readFile(file)).toString('latin1');
  const has = (table: string) => new RegExp(`CREATE TABLE[^(]{0,40}\\b${table}\\b`, 'i').test(text);
  return STATE_TABLES.every(has) || (has('port_allocations') && !has('tickets'));
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
  readWasm: () => Promise<Uint8Array>,
): Promise<FarmRow[]> {
  const tables = await readSqliteTables(file, readWasm);
  return tables
    .filter((table) => !OWN_TABLES.includes(table.name))
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((table) =>
      table.rows.map((raw, index) => ({
        table: table.name,
        place: `${name} ${table.name} row ${String(index + 1)}`,
        raw,
        projectPath: table.name === 'port_allocations' ? '' : projectPath,
      })),
    );
}

/** Unknown tables come last. */
function rank({ name }: SqliteTable): number {
  return isFarmTable(name) ? FARM_TABLES.indexOf(name) : FARM_TABLES.length;
}
