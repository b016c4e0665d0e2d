import * as v from 'valibot';
import {
  CountSchema,
  IdSchema,
  LineSchema,
  TextSchema,
  TimestampSchema,
  listOf,
} from './fields.ts';

/** How far the exchange with another system has come. */
export const SyncStateSchema = v.object({
  /** The other system, such as `github`. */
  id: IdSchema,
  lastSyncAt: TimestampSchema,
  lastIssueId: v.exactOptional(CountSchema),
  lastPrId: v.exactOptional(CountSchema),
  /** For conditional requests. */
  etag: v.exactOptional(v.string()),
  /** What went wrong lately, the newest last. */
  syncErrors: v.array(v.string()),
});
export type SyncState = v.InferOutput<typeof SyncStateSchema>;

/** What is known after an exchange: what is left out stays, `null` clears; `lastSyncAt` defaults to now. */
export const SyncStateInputSchema = v.strictObject({
  lastSyncAt: v.optional(TimestampSchema),
  lastIssueId: v.optional(v.nullable(CountSchema)),
  lastPrId: v.optional(v.nullable(CountSchema)),
  etag: v.optional(v.nullable(LineSchema)),
  syncErrors: v.optional(listOf(TextSchema, 100)),
});
export type SyncStateInput = v.InferInput<typeof SyncStateInputSchema>;
