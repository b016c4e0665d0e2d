import { mapFarm } from '../../core/importers/agent-farm/farm-mapping.ts';
import type { FarmRow } from '../../core/importers/agent-farm/farm-row.ts';
import { preferDatabase } from '../../core/importers/agent-farm/prefer-database.ts';
import type { ImportNotice } from '../../shared/types.ts';
import { isFarmDatabase, readFarmDatabase } from './agent-farm-database.ts';
import { findFarmFiles, type FarmFile } from './agent-farm-files.ts';
import { isFarmJson, readFarmJson } from './agent-farm-json.ts';
import { setAside, versionOf, type FileVersion } from './set-aside.ts';
import type { ReadOptions, SourceCandidate, SourceReader } from './source-reader.ts';

const SYSTEM = 'agent-farm';

/** Makes the reader of agent-farm's state and registry of ports, in JSON and in its databases. */
export function createAgentFarmReader(): SourceReader {
  const jsonRead = new WeakMap<SourceCandidate, readonly FileVersion[]>();
  return {
    name: SYSTEM,
    summary: "agent-farm's state.json, ports.json, state.db or global.db, or a folder with them",
    recognises,
    async read(candidate, options) {
      const { files, projectPath } = await findFarmFiles(candidate);
      const json = files.filter(({ isDatabase }) => !isDatabase);
      jsonRead.set(candidate, await Promise.all(json.map((file) => versionOf(file.path))));
      const { rows, notices } = await readFiles(files, projectPath, options);
      const mapped = mapFarm(rows);
      return {
        source: { system: SYSTEM, name: candidate.path },
        rows: mapped.rows,
        notices: [...notices, ...mapped.notices],
      };
    },
    async adopt(candidate) {
      const adopted: string[] = [];
      for (const file of jsonRead.get(candidate) ?? []) adopted.push(await setAside(file));
      return adopted;
    },
  };
}

async function recognises(
  candidate: SourceCandidate,
  { readWasm }: Pick<ReadOptions, 'readWasm'>,
): Promise<boolean> {
  const { files } = await findFarmFiles(candidate);
  if (candidate.kind === 'folder') return files.length > 0;
  const [file] = files;
  if (!file) return false;
  return file.isDatabase ? isFarmDatabase(file.path, await readWasm()) : isFarmJson(file.path);
}

async function readFiles(
  files: readonly FarmFile[],
  projectPath: string,
  { onProgress, readWasm }: ReadOptions,
) {
  const database: FarmRow[] = [];
  const json: FarmRow[] = [];
  const notices: ImportNotice[] = [];
  for (const [index, { path, name, isDatabase }] of files.entries()) {
    onProgress(index, files.length);
    if (isDatabase) {
      const read = await readFarmDatabase(path, name, projectPath, await readWasm());
      database.push(...read.rows);
      notices.push(...read.notices);
    } else {
      json.push(...(await readFarmJson(path, name, projectPath)));
    }
  }
  onProgress(files.length, files.length);
  const chosen = preferDatabase(database, json);
  return { rows: chosen.rows, notices: [...notices, ...chosen.notices] };
}
