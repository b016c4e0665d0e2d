import * as v from 'valibot';
import {
  IdSchema,
  JsonObjectSchema,
  LineSchema,
  PidSchema,
  PortSchema,
  TimestampSchema,
  clearable,
} from './fields.ts';
import { OVERRIDE_NEEDS_REASON, isOverrideExplained, overrideEntries } from './ticket.ts';

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

/** The types of agents that every project has at first; its worker types may add others. */
export const AGENT_TYPES = [
  'coder',
  'reviewer',
  'pm',
  'security',
  'docs',
  'test',
  'architect',
] as const;

/** A worker that takes one ticket at a time. */
export const AgentSchema = v.object({
  id: IdSchema,
  name: v.string(),
  status: AgentStatusSchema,
  assignedTicketId: v.exactOptional(IdSchema),
  assignedOrgAlias: v.exactOptional(v.string()),
  branchName: v.exactOptional(v.string()),
  projectId: v.exactOptional(IdSchema),
  /** One of {@link AGENT_TYPES} or a worker type; a project has at most one architect. */
  agentType: v.string(),
  /** Its process. */
  pid: v.exactOptional(PidSchema),
  /** The port it listens to; no two agents share one. */
  port: v.exactOptional(PortSchema),
  /** The queue it takes its tickets from. */
  queueName: v.exactOptional(v.string()),
  worktreePath: v.exactOptional(v.string()),
  /** What its program needs to go on where it stopped. */
  sessionId: v.exactOptional(v.string()),
  /** What starts it. */
  command: v.exactOptional(v.string()),
  startedAt: v.exactOptional(TimestampSchema),
  lastHeartbeatAt: v.exactOptional(TimestampSchema),
  completedAt: v.exactOptional(TimestampSchema),
  /** Whatever its program counts. */
  metrics: v.exactOptional(v.record(v.string(), v.unknown())),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type Agent = v.InferOutput<typeof AgentSchema>;

const optionalEntries = {
  projectId: IdSchema,
  pid: PidSchema,
  port: PortSchema,
  queueName: LineSchema,
  worktreePath: LineSchema,
  sessionId: LineSchema,
  command: LineSchema,
  startedAt: TimestampSchema,
  completedAt: TimestampSchema,
  metrics: JsonObjectSchema,
};

/** What a new agent can be given; without a name it is called "Agent" and the next number. */
export const AgentInputSchema = v.strictObject({
  name: v.optional(LineSchema),
  status: v.optional(v.literal('IDLE')),
  agentType: v.optional(LineSchema),
  ...v.partial(v.object(optionalEntries)).entries,
});
export type AgentInput = v.InferInput<typeof AgentInputSchema>;

/** What can be changed in an agent, `null` clears a field; a change of status obeys {@link AGENT_TRANSITIONS}. */
export const AgentPatchSchema = v.strictObject({
  name: v.optional(LineSchema),
  status: v.optional(AgentStatusSchema),
  branchName: v.optional(v.nullable(LineSchema)),
  agentType: v.optional(LineSchema),
  ...clearable(optionalEntries),
});
export type AgentPatch = v.InferInput<typeof AgentPatchSchema>;

/** What an agent is put to work on. */
export const AssignmentSchema = v.pipe(
  v.strictObject({
    ticketId: IdSchema,
    /** The org to claim: an id, or `true` for the one it holds or any that is available. */
    org: v.optional(v.union([IdSchema, v.boolean()])),
    branchName: v.optional(LineSchema),
    ...overrideEntries,
  }),
  v.check((assignment) => isOverrideExplained(assignment), OVERRIDE_NEEDS_REASON),
);
export type Assignment = v.InferInput<typeof AssignmentSchema>;

/** What a program reports with its heartbeat. */
export const HeartbeatSchema = v.strictObject({
  pid: v.optional(v.nullable(PidSchema)),
  sessionId: v.optional(v.nullable(LineSchema)),
  metrics: v.optional(v.nullable(JsonObjectSchema)),
});
export type Heartbeat = v.InferInput<typeof HeartbeatSchema>;
