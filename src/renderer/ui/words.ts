import type { AgentStatus } from '../../shared/entities/agent.ts';
import type { ScratchOrgStatus } from '../../shared/entities/scratch-org.ts';
import type { RunStatus, InterventionEvent } from '../../shared/entities/ticket-run.ts';
import type { TicketPriority, TicketSource, TicketStatus } from '../../shared/entities/ticket.ts';

/** How the values of the data are called in front of people. */
export const STATUS_WORDS: Readonly<Record<TicketStatus, string>> = {
  backlog: 'Backlog',
  ready: 'Ready',
  in_progress: 'In progress',
  qa_review: 'QA review',
  approved: 'Approved',
  merged: 'Merged',
  rejected: 'Rejected',
};

export const PRIORITY_WORDS: Readonly<Record<TicketPriority, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

export const SOURCE_WORDS: Readonly<Record<TicketSource, string>> = {
  manual: 'By hand',
  deathmark: 'Deathmark',
  'backlog-md': 'Backlog.md',
  github: 'GitHub',
  csv: 'CSV file',
  json: 'JSON file',
  'vibe-ensemble': 'Vibe-Ensemble',
  dispatch: 'Dispatch',
};

export const AGENT_STATUS_WORDS: Readonly<Record<AgentStatus, string>> = {
  IDLE: 'Idle',
  ASSIGNED: 'Assigned',
  BRANCHING: 'Branching',
  DEVELOPING: 'Developing',
  NEEDS_INPUT: 'Needs input',
  PROVISIONING: 'Provisioning',
  QA_READY: 'Ready for QA',
  MERGING: 'Merging',
  REWORK: 'Rework',
  ERROR: 'Error',
};

export const ORG_STATUS_WORDS: Readonly<Record<ScratchOrgStatus, string>> = {
  available: 'Available',
  leased: 'Leased',
  expired: 'Expired',
  error: 'Error',
};

export const RUN_STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const INTERVENTION_WORDS: Readonly<Record<InterventionEvent['type'], string>> = {
  question: 'Question',
  rework: 'Rework',
  guidance: 'Guidance',
  error_recovery: 'Error recovery',
};
