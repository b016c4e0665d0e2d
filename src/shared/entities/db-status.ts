import * as v from 'valibot';
import { ERROR_CODES } from '../errors.ts';
import { CountSchema, TimestampSchema } from './fields.ts';

/** `saved`: the file holds everything. `unsaved`: a flush is due. `saving`: one runs. `failed`: the last one failed and will be retried. */
export const STORE_STATES = ['saved', 'unsaved', 'saving', 'failed'] as const;

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
  /** The number of the last commit that the file holds. */
  publishedSeq: CountSchema,
  publishedAt: v.nullable(TimestampSchema),
  lastError: v.nullable(
    v.object({ code: v.picklist(ERROR_CODES), message: v.string(), at: TimestampSchema }),
  ),
});
export type DbStatus = v.InferOutput<typeof DbStatusSchema>;
