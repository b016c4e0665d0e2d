import * as v from 'valibot';
import { AgentInputSchema, AgentSchema } from './agent.ts';
import { IdSchema } from './fields.ts';
import { AnnotationSchema, TerminalSchema } from './terminal.ts';

/** What is said of the architect of a project; fields that are left out stay. */
export const ArchitectInputSchema = v.omit(AgentInputSchema, ['status', 'projectId', 'agentType']);
export type ArchitectInput = v.InferInput<typeof ArchitectInputSchema>;

/** What is said of a builder: a new one if nobody has the id, else the fields that are given change. */
export const BuilderInputSchema = v.strictObject({
  id: IdSchema,
  ...v.omit(AgentInputSchema, ['status']).entries,
});
export type BuilderInput = v.InferInput<typeof BuilderInputSchema>;

/** Everybody who works in a project, and what is open beside them, each list the oldest first. */
export const CrewSchema = v.object({
  architect: v.nullable(AgentSchema),
  builders: v.array(AgentSchema),
  terminals: v.array(TerminalSchema),
  annotations: v.array(AnnotationSchema),
});
export type Crew = v.InferOutput<typeof CrewSchema>;
