import {
  JourneyStageSchema,
  type JourneyStage,
  type JourneyStageStatus,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<JourneyStage>('journey_stages', JourneyStageSchema);

/** Keeps the stages of journeys. Stages of one millisecond stand in the order in which they were added. */
export class JourneyStageRepository extends Repository<JourneyStage> {
  constructor(database: Database) {
    super(database, table, 'journey stage');
  }

  /** Lists the stages of a journey, the oldest first. */
  listByJourney(journeyId: string): JourneyStage[] {
    return this.select({ where: this.whereAll({ journeyId }), orderBy: 'created_at, seq' });
  }

  countByJourney(journeyId: string): number {
    return this.countWhere(this.whereAll({ journeyId }));
  }

  /** Lists the stages in a status, the newest first. */
  listByStatus(status: JourneyStageStatus): JourneyStage[] {
    return this.select({ where: this.whereAll({ status }), orderBy: 'created_at DESC, seq DESC' });
  }
}
