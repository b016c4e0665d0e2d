import * as v from 'valibot';
import { IdSchema, LineSchema, TimestampSchema, pageEntries } from './fields.ts';

/** A row of another system as it was there, and what became of it here. */
export const ImportRecordSchema = v.object({
  id: IdSchema,
  sourceSystem: v.string(),
  sourceTable: v.string(),
  /** What names the row in its table. */
  sourceKey: v.string(),
  raw: v.record(v.string(), v.unknown()),
  /** The table here; absent where nothing was made of it. */
  targetTable: v.exactOptional(v.string()),
  /** The id of the row here, which may be gone by now. */
  targetId: v.exactOptional(IdSchema),
  /** The fields of that row as the last import left them; absent where they are not known. */
  fields: v.exactOptional(v.record(v.string(), v.unknown())),
  importedAt: TimestampSchema,
});
export type ImportRecord = v.InferOutput<typeof ImportRecordSchema>;

/** Which records a list holds, the newest first. */
export const ImportRecordFilterSchema = v.strictObject({
  sourceSystem: v.optional(LineSchema),
  sourceTable: v.optional(LineSchema),
  targetTable: v.optional(LineSchema),
  targetId: v.optional(IdSchema),
  ...pageEntries,
});
export type ImportRecordFilter = v.InferInput<typeof ImportRecordFilterSchema>;
