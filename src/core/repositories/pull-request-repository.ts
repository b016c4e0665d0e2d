import type * as v from 'valibot';
import {
  PullRequestSchema,
  type PullRequest,
  type PullRequestFilterSchema,
} from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<PullRequest>('pull_requests', PullRequestSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedPullRequestFilter = v.InferOutput<typeof PullRequestFilterSchema>;

/** Keeps the pull requests, the newest first. */
export class PullRequestRepository extends FilteredRepository<
  PullRequest,
  ParsedPullRequestFilter
> {
  constructor(database: Database) {
    super(database, table, 'pull request', 'created_at DESC, id DESC');
  }
}
