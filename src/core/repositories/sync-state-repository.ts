import { SyncStateSchema, type SyncState } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<SyncState>('sync_state', SyncStateSchema);

/** Keeps how far the exchange with other systems has come. */
export class SyncStateRepository extends Repository<SyncState> {
  constructor(database: Database) {
    super(database, table, 'sync state');
  }

  /** Lists all of them by system. */
  list(): SyncState[] {
    return this.query();
  }
}
