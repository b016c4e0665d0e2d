import * as v from 'valibot';
import { CountSchema, IdSchema, LineSchema } from './fields.ts';

/** The tables that rows of other systems become rows of, in the order in which they refer to each other. */
export const IMPORT_TARGETS = [
  'projects',
  'worker_types',
  'epics',
  'stages',
  'gates',
  'gate_comments',
  'tickets',
  'agents',
  'scratch_orgs',
  'chat_messages',
  'ticket_runs',
  'refined_prompts',
  'comments',
  'events',
  'pull_requests',
  'proposals',
  'votes',
  'decisions',
  'agent_logs',
  'config_store',
  'sync_state',
  'journeys',
  'journey_stages',
  'artifacts',
  'terminals',
  'annotations',
  'port_allocations',
  'import_records',
] as const;
export const ImportTargetSchema = v.picklist(IMPORT_TARGETS);
export type ImportTarget = v.InferOutput<typeof ImportTargetSchema>;

/** Stands in a field for the id of what another row of the source becomes, or became in an earlier import. */
export const ImportReferenceSchema = v.strictObject({
  ref: v.strictObject({ table: v.string(), key: v.string() }),
});
export type ImportReference = v.InferOutput<typeof ImportReferenceSchema>;

/** A record of valibot's would leave out names such as `__proto__`, and what a source says is kept to the letter. */
const RawRowSchema = v.pipe(
  v.unknown(),
  v.check(isRow, 'must be an object'),
  v.transform((value) => value as Record<string, unknown>),
);

/** A row of a source: as it is there, and what it shall become here. */
export const ImportRowSchema = v.strictObject({
  /** The table of the source, or what takes the place of one. */
  table: v.pipe(v.string(), v.nonEmpty()),
  /** What names the row in its table, in every import the same. */
  key: v.string(),
  /** The row as JSON; kept to the letter. */
  raw: RawRowSchema,
  /** Where it stands in the source, for messages: `tasks/task-1.md:12`, `issues row 7`. */
  place: v.string(),
  /** What it becomes; null where it is only kept. */
  target: v.nullable(
    v.strictObject({
      table: ImportTargetSchema,
      /** The id to keep, where the source has one that names a row for good; a taken one is replaced. */
      id: v.optional(IdSchema),
      /** The fields of the entity but `id`; references stand for ids, also within lists. */
      fields: v.record(v.string(), v.unknown()),
    }),
  ),
});
export type ImportRow = v.InferOutput<typeof ImportRowSchema>;

/** What rows come from. */
export const ImportSourceSchema = v.strictObject({
  /** The kind of source, such as `backlog-md`; with table and key it names a row for good. */
  system: LineSchema,
  /** The file or folder, for people. */
  name: v.string(),
});
export type ImportSource = v.InferOutput<typeof ImportSourceSchema>;

/** Something in a source that a person should know of. */
export const ImportNoticeSchema = v.object({
  /** `error`: that part of the source was left out. */
  severity: v.picklist(['warning', 'error']),
  /** The file, as far as it can be told with the line or row; empty where it is about the source as a whole. */
  place: v.string(),
  message: v.string(),
});
export type ImportNotice = v.InferOutput<typeof ImportNoticeSchema>;

/** A field that a person changed here and the source there. */
export const ImportConflictSchema = v.object({
  place: v.string(),
  table: ImportTargetSchema,
  id: IdSchema,
  field: v.string(),
  /** What stays. */
  here: v.unknown(),
  there: v.unknown(),
});
export type ImportConflict = v.InferOutput<typeof ImportConflictSchema>;

/** What an import did to the rows of one table, or would do. */
export const ImportCountsSchema = v.object({
  table: ImportTargetSchema,
  created: CountSchema,
  /** The source changed them, and the change was taken over. */
  changed: CountSchema,
  /** They are here as the source has them, or as a person here wants them. */
  skipped: CountSchema,
});
export type ImportCounts = v.InferOutput<typeof ImportCountsSchema>;

/** What an import did, or would do. */
export const ImportReportSchema = v.object({
  source: ImportSourceSchema,
  dryRun: v.boolean(),
  counts: v.array(ImportCountsSchema),
  /** How many rows of the source have no place here and are only kept in `import_records`. */
  keptOnly: CountSchema,
  conflicts: v.array(ImportConflictSchema),
  notices: v.array(ImportNoticeSchema),
});
export type ImportReport = v.InferOutput<typeof ImportReportSchema>;

/** How many rows one call may hand over. */
export const MAX_ROWS_PER_CALL = 2_000;

export const ImportOptionsSchema = v.strictObject({
  /** Only tells what would happen, and changes nothing. */
  dryRun: v.optional(v.boolean()),
});
export type ImportOptions = v.InferInput<typeof ImportOptionsSchema>;

/** How far an import has come. */
export const ImportProgressSchema = v.object({
  uploadId: IdSchema,
  done: CountSchema,
  total: CountSchema,
});
export type ImportProgress = v.InferOutput<typeof ImportProgressSchema>;

function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
