import * as v from 'valibot';
import { ERROR_CODES } from '../errors.ts';
import { CountSchema, TimestampSchema } from './fields.ts';

/**
 * How the database stands to the disk.
 *
 * `saved`: the file holds everything. `unsaved`: the redo log holds what the file lacks, a flush is due. `saving`: one
 * runs. `failed`: the last one failed and will be retried; the redo log still keeps every change. `readOnly`: the redo
 * log cannot be written, so changes are refused; retried. `conflict`: another program changed the file while changes
 * waited for it; a person decides. `recovery`: the start found damage that needs a person; there is no database yet.
 */
export const STORE_STATES = [
  'saved',
  'unsaved',
  'saving',
  'failed',
  'readOnly',
  'conflict',
  'recovery',
] as const;

/** The process that holds the lock. */
export const OwnerSchema = v.object({ pid: CountSchema, host: v.string() });
export type Owner = v.InferOutput<typeof OwnerSchema>;

/** What stands between the user's data and the disk. */
export const DbStatusSchema = v.object({
  /** The absolute path of sweatshop.db. */
  path: v.string(),
  /** The size of the file as it was last published. */
  bytes: CountSchema,
  state: v.picklist(STORE_STATES),
  owner: v.nullable(OwnerSchema),
  /** The number of the last commit in memory. */
  seq: CountSchema,
  /** The number of the last commit that no crash can lose: the redo log or the file holds it. */
  durableSeq: CountSchema,
  /** The number of the last commit that the file holds. */
  publishedSeq: CountSchema,
  publishedAt: v.nullable(TimestampSchema),
  lastError: v.nullable(
    v.object({ code: v.picklist(ERROR_CODES), message: v.string(), at: TimestampSchema }),
  ),
  /** What the start found and mended by itself, in sentences; what it kept aside is named. */
  notices: v.array(v.string()),
});
export type DbStatus = v.InferOutput<typeof DbStatusSchema>;
