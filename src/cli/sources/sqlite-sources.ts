import { isDispatch, readDispatch } from '../../core/importers/dispatch/dispatch-source.ts';
import { DISPATCH } from '../../core/importers/dispatch/dispatch-work.ts';
import type { ParsedSource } from '../../core/importers/import-row.ts';
import {
  isPerpetua,
  PERPETUA,
  readPerpetua,
} from '../../core/importers/perpetua/perpetua-source.ts';
import {
  isSweatShopNative,
  readSweatShopNative,
  SWEATSHOP_NATIVE,
} from '../../core/importers/sweatshop-native/native-source.ts';
import type { SourceTables } from '../../core/importers/tables/source-tables.ts';
import {
  isVibeEnsemble,
  readVibeEnsemble,
  VIBE_ENSEMBLE,
} from '../../core/importers/vibe-ensemble/vibe-ensemble-source.ts';
import { openForeignFile, type ForeignFile } from '../../host/sqlite-file.ts';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import type { ReadOptions, SourceCandidate, SourceReader } from './source-reader.ts';

const MAGIC = new TextEncoder().encode('SQLite format 3\0');

/** A system that keeps its data in a SQLite file. */
type SqliteSystem = {
  readonly name: string;
  readonly summary: string;
  readonly isOf: (tables: SourceTables) => boolean;
  readonly read: (path: string, tables: SourceTables) => ParsedSource;
};

const SYSTEMS: readonly SqliteSystem[] = [
  {
    name: VIBE_ENSEMBLE,
    summary: 'the database of Vibe-Ensemble',
    isOf: isVibeEnsemble,
    read: readVibeEnsemble,
  },
  {
    name: PERPETUA,
    summary: 'perpetua.db: journeys, stages and artifacts',
    isOf: isPerpetua,
    read: readPerpetua,
  },
  {
    name: DISPATCH,
    summary: 'dispatch.db: issues, agents, epics, proposals and votes',
    isOf: isDispatch,
    read: readDispatch,
  },
  {
    name: SWEATSHOP_NATIVE,
    summary: 'sweatshop.db of a SweatShop with a native driver',
    isOf: isSweatShopNative,
    read: readSweatShopNative,
  },
];

/** Makes the readers of all systems that keep their data in a SQLite file. */
export function createSqliteReaders(): readonly SourceReader[] {
  // Each reader is asked about the same file, which is opened once for all.
  const recognised = new WeakMap<SourceCandidate, Promise<readonly SqliteSystem[]>>();
  return SYSTEMS.map((system) => ({
    name: system.name,
    summary: system.summary,
    async recognises(candidate, options) {
      if (!isSqlite(candidate)) return false;
      const systems = recognised.get(candidate) ?? systemsOf(candidate, options);
      recognised.set(candidate, systems);
      return (await systems).includes(system);
    },
    read: (candidate, options) =>
      withTables(candidate, options, (tables, { warnings }) => {
        const { rows, notices, source } = readRows(system, candidate, tables);
        options.onProgress(rows.length, rows.length);
        const aboutTheFile = warnings.map((message) => ({
          ...{ severity: 'warning' as const, place: candidate.path, message },
        }));
        return { source, rows, notices: [...aboutTheFile, ...notices] };
      }),
  }));
}

function systemsOf(
  candidate: SourceCandidate,
  options: Pick<ReadOptions, 'readWasm'>,
): Promise<readonly SqliteSystem[]> {
  return withTables(candidate, options, (tables) => SYSTEMS.filter(({ isOf }) => isOf(tables)));
}

function isSqlite({ kind, head }: SourceCandidate): boolean {
  return kind === 'file' && MAGIC.every((byte, at) => head[at] === byte);
}

async function withTables<T>(
  { path }: SourceCandidate,
  { readWasm }: Pick<ReadOptions, 'readWasm'>,
  use: (tables: SourceTables, file: ForeignFile) => T,
): Promise<T> {
  const file = await openForeignFile(path, await readWasm());
  try {
    if (file.database.isOwn) throw refuseOwn(path);
    return use(file.database, file);
  } finally {
    file.database.close();
  }
}

function readRows(system: SqliteSystem, { path }: SourceCandidate, tables: SourceTables) {
  try {
    return system.read(path, tables);
  } catch (error) {
    if (!(error instanceof SweatShopError) || error.code !== 'DatabaseCorrupt') throw error;
    throw new SweatShopError('InvalidInput', `${path}: ${messageOf(error)}`, { path }, error);
  }
}

function refuseOwn(path: string): SweatShopError {
  return new SweatShopError(
    'InvalidInput',
    `${path} is SweatShop's own database. Write it out with "sweatshop export" and import that, or take it as a whole with "sweatshop db restore".`,
    { path },
  );
}
