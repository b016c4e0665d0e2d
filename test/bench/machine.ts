import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { median } from './row.ts';

const SYNCS = 200;
const SYNCED_BYTES = 512;

/** Where the figures come from; without it they say little. */
export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly sqlJs: string;
  readonly nodeSqlite: string;
  /** The median of writing 512 bytes behind the others and waiting until the disk has them. */
  readonly syncMs: number;
  readonly others: Readonly<Record<string, string>>;
  readonly at: string;
};

/** @param folder Where the databases will lie: disks differ. */
export function describeMachine(folder: string, parts: Pick<Machine, 'sqlJs' | 'others'>): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    nodeSqlite: sqliteOfNode(),
    syncMs: measureSync(folder),
    at: new Date().toISOString(),
    ...parts,
  };
}

function sqliteOfNode(): string {
  const database = new DatabaseSync(':memory:');
  try {
    return String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    database.close();
  }
}

function measureSync(folder: string): number {
  const file = path.join(folder, 'sync-time');
  const descriptor = openSync(file, 'w');
  const bytes = new Uint8Array(SYNCED_BYTES).fill(1);
  const times: number[] = [];
  try {
    for (let index = 0; index < SYNCS; index += 1) {
      const startedMs = performance.now();
      writeSync(descriptor, bytes, 0, bytes.length, index * bytes.length);
      fdatasyncSync(descriptor);
      times.push(performance.now() - startedMs);
    }
  } finally {
    closeSync(descriptor);
    unlinkSync(file);
  }
  return median(times);
}
