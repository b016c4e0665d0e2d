import type {
  Agent,
  ChatMessage,
  RefinedPrompt,
  ScratchOrg,
  Ticket,
  TicketRun,
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
