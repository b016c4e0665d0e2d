import * as v from 'valibot';
import { TextSchema, TimestampSchema } from './fields.ts';

/** The name of a setting, such as `wip.limits`. */
export const ConfigKeySchema = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[^\s\u0000-\u001f\u007f]+$/, 'must be a name without spaces, such as wip.limits'),
);

/** A setting that is kept in the database. */
export const ConfigEntrySchema = v.object({
  key: ConfigKeySchema,
  value: TextSchema,
  updatedAt: TimestampSchema,
});
export type ConfigEntry = v.InferOutput<typeof ConfigEntrySchema>;
