import * as v from 'valibot';
import { IdSchema, LineSchema, TimestampSchema } from './fields.ts';

export const AGENT_STATUSES = [
  'IDLE',
  'ASSIGNED',
  'BRANCHING',
  'DEVELOPING',
  'NEEDS_INPUT',
  'PROVISIONING',
  'QA_READY',
  'MERGING',
  'REWORK',
  'ERROR',
] as const;

export const AgentStatusSchema = v.picklist(AGENT_STATUSES);
export type AgentStatus = v.InferOutput<typeof AgentStatusSchema>;

/** For each status of an agent, those it may go to next. */
export const AGENT_TRANSITIONS = {
  IDLE: ['ASSIGNED'],
  ASSIGNED: ['BRANCHING', 'ERROR'],
  BRANCHING: ['DEVELOPING', 'ERROR'],
  DEVELOPING: ['NEEDS_INPUT', 'PROVISIONING', 'ERROR'],
  NEEDS_INPUT: ['DEVELOPING', 'ERROR'],
  PROVISIONING: ['QA_READY', 'ERROR'],
  QA_READY: ['MERGING', 'REWORK', 'ERROR'],
  MERGING: ['IDLE', 'ERROR'],
  REWORK: ['DEVELOPING', 'ERROR'],
  ERROR: ['IDLE', 'DEVELOPING', 'PROVISIONING'],
} as const satisfies Record<AgentStatus, readonly AgentStatus[]>;

/** The statuses in which an agent stands still until a person acts. */
export const WAITING_AGENT_STATUSES: readonly AgentStatus[] = ['NEEDS_INPUT', 'QA_READY', 'ERROR'];

/** A worker that takes one ticket at a time. */
export const AgentSchema = v.object({
  id: IdSchema,
  name: v.string(),
  status: AgentStatusSchema,
  assignedTicketId: v.exactOptional(IdSchema),
  assignedOrgAlias: v.exactOptional(v.string()),
  branchName: v.exactOptional(v.string()),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Agent = v.InferOutput<typeof AgentSchema>;

/** What a new agent can be given; without a name it is called "Agent" and the next number. */
export const AgentInputSchema = v.strictObject({
  name: v.optional(LineSchema),
  status: v.optional(v.literal('IDLE')),
});
export type AgentInput = v.InferInput<typeof AgentInputSchema>;

/** What can be changed in an agent; a change of status obeys {@link AGENT_TRANSITIONS}. */
export const AgentPatchSchema = v.strictObject({
  name: v.optional(LineSchema),
  status: v.optional(AgentStatusSchema),
  branchName: v.optional(v.nullable(LineSchema)),
});
export type AgentPatch = v.InferInput<typeof AgentPatchSchema>;

/** What an agent is put to work on. */
export const AssignmentSchema = v.strictObject({
  ticketId: IdSchema,
  /** The org to claim: an id, or `true` for the one it holds or any that is available. */
  org: v.optional(v.union([IdSchema, v.boolean()])),
  branchName: v.optional(LineSchema),
});
export type Assignment = v.InferInput<typeof AssignmentSchema>;
