import * as v from 'valibot';
import { IdSchema, LineSchema, TextSchema, TimestampSchema, pageEntries } from './fields.ts';

/** A repository that tickets belong to and agents work in. */
export const ProjectSchema = v.object({
  id: IdSchema,
  /** What people call it, such as `owner/name`; no two projects share it. */
  repositoryName: v.string(),
  /** The folder of its working copy. */
  path: v.string(),
  shortDescription: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Project = v.InferOutput<typeof ProjectSchema>;

export const ProjectInputSchema = v.strictObject({
  repositoryName: LineSchema,
  path: LineSchema,
  shortDescription: v.optional(TextSchema),
});
export type ProjectInput = v.InferInput<typeof ProjectInputSchema>;

/** What can be changed in a project; `null` clears a field. */
export const ProjectPatchSchema = v.strictObject({
  repositoryName: v.optional(LineSchema),
  path: v.optional(LineSchema),
  shortDescription: v.optional(v.nullable(TextSchema)),
});
export type ProjectPatch = v.InferInput<typeof ProjectPatchSchema>;

/** Which part of the projects a list holds, the newest first. */
export const ProjectFilterSchema = v.strictObject({ ...pageEntries });
export type ProjectFilter = v.InferInput<typeof ProjectFilterSchema>;
