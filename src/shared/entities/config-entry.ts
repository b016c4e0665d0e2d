import * as v from 'valibot';
import { CountSchema, TextSchema, TimestampSchema } from './fields.ts';
import { WipLimitsSchema } from './ticket.ts';

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

/** The settings that SweatShop knows, each with what its value, as JSON, has to be. */
export const SETTINGS = {
  'wip.limits': WipLimitsSchema,
  'agents.stale_after_ms': v.pipe(CountSchema, v.minValue(1)),
} as const satisfies Record<string, v.GenericSchema>;
