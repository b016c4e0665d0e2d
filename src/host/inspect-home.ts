import path from 'node:path';
import { createEngine } from '../core/database/engine.ts';
import { newestSchemaVersion } from '../core/migrations.ts';
import type { CheckReport, DbStatus } from '../shared/types.ts';
import { Backups } from '../store/backups/backups.ts';
import { systemClock } from '../store/clock.ts';
import { findOwner } from '../store/lock.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import {
  inspectHome as inspectFiles,
  type HomeInspection,
} from '../store/recovery/inspect-home.ts';
import { checkBackups } from '../store/store.ts';
import { createImageInspector } from './image-inspection.ts';

type Options = {
  /** The folder of the home. */
  readonly path: string;
  /** The bytes of sql-wasm.wasm. */
  readonly wasm: Uint8Array;
};

/**
 * Tells how a home stands, by its files alone: beside the process that has it open, if there is one.
 *
 * @throws SweatShopError DatabaseTooNew, Busy, Conflict, ReadOnly or Unavailable when the files cannot be read.
 */
export async function inspectHome(options: Options): Promise<DbStatus> {
  const home = path.resolve(options.path);
  const { bytes, seq, durableSeq, publishedSeq, publishedAt, checks } = await inspect(options);
  const file = path.join(home, 'sweatshop.db');
  const owner = findOwner(nodeFileSystem, home);
  const damage = owner === null ? checks.find(({ isSound }) => !isSound) : undefined;
  return {
    path: file,
    bytes,
    state: damage ? 'recovery' : seq > publishedSeq ? 'unsaved' : 'saved',
    ...{ owner, seq, durableSeq, publishedSeq, publishedAt },
    lastError: null,
    notices: damage ? [`${damage.name}: ${damage.finding}`] : [],
  };
}

/**
 * Reads every file of a home and tells which are sound; changes nothing.
 *
 * @throws As {@link inspectHome}.
 */
export async function checkHome(options: Options): Promise<CheckReport> {
  const { checks } = await inspect(options);
  const backups = new Backups({
    ...{ fileSystem: nodeFileSystem, clock: systemClock, home: path.resolve(options.path) },
    inspector: createImageInspector(options.wasm),
  });
  try {
    const all = [...checks, ...(await checkBackups(backups))];
    return { isSound: all.every(({ isSound }) => isSound), checks: all };
  } finally {
    await backups.close();
  }
}

async function inspect({ path: home, wasm }: Options): Promise<HomeInspection> {
  const engine = await createEngine(wasm, systemClock, newestSchemaVersion);
  return inspectFiles({ fileSystem: nodeFileSystem, home: path.resolve(home), engine });
}
