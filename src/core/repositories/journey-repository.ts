import type * as v from 'valibot';
import {
  ArtifactSchema,
  JourneySchema,
  JourneyStageSchema,
  type Artifact,
  type Journey,
  type JourneyFilterSchema,
  type JourneyStage,
  type JourneyWithStages,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Journey>('journeys', JourneySchema);

const stageTable = new Table<JourneyStage>('journey_stages', JourneyStageSchema);
const artifactTable = new Table<Artifact>('artifacts', ArtifactSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedJourneyFilter = v.InferOutput<typeof JourneyFilterSchema>;

/** Keeps the journeys, the newest first. */
export class JourneyRepository extends FilteredRepository<Journey, ParsedJourneyFilter> {
  constructor(database: Database) {
    super(database, table, 'journey', 'created_at DESC, id DESC');
  }

  /** Gives a journey with its stages and their artifacts, each list the oldest first, or null. */
  getWithStages(id: string): JourneyWithStages | null {
    const journey = this.get(id);
    if (!journey) return null;
    const stages = this.database.map(
      `SELECT ${stageTable.selection} FROM journey_stages WHERE journey_id = ? ORDER BY created_at, seq`,
      [id],
      (row) => stageTable.readSound(row),
    );
    const artifacts = this.database.map(
      `SELECT ${artifactTable.selection} FROM artifacts ` +
        'WHERE stage_id IN (SELECT id FROM journey_stages WHERE journey_id = ?) ORDER BY created_at, seq',
      [id],
      (row) => artifactTable.readSound(row),
    );
    const byStage = Map.groupBy(artifacts, ({ stageId }) => stageId);
    return {
      ...journey,
      stages: stages.map((stage) => ({ ...stage, artifacts: byStage.get(stage.id) ?? [] })),
    };
  }
}
