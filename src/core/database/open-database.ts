import initSqlJs from 'sql.js';
import { SweatShopError } from '../../shared/errors.ts';
import { Database } from './database.ts';
import { registerFunctions } from './functions.ts';
import { findDamage } from './integrity.ts';
import { toSqlError } from './sql-error.ts';

/**
 * Opens a SQLite database in memory.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 * @param image The bytes of a database file, or null for a new and empty database.
 * @throws SweatShopError DatabaseCorrupt when the bytes are no database or fail SQLite's integrity check.
 */
export async function openDatabase(wasm: Uint8Array, image: Uint8Array | null): Promise<Database> {
  const sqlite = await initSqlJs({ wasmBinary: wasm.slice().buffer });
  let database: Database | undefined;
  try {
    const handle = new sqlite.Database(image);
    registerFunctions(handle);
    database = new Database(handle);
    if (image !== null) checkIntegrity(database);
    return database;
  } catch (error) {
    database?.close();
    throw toSqlError(error);
  }
}

function checkIntegrity(database: Database): void {
  const problems = findDamage(database);
  if (problems.length === 0) return;
  throw new SweatShopError(
    'DatabaseCorrupt',
    `SQLite finds the database damaged: ${problems.join('; ')}`,
    { problems },
  );
}
