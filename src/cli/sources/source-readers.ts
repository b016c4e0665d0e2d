import { createAgentFarmReader } from './agent-farm-source.ts';
import { backlogMdSource } from './backlog-md-source.ts';
import { csvSource } from './csv-source.ts';
import { githubSource } from './github-source.ts';
import { jsonSource } from './json-source.ts';
import { sweatshopExport } from './sweatshop-export.ts';
import type { SourceReader } from './source-reader.ts';
import { createSqliteReaders } from './sqlite-sources.ts';

/** Everything that can be imported. */
export const sourceReaders: readonly SourceReader[] = [
  backlogMdSource,
  githubSource,
  csvSource,
  jsonSource,
  createAgentFarmReader(),
  ...createSqliteReaders(),
  sweatshopExport,
];
