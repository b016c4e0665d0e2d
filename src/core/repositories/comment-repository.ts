import type * as v from 'valibot';
import { CommentSchema, type Comment, type CommentFilterSchema } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { FilteredRepository } from './filtered-repository.ts';
import { Table } from './table.ts';

const table = new Table<Comment>('comments', CommentSchema);

/** A filter as it leaves the contract's parser. */
export type ParsedCommentFilter = v.InferOutput<typeof CommentFilterSchema>;

/** Keeps the comments, the oldest first. */
export class CommentRepository extends FilteredRepository<Comment, ParsedCommentFilter> {
  constructor(database: Database) {
    super(database, table, 'comment', 'created_at, seq');
  }
}
