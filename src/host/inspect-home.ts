import path from 'node:path';
import * as v from 'valibot';
import { createEngine } from '../core/database/engine.ts';
import { newestSchemaVersion } from '../core/migrations.ts';
import { DbStatusSchema } from '../shared/entities/db-status.ts';
import type { CheckReport, DbStatus } from '../shared/types.ts';
import { Backups } from '../store/backups/backups.ts';
import { systemClock } from '../store/clock.ts';
import { findOwner } from '../store/lock.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { askOwner } from '../store/owner-query.ts';
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

const FILES_ALONE =
  'SweatShop has this database open and could not be asked: what is said here is read from the files alone, and an error that it met is not known.';

/**
 * Tells how a home stands: as the process that has it open says, or by its files alone.
 *
 * @throws SweatShopError DatabaseTooNew, Busy, Conflict, ReadOnly or Unavailable when the files cannot be read.
 */
export async function inspectHome(options: Options): Promise<DbStatus> {
  const home = path.resolve(options.path);
  const asked = await askOwner(nodeFileSystem, home);
  const told = asked === null || asked === 'silent' ? null : parseStatus(asked.answer);
  if (told) return told;
  const { bytes, seq, durableSeq, publishedSeq, publishedAt, ...files } = await inspect(options);
  const owner = findOwner(nodeFileSystem, home);
  const isOpen = owner !== null || asked !== null;
  const damage = isOpen ? null : files.damage;
  const unsound = files.checks.filter(({ isSound }) => !isSound);
  return {
    path: path.join(home, 'sweatshop.db'),
    bytes,
    state: damage ? 'recovery' : seq > publishedSeq ? 'unsaved' : 'saved',
    ...{ owner, seq, durableSeq, publishedSeq, publishedAt },
    lastError: null,
    notices: isOpen ? [FILES_ALONE] : unsound.map(({ name, finding }) => `${name}: ${finding}`),
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

/** Gives null for what another version of SweatShop may mean by a status. */
function parseStatus(json: string): DbStatus | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), DbStatusSchema), json);
  return parsed.success ? parsed.output : null;
}

async function inspect({ path: home, wasm }: Options): Promise<HomeInspection> {
  const engine = await createEngine(wasm, systemClock, newestSchemaVersion);
  return inspectFiles({ fileSystem: nodeFileSystem, home: path.resolve(home), engine });
}
