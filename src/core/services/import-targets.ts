import type * as v from 'valibot';
import type { ID_PREFIXES } from '../../shared/entities/id-prefixes.ts';
import {
  AgentLogSchema,
  AgentSchema,
  AnnotationSchema,
  ArtifactSchema,
  ChatMessageSchema,
  CommentSchema,
  ConfigEntrySchema,
  DecisionSchema,
  DEFAULT_JOURNEY_SETTINGS,
  EpicSchema,
  EventRecordSchema,
  GateCommentSchema,
  GateSchema,
  ImportRecordSchema,
  JourneySchema,
  JourneyStageSchema,
  PLANNED_STAGE,
  PortAllocationSchema,
  ProjectSchema,
  ProposalSchema,
  PullRequestSchema,
  RefinedPromptSchema,
  ScratchOrgSchema,
  StageSchema,
  SyncStateSchema,
  TerminalSchema,
  TicketRunSchema,
  TicketSchema,
  VoteSchema,
  WorkerTypeSchema,
  type ImportTarget,
} from '../../shared/types.ts';
import { IMPORT } from './audit-trail.ts';

/** Fields of an entity by name, as JSON has them. */
export type Fields = Readonly<Record<string, unknown>>;

/** An entity of any table. */
export type AnyEntity = Fields & { readonly id: string };

export type EntitySchema = v.GenericSchema & {
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

/** Values that no two rows may share. */
export type UniqueRule = {
  readonly fields: readonly string[];
  /** Which rows are meant; without it, all that have a value in each field. */
  readonly when?: { readonly field: string; readonly value: string };
  /**
   * What becomes of a new row whose values another one has: that one is taken for it, it goes without the value, it
   * gets another value, or it cannot come in.
   */
  readonly onClash: 'adopt' | 'omit' | 'rename' | 'refuse';
};

/** What the import knows of a table. */
export type TargetDefinition = {
  readonly schema: EntitySchema;
  readonly idKind: keyof typeof ID_PREFIXES;
  /** The field that is the id, where the table has none of its own. */
  readonly naturalId?: string;
  /** The table that a field refers to. */
  readonly references: Readonly<Record<string, ImportTarget>>;
  /** Fields that refer to tables which come later. */
  readonly late?: readonly string[];
  readonly unique?: readonly UniqueRule[];
  /** What sources leave out. */
  readonly defaults?: Fields;
  /** Times that are the present where a source does not tell them. */
  readonly times?: readonly string[];
};

const RUNNING = { field: 'status', value: 'running' };

const STAMPS = ['createdAt', 'updatedAt'];

/** Every table that imports write. */
export const TARGETS: Readonly<Record<ImportTarget, TargetDefinition>> = {
  projects: {
    schema: ProjectSchema,
    idKind: 'project',
    references: {},
    unique: [{ fields: ['repositoryName'], onClash: 'adopt' }],
    times: STAMPS,
  },
  worker_types: {
    schema: WorkerTypeSchema,
    idKind: 'workerType',
    references: { projectId: 'projects' },
    unique: [{ fields: ['projectId', 'workerType'], onClash: 'adopt' }],
    times: STAMPS,
  },
  epics: {
    schema: EpicSchema,
    idKind: 'epic',
    references: { currentStageId: 'stages', blockedAtGateId: 'gates' },
    late: ['currentStageId', 'blockedAtGateId'],
    defaults: { description: '', acceptanceCriteria: [], repoPath: '', status: 'draft' },
    times: STAMPS,
  },
  stages: {
    schema: StageSchema,
    idKind: 'stage',
    references: { epicId: 'epics' },
    defaults: { stageOrder: 0, status: 'pending' },
    times: ['createdAt'],
  },
  gates: {
    schema: GateSchema,
    idKind: 'gate',
    references: { stageId: 'stages' },
    defaults: { description: '', approvalsNeeded: 1, status: 'pending', approvedBy: [] },
    times: ['createdAt'],
  },
  gate_comments: {
    schema: GateCommentSchema,
    idKind: 'gateComment',
    references: { gateId: 'gates' },
    times: ['createdAt'],
  },
  tickets: {
    schema: TicketSchema,
    idKind: 'ticket',
    references: {
      ...{ dependsOn: 'tickets', assignedAgentId: 'agents', projectId: 'projects' },
      ...{ epicId: 'epics', stageId: 'stages' },
    },
    late: ['assignedAgentId'],
    unique: [
      { fields: ['source', 'externalId'], onClash: 'rename' },
      { fields: ['assignedAgentId'], onClash: 'omit' },
    ],
    defaults: {
      ...{ source: 'manual', description: '', acceptanceCriteria: '', labels: [] },
      ...{ priority: 'medium', status: 'backlog', dependsOn: [], kind: 'feature' },
      ...{ executionPlan: [], lastCompletedStage: PLANNED_STAGE },
    },
    times: STAMPS,
  },
  agents: {
    schema: AgentSchema,
    idKind: 'agent',
    references: {
      ...{ assignedTicketId: 'tickets', assignedOrgAlias: 'scratch_orgs', projectId: 'projects' },
    },
    late: ['assignedOrgAlias'],
    unique: [
      { fields: ['assignedTicketId'], onClash: 'omit' },
      { fields: ['assignedOrgAlias'], onClash: 'omit' },
      { fields: ['port'], onClash: 'omit' },
      {
        fields: ['projectId'],
        when: { field: 'agentType', value: 'architect' },
        onClash: 'refuse',
      },
    ],
    defaults: { status: 'IDLE', agentType: 'coder' },
    times: STAMPS,
  },
  scratch_orgs: {
    schema: ScratchOrgSchema,
    idKind: 'org',
    references: { assignedAgentId: 'agents' },
    unique: [
      { fields: ['alias'], onClash: 'adopt' },
      { fields: ['assignedAgentId'], onClash: 'refuse' },
    ],
    defaults: { status: 'available' },
    times: STAMPS,
  },
  chat_messages: {
    schema: ChatMessageSchema,
    idKind: 'message',
    references: { agentId: 'agents' },
    times: ['timestamp'],
  },
  ticket_runs: {
    schema: TicketRunSchema,
    idKind: 'run',
    references: { ticketId: 'tickets', agentId: 'agents' },
    unique: [
      { fields: ['ticketId'], when: RUNNING, onClash: 'refuse' },
      { fields: ['agentId'], when: RUNNING, onClash: 'refuse' },
    ],
    defaults: {
      ...{ humanInterventionCount: 0, reworkCount: 0, promptTokensUsed: 0 },
      ...{ completionTokensUsed: 0, interventions: [] },
    },
    times: ['startedAt'],
  },
  refined_prompts: {
    schema: RefinedPromptSchema,
    idKind: 'prompt',
    references: { ticketId: 'tickets', runId: 'ticket_runs' },
    times: ['createdAt'],
  },
  comments: {
    schema: CommentSchema,
    idKind: 'comment',
    references: { ticketId: 'tickets', workerId: 'agents' },
    times: ['createdAt'],
  },
  events: {
    schema: EventRecordSchema,
    idKind: 'event',
    references: { ticketId: 'tickets', workerId: 'agents', undoesEventId: 'events' },
    late: ['undoesEventId'],
    unique: [{ fields: ['undoesEventId'], onClash: 'omit' }],
    defaults: { processed: false, actor: IMPORT },
    times: ['createdAt'],
  },
  pull_requests: {
    schema: PullRequestSchema,
    idKind: 'pullRequest',
    references: { ticketId: 'tickets' },
    defaults: { status: 'open', checksPassing: false, reviewStatus: 'pending' },
    times: ['createdAt'],
  },
  proposals: {
    schema: ProposalSchema,
    idKind: 'proposal',
    references: { proposerId: 'agents', relatedTicketId: 'tickets' },
    defaults: { affectedComponents: [], options: [], requiredVoters: [], status: 'open' },
    times: ['createdAt'],
  },
  votes: {
    schema: VoteSchema,
    idKind: 'vote',
    references: { proposalId: 'proposals', voterId: 'agents' },
    unique: [{ fields: ['proposalId', 'voterId'], onClash: 'refuse' }],
    times: ['createdAt'],
  },
  decisions: {
    schema: DecisionSchema,
    idKind: 'decision',
    references: { proposalId: 'proposals', ticketId: 'tickets', epicId: 'epics' },
    defaults: { outcome: {} },
    times: ['createdAt'],
  },
  agent_logs: {
    schema: AgentLogSchema,
    idKind: 'log',
    references: { agentId: 'agents', ticketId: 'tickets' },
    defaults: { level: 'info' },
    times: ['createdAt'],
  },
  config_store: {
    schema: ConfigEntrySchema,
    idKind: 'importRecord',
    naturalId: 'key',
    references: {},
    unique: [{ fields: ['key'], onClash: 'adopt' }],
    times: ['updatedAt'],
  },
  sync_state: {
    schema: SyncStateSchema,
    idKind: 'importRecord',
    naturalId: 'id',
    references: {},
    unique: [{ fields: ['id'], onClash: 'adopt' }],
    defaults: { syncErrors: [] },
    times: ['lastSyncAt'],
  },
  journeys: {
    schema: JourneySchema,
    idKind: 'journey',
    references: {},
    defaults: { status: 'stopped', settings: DEFAULT_JOURNEY_SETTINGS },
    times: STAMPS,
  },
  journey_stages: {
    schema: JourneyStageSchema,
    idKind: 'journeyStage',
    references: { journeyId: 'journeys' },
    defaults: { status: 'pending' },
    times: ['createdAt'],
  },
  artifacts: {
    schema: ArtifactSchema,
    idKind: 'artifact',
    references: { stageId: 'journey_stages' },
    defaults: { metadata: {} },
    times: ['createdAt'],
  },
  terminals: {
    schema: TerminalSchema,
    idKind: 'terminal',
    references: { projectId: 'projects' },
    unique: [{ fields: ['port'], onClash: 'omit' }],
    times: STAMPS,
  },
  annotations: {
    schema: AnnotationSchema,
    idKind: 'annotation',
    references: { agentId: 'agents', terminalId: 'terminals' },
    unique: [{ fields: ['port'], onClash: 'omit' }],
    times: ['createdAt'],
  },
  port_allocations: {
    schema: PortAllocationSchema,
    idKind: 'portAllocation',
    references: { projectId: 'projects' },
    unique: [
      { fields: ['projectPath'], onClash: 'adopt' },
      { fields: ['basePort'], onClash: 'refuse' },
    ],
    times: ['registeredAt', 'lastUsedAt'],
  },
  import_records: {
    schema: ImportRecordSchema,
    idKind: 'importRecord',
    references: {},
    unique: [{ fields: ['sourceSystem', 'sourceTable', 'sourceKey'], onClash: 'adopt' }],
    times: ['importedAt'],
  },
};

/** Gives the values of what a source left out, but for times. */
export function defaultsOf(table: ImportTarget, fields: Fields): Fields {
  const { defaults = {} } = TARGETS[table];
  if (table !== 'ticket_runs' || fields['status'] !== undefined) return defaults;
  return { ...defaults, status: fields['completedAt'] === undefined ? 'running' : 'completed' };
}

/** Gives the times that a source left out. */
export function timesOf(table: ImportTarget, fields: Fields, now: string): Fields {
  const { times = [] } = TARGETS[table];
  const created = fields['createdAt'] ?? now;
  return Object.fromEntries(
    times
      .filter((field) => fields[field] === undefined)
      .map((field) => [field, field === 'updatedAt' ? created : now]),
  );
}

/** Tells whether every row has a value in a field. */
export function isRequired(table: ImportTarget, field: string): boolean {
  const schema = TARGETS[table].schema.entries[field];
  return schema !== undefined && !('wrapped' in schema);
}

/** Tells whether a field holds JSON of which nothing more is known. */
export function isOpaque(table: ImportTarget, field: string): boolean {
  const schema = TARGETS[table].schema.entries[field];
  const inner = schema && 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  return inner?.type === 'record' || inner?.type === 'loose_object';
}
