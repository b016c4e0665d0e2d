import type * as v from 'valibot';
import { ProjectSchema, type Project, type ProjectFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Project>('projects', ProjectSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedProjectFilter = v.InferOutput<typeof ProjectFilterSchema>;

/** Keeps the projects, the newest first. */
export class ProjectRepository extends FilteredRepository<Project, ParsedProjectFilter> {
  constructor(database: Database) {
    super(database, table, 'project', 'created_at DESC, id DESC');
  }

  /** Gives the project with this repository name, or null. */
  getByName(repositoryName: string): Project | null {
    return this.query({ where: [['repositoryName', '=', repositoryName]] })[0] ?? null;
  }
}
