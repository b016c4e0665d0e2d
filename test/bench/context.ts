import { createEngine, type Engine } from '../../src/core/database/engine.ts';
import { newestSchemaVersion } from '../../src/core/migrations.ts';
import { systemClock } from '../../src/store/clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { nodeSqlite, type Peer } from './peers.ts';
import { seedFile, type SeedKind } from './seed.ts';

/** What every group of rows works with. */
export type BenchContext = {
  readonly wasm: Uint8Array;
  readonly engine: Engine;
  /** An empty folder that goes away at the end. */
  readonly folder: string;
  /** How often everything is measured. */
  readonly runs: number;
  /** The row counts at which growth is looked at, the smallest first. */
  readonly sizes: readonly number[];
  /** node:sqlite, and whatever else is installed. */
  readonly peers: readonly Peer[];
  /** Gives the file of a generated database; it is not to be written to. */
  readonly seed: (kind: SeedKind, rows: number) => Promise<string>;
  /** Tells what is going on. */
  readonly tell: (what: string) => void;
};

export async function createContext(
  options: Pick<BenchContext, 'folder' | 'runs' | 'sizes' | 'peers' | 'tell'> & {
    readonly seedFolder: string;
  },
): Promise<BenchContext> {
  const wasm = readSqlWasm();
  const { seedFolder, ...rest } = options;
  return {
    ...rest,
    wasm,
    engine: await createEngine(wasm, systemClock, newestSchemaVersion),
    seed: (kind, rows) => seedFile(seedFolder, wasm, kind, rows),
  };
}

/** Names a row that is compared with another peer than the usual one. */
export function withPeerName(name: string, peer: Peer): string {
  return peer === nodeSqlite ? name : `${name} (against ${peer.name})`;
}
