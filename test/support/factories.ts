import {
  DEFAULT_JOURNEY_SETTINGS,
  type Agent,
  type AgentLog,
  type Annotation,
  type Artifact,
  type ChatMessage,
  type Comment,
  type Decision,
  type Epic,
  type EventRecord,
  type Gate,
  type GateComment,
  type ImportRecord,
  type Journey,
  type JourneyStage,
  type PortAllocation,
  type Project,
  type Proposal,
  type PullRequest,
  type RefinedPrompt,
  type ScratchOrg,
  type Stage,
  type SyncState,
  type Terminal,
  type Ticket,
  type TicketRun,
  type Vote,
  type WorkerType,
} from '../../src/shared/types.ts';

const CREATED_AT = '2026-01-01T00:00:00.000Z';
const stamps = { createdAt: CREATED_AT, updatedAt: CREATED_AT };

export function makeTicket(fields: Partial<Ticket> = {}): Ticket {
  return {
    id: 'tkt_1',
    source: 'manual',
    title: 'Ticket',
    description: '',
    acceptanceCriteria: '',
    labels: [],
    priority: 'medium',
    status: 'backlog',
    dependsOn: [],
    position: 'a0',
    kind: 'feature',
    executionPlan: [],
    lastCompletedStage: 'Planned',
    ...stamps,
    ...fields,
  };
}

export function makeAgent(fields: Partial<Agent> = {}): Agent {
  return { id: 'agt_1', name: 'Agent 1', status: 'IDLE', agentType: 'coder', ...stamps, ...fields };
}

export function makeOrg(fields: Partial<ScratchOrg> = {}): ScratchOrg {
  return { id: 'org_1', alias: 'org-1', status: 'available', ...stamps, ...fields };
}

export function makeMessage(fields: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: 'msg_1',
    agentId: 'agt_1',
    role: 'agent',
    content: 'Hello',
    timestamp: CREATED_AT,
    ...fields,
  };
}

export function makeRun(fields: Partial<TicketRun> = {}): TicketRun {
  return {
    id: 'run_1',
    ticketId: 'tkt_1',
    agentId: 'agt_1',
    status: 'running',
    startedAt: CREATED_AT,
    humanInterventionCount: 0,
    reworkCount: 0,
    promptTokensUsed: 0,
    completionTokensUsed: 0,
    interventions: [],
    ...fields,
  };
}

export function makePrompt(fields: Partial<RefinedPrompt> = {}): RefinedPrompt {
  return {
    id: 'prm_1',
    ticketId: 'tkt_1',
    runId: 'run_1',
    promptText: 'Do it',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeProject(fields: Partial<Project> = {}): Project {
  return { id: 'prj_1', repositoryName: 'owner/one', path: '/one', ...stamps, ...fields };
}

export function makeWorkerType(fields: Partial<WorkerType> = {}): WorkerType {
  return {
    id: 'wty_1',
    projectId: 'prj_1',
    workerType: 'coder',
    systemPrompt: 'Code',
    ...stamps,
    ...fields,
  };
}

export function makeComment(fields: Partial<Comment> = {}): Comment {
  return { id: 'cmt_1', ticketId: 'tkt_1', content: 'Well', createdAt: CREATED_AT, ...fields };
}

export function makeEvent(fields: Partial<EventRecord> = {}): EventRecord {
  return {
    id: 'evt_1',
    eventType: 'worker_stopped',
    createdAt: CREATED_AT,
    processed: false,
    actor: 'system',
    ...fields,
  };
}

export function makeEpic(fields: Partial<Epic> = {}): Epic {
  return {
    id: 'epc_1',
    title: 'Epic',
    description: '',
    acceptanceCriteria: [],
    repoPath: '',
    status: 'draft',
    ...stamps,
    ...fields,
  };
}

export function makeStage(fields: Partial<Stage> = {}): Stage {
  return {
    id: 'stg_1',
    epicId: 'epc_1',
    name: 'Design',
    stageOrder: 0,
    status: 'pending',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeGate(fields: Partial<Gate> = {}): Gate {
  return {
    id: 'gat_1',
    stageId: 'stg_1',
    gateType: 'approval',
    description: 'Look at it',
    approvalsNeeded: 1,
    status: 'pending',
    approvedBy: [],
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeGateComment(fields: Partial<GateComment> = {}): GateComment {
  return {
    id: 'gcm_1',
    gateId: 'gat_1',
    author: 'ann',
    content: 'Hm',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makePullRequest(fields: Partial<PullRequest> = {}): PullRequest {
  return {
    id: 'pul_1',
    ticketId: 'tkt_1',
    githubNumber: 1,
    githubUrl: 'https://github.test/1',
    branch: 'b',
    status: 'open',
    checksPassing: false,
    reviewStatus: 'pending',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeProposal(fields: Partial<Proposal> = {}): Proposal {
  return {
    id: 'prp_1',
    proposalType: 'tech_stack_choice',
    proposerId: 'agt_1',
    title: 'Proposal',
    description: '',
    rationale: '',
    affectedComponents: [],
    options: [],
    status: 'open',
    requiredVoters: [],
    threshold: 'simple_majority',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeVote(fields: Partial<Vote> = {}): Vote {
  return {
    id: 'vot_1',
    proposalId: 'prp_1',
    voterId: 'agt_1',
    voterType: 'coder',
    decision: 'approve',
    reasoning: 'Yes',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeDecision(fields: Partial<Decision> = {}): Decision {
  return {
    id: 'dec_1',
    decisionType: 'proposal_approved',
    description: 'So be it',
    outcome: {},
    decidedBy: 'sangha',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeAgentLog(fields: Partial<AgentLog> = {}): AgentLog {
  return {
    id: 'log_1',
    agentId: 'agt_1',
    level: 'info',
    message: 'Started',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeSyncState(fields: Partial<SyncState> = {}): SyncState {
  return { id: 'github', lastSyncAt: CREATED_AT, syncErrors: [], ...fields };
}

export function makeJourney(fields: Partial<Journey> = {}): Journey {
  return {
    id: 'jny_1',
    input: 'Why?',
    status: 'running',
    settings: DEFAULT_JOURNEY_SETTINGS,
    ...stamps,
    ...fields,
  };
}

export function makeJourneyStage(fields: Partial<JourneyStage> = {}): JourneyStage {
  return {
    id: 'jst_1',
    journeyId: 'jny_1',
    type: 'discovering',
    status: 'pending',
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeArtifact(fields: Partial<Artifact> = {}): Artifact {
  return {
    id: 'art_1',
    stageId: 'jst_1',
    type: 'document',
    title: 'Note',
    content: 'Text',
    metadata: {},
    createdAt: CREATED_AT,
    ...fields,
  };
}

export function makeTerminal(fields: Partial<Terminal> = {}): Terminal {
  return { id: 'trm_1', name: 'Shell', ...stamps, ...fields };
}

export function makeAnnotation(fields: Partial<Annotation> = {}): Annotation {
  return { id: 'ann_1', file: 'a.ts', parentType: 'builder', createdAt: CREATED_AT, ...fields };
}

export function makePortAllocation(fields: Partial<PortAllocation> = {}): PortAllocation {
  return {
    id: 'prt_1',
    projectPath: '/one',
    basePort: 4200,
    registeredAt: CREATED_AT,
    lastUsedAt: CREATED_AT,
    ...fields,
  };
}

export function makeImportRecord(fields: Partial<ImportRecord> = {}): ImportRecord {
  return {
    id: 'imp_1',
    sourceSystem: 'dispatch',
    sourceTable: 'issues',
    sourceKey: '1',
    raw: {},
    importedAt: CREATED_AT,
    ...fields,
  };
}
