import type * as v from 'valibot';
import {
  WorkerTypeSchema,
  type WorkerType,
  type WorkerTypeFilterSchema,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<WorkerType>('worker_types', WorkerTypeSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedWorkerTypeFilter = v.InferOutput<typeof WorkerTypeFilterSchema>;

/** Keeps the worker types, by project and name. */
export class WorkerTypeRepository extends FilteredRepository<WorkerType, ParsedWorkerTypeFilter> {
  constructor(database: Database) {
    super(database, table, 'worker type', 'project_id, worker_type');
  }

  /** Gives the worker type of a project that has this name, or null. */
  getByName(projectId: string, workerType: string): WorkerType | null {
    return this.list({ projectId, workerType })[0] ?? null;
  }
}
