import { StageSchema, type Stage } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Stage>('stages', StageSchema);

/** Keeps the stages of epics. */
export class StageRepository extends Repository<Stage> {
  constructor(database: Database) {
    super(database, table, 'stage');
  }

  /** Lists the stages of an epic in their order. */
  listByEpic(epicId: string): Stage[] {
    return this.select({ where: this.whereAll({ epicId }), orderBy: 'stage_order, id' });
  }
}
