import process from 'node:process';
import { loadSqlite } from '../../src/core/database/sqlite-api.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { openAt } from './homes.ts';

/** What opening a home takes in a process that does nothing else. */
export type OpeningFigures = {
  readonly openMs: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
};

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('Name the home to open.');
const wasm = readSqlWasm();
const startedMs = performance.now();
const opened = await openAt({ wasm }, home);
const openMs = performance.now() - startedMs;
const { memory } = await loadSqlite(wasm);
const figures: OpeningFigures = {
  openMs,
  heapBytes: memory.bytes.length,
  residentBytes: process.memoryUsage.rss(),
};
await opened.close();
process.stdout.write(JSON.stringify(figures));
