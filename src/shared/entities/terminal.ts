import * as v from 'valibot';
import { IdSchema, LineSchema, PidSchema, PortSchema, TimestampSchema } from './fields.ts';

/** A shell that a person opened beside the agents. */
export const TerminalSchema = v.object({
  id: IdSchema,
  name: v.string(),
  projectId: v.exactOptional(IdSchema),
  port: v.exactOptional(PortSchema),
  pid: v.exactOptional(PidSchema),
  /** The session of the terminal multiplexer it runs in. */
  sessionId: v.exactOptional(v.string()),
  command: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Terminal = v.InferOutput<typeof TerminalSchema>;

export const TerminalInputSchema = v.strictObject({
  name: LineSchema,
  projectId: v.optional(IdSchema),
  port: v.optional(PortSchema),
  pid: v.optional(PidSchema),
  sessionId: v.optional(LineSchema),
  command: v.optional(LineSchema),
});
export type TerminalInput = v.InferInput<typeof TerminalInputSchema>;

/** What can be changed in a terminal; `null` clears a field. */
export const TerminalPatchSchema = v.strictObject({
  name: v.optional(LineSchema),
  port: v.optional(v.nullable(PortSchema)),
  pid: v.optional(v.nullable(PidSchema)),
  sessionId: v.optional(v.nullable(LineSchema)),
  command: v.optional(v.nullable(LineSchema)),
});
export type TerminalPatch = v.InferInput<typeof TerminalPatchSchema>;

export const ANNOTATION_PARENTS = ['architect', 'builder', 'terminal'] as const;

/** A file that is open for remarks beside an agent or a terminal. */
export const AnnotationSchema = v.object({
  id: IdSchema,
  file: v.string(),
  port: v.exactOptional(PortSchema),
  pid: v.exactOptional(PidSchema),
  parentType: v.picklist(ANNOTATION_PARENTS),
  /** The architect or builder it belongs to. */
  agentId: v.exactOptional(IdSchema),
  /** The terminal it belongs to. */
  terminalId: v.exactOptional(IdSchema),
  createdAt: TimestampSchema,
});
export type Annotation = v.InferOutput<typeof AnnotationSchema>;

export const AnnotationInputSchema = v.strictObject({
  file: LineSchema,
  port: v.optional(PortSchema),
  pid: v.optional(PidSchema),
  parentType: v.picklist(ANNOTATION_PARENTS),
  agentId: v.optional(IdSchema),
  terminalId: v.optional(IdSchema),
});
export type AnnotationInput = v.InferInput<typeof AnnotationInputSchema>;
