import * as v from 'valibot';
import { CountSchema, TimestampSchema } from './fields.ts';

/**
 * Why a backup was made: by the clock (`hourly`, `daily`), before a `migration`, by a person (`manual`), before another
 * state took the place of this one (`replaced`), because another program changed the file (`foreign`), or because the
 * last save of a run failed (`unsaved`).
 */
export const BACKUP_KINDS = [
  'hourly',
  'daily',
  'migration',
  'manual',
  'replaced',
  'foreign',
  'unsaved',
] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];

/** What a database says of itself. */
export const DatabaseFactsSchema = v.object({
  /** The number of the last commit in it. */
  seq: CountSchema,
  tickets: CountSchema,
  /** When its last commit was made; null for one that has none. */
  changedAt: v.nullable(TimestampSchema),
});
export type DatabaseFacts = v.InferOutput<typeof DatabaseFactsSchema>;

/** A whole copy of the database in the folder backups. */
export const BackupSchema = v.object({
  /** The name of its file; it begins with the number by which backups are ordered. */
  name: v.string(),
  path: v.string(),
  kind: v.picklist(BACKUP_KINDS),
  createdAt: v.nullable(TimestampSchema),
  bytes: CountSchema,
  /** Null where the backup cannot be opened. */
  facts: v.nullable(DatabaseFactsSchema),
  /** Why it cannot be restored; null for a sound one. */
  problem: v.nullable(v.string()),
});
export type Backup = v.InferOutput<typeof BackupSchema>;
