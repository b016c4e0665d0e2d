import fs from 'node:fs/promises';
import path from 'node:path';
import type { SourceCandidate } from './source-reader.ts';

/** The folder in a project, and in that of the user, that agent-farm keeps its files in. */
export const STATE_FOLDER = '.agent-farm';
/** Each database before the JSON that it took the place of. */
const FILE_NAMES = ['state.db', 'state.json', 'global.db', 'ports.json'] as const;
const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** One file of agent-farm. */
export type FarmFile = {
  readonly path: string;
  /** What messages about its rows call it. */
  readonly name: string;
  readonly isDatabase: boolean;
};

/** The files of agent-farm that a source holds. */
export type FarmFiles = {
  readonly files: readonly FarmFile[];
  /** The folder whose state they hold, where they hold any. */
  readonly projectPath: string;
};

/**
 * Finds the files of a source: the file itself, or those of a project or of its folder `.agent-farm`.
 *
 * @returns No files for a folder that has none.
 */
export async function findFarmFiles(candidate: SourceCandidate): Promise<FarmFiles> {
  if (candidate.kind === 'file') {
    const name = path.basename(candidate.path);
    const file = { path: candidate.path, name, isDatabase: isSqlite(candidate.head) };
    return { files: [file], projectPath: projectOf(path.dirname(candidate.path)) };
  }
  for (const folder of [path.join(candidate.path, STATE_FOLDER), candidate.path]) {
    const found = await Promise.all(FILE_NAMES.map((name) => isFile(path.join(folder, name))));
    const names = FILE_NAMES.filter((_, index) => found[index]);
    if (names.length === 0) continue;
    const files = names.map((name) => ({
      path: path.join(folder, name),
      name: folder === candidate.path ? name : `${STATE_FOLDER}/${name}`,
      isDatabase: name.endsWith('.db'),
    }));
    return { files, projectPath: projectOf(folder) };
  }
  return { files: [], projectPath: candidate.path };
}

function projectOf(folder: string): string {
  return path.basename(folder) === STATE_FOLDER ? path.dirname(folder) : folder;
}

function isSqlite(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, SQLITE_MAGIC.length)).equals(SQLITE_MAGIC);
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}
