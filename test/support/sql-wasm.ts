import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The bytes of the SQLite that the application ships. */
export function readSqlWasm(): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
}
