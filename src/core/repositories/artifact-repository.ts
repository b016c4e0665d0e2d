import type * as v from 'valibot';
import { ArtifactSchema, type Artifact, type ArtifactFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Artifact>('artifacts', ArtifactSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedArtifactFilter = v.InferOutput<typeof ArtifactFilterSchema>;

/** Keeps the artifacts, the newest first. */
export class ArtifactRepository extends FilteredRepository<Artifact, ParsedArtifactFilter> {
  constructor(database: Database) {
    super(database, table, 'artifact', 'created_at DESC, seq DESC');
  }

  /** Lists the artifacts of a stage, the oldest first. */
  listByStage(stageId: string): Artifact[] {
    return this.select({ where: this.whereAll({ stageId }), orderBy: 'created_at, seq' });
  }
}
