import {
  PULL_REQUEST_STATUSES,
  REVIEW_STATUSES,
  TICKET_KINDS,
  TICKET_PRIORITIES,
  type AgentStatus,
  type TicketStatus,
} from '../../../shared/types.ts';
import { importTarget, refTo } from '../import-row.ts';
import { pairUp, type Assignments } from '../tables/assignments.ts';
import { keyIn, type TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { DISPATCH_TABLES as TABLES } from './dispatch-tables.ts';

const PULL_REQUEST_STATUS_WORDS = sameWords(PULL_REQUEST_STATUSES);
const REVIEW_STATUS_WORDS = sameWords(REVIEW_STATUSES);
const TICKET_KIND_WORDS = sameWords(TICKET_KINDS);
const TICKET_PRIORITY_WORDS = sameWords(TICKET_PRIORITIES);

export const DISPATCH = 'dispatch';

const BLOCKED = 'blocked';
const COMPLETED = 'completed';

const ISSUE_STATUSES: Readonly<Record<string, TicketStatus>> = {
  unassigned: 'backlog',
  queued: 'ready',
  assigned: 'in_progress',
  in_progress: 'in_progress',
  awaiting_review: 'qa_review',
  in_review: 'qa_review',
  done: 'merged',
  [BLOCKED]: 'backlog',
  cancelled: 'rejected',
};

const AGENT_STATUSES: Readonly<Record<string, AgentStatus>> = {
  idle: 'IDLE',
  starting: 'BRANCHING',
  working: 'DEVELOPING',
  waiting_for_input: 'NEEDS_INPUT',
  waiting_for_vote: 'NEEDS_INPUT',
  paused: 'NEEDS_INPUT',
  errored: 'ERROR',
  [COMPLETED]: 'IDLE',
};

/** Both tables say who works on what; a closed issue keeps the name of its agent there. */
export function assign(agents: readonly TableRow[], issues: readonly TableRow[]): Assignments {
  return pairUp(
    agents.map((row) => ({
      row,
      ticket: keyIn(row, 'current_issue_id'),
      isBusy: Object.hasOwn(AGENT_STATUSES, wordOf(row)) && AGENT_STATUSES[wordOf(row)] !== 'IDLE',
    })),
    issues.map((row) => ({
      row,
      agent: keyIn(row, 'assigned_agent_id'),
      isOpen: !['done', 'cancelled'].includes(wordOf(row)),
    })),
  );
}

export function toTicket(row: TableRow, { agentOf }: Assignments) {
  const agent = agentOf.get(row.key);
  const status = statusOf(row, agent !== undefined);
  const completedAt = row.time('completed_at');
  const updatedAt = row.time('updated_at');
  const endedAt = completedAt ?? updatedAt;
  const labels = [...new Set(row.list('labels'))];
  return importTarget(
    'tickets',
    {
      source: DISPATCH,
      externalId: row.key,
      title: row.name('title', `Untitled ${row.key}`),
      description: row.text('prompt'),
      kind: row.choice('issue_type', TICKET_KIND_WORDS, 'feature'),
      priority: row.choice('priority', TICKET_PRIORITY_WORDS, 'medium'),
      labels: wordOf(row) === BLOCKED ? [...new Set([...labels, BLOCKED])] : labels,
      status,
      assignedAgentId: refTo(TABLES.agents.name, agent),
      epicId: row.ref('epic_id', TABLES.epics.name),
      stageId: row.ref('stage_id', TABLES.stages.name),
      githubId: row.wholeNumber('github_id', 1),
      githubUrl: row.optionalText('github_url'),
      repoPath: row.optionalText('repo_path'),
      repoUrl: row.optionalText('repo_url'),
      worktreePath: row.optionalText('worktree_path'),
      branchName: row.optionalText('branch_name'),
      agentType: row.filledText('agent_type'),
      assignedAt: row.time('assigned_at'),
      completedAt: status === 'merged' ? endedAt : completedAt,
      closedAt: status === 'merged' || status === 'rejected' ? endedAt : undefined,
      createdAt: row.time('created_at'),
      updatedAt,
    },
    row.id,
  );
}

/** Whether work is blocked follows from dependencies here, and there nothing says what an issue waits for. */
function statusOf(row: TableRow, hasAgent: boolean): TicketStatus {
  const status = row.choice('status', ISSUE_STATUSES, 'backlog');
  const isBlocked = wordOf(row) === BLOCKED;
  if (isBlocked) {
    row.warn(
      `the status is blocked, but nothing says by what; it becomes ${hasAgent ? 'in_progress' : 'backlog'} with the label ${BLOCKED}`,
    );
  }
  if (!hasAgent || (status !== 'backlog' && status !== 'ready')) return status;
  if (!isBlocked) row.warn('an agent works on it, so that its status becomes in_progress');
  return 'in_progress';
}

export function toAgent(row: TableRow, { ticketOf }: Assignments) {
  const agentType = row.name('agent_type', 'coder');
  const startedAt = row.time('started_at');
  const lastHeartbeatAt = row.time('last_heartbeat');
  return importTarget(
    'agents',
    {
      name: `${agentType} ${row.key.slice(0, 8)}`,
      agentType,
      status: row.choice('status', AGENT_STATUSES, 'IDLE'),
      assignedTicketId: refTo(TABLES.issues.name, ticketOf.get(row.key)),
      worktreePath: row.optionalText('worktree_path'),
      pid: row.wholeNumber('process_id', 1),
      sessionId: row.optionalText('claude_session_id'),
      startedAt,
      lastHeartbeatAt,
      completedAt:
        row.time('completed_at') ?? (wordOf(row) === COMPLETED ? lastHeartbeatAt : undefined),
      metrics: row.object('metrics'),
      createdAt: startedAt,
      updatedAt: lastHeartbeatAt,
    },
    row.id,
  );
}

export function toPullRequest(row: TableRow) {
  const status = row.choice('status', PULL_REQUEST_STATUS_WORDS, 'open');
  const mergedAt = row.time('merged_at');
  if (mergedAt !== undefined && status !== 'merged') {
    row.warn('it has a time of merging though its status is not merged; the time is left out');
  }
  return importTarget(
    'pull_requests',
    {
      ticketId: row.requiredRef('issue_id', TABLES.issues.name),
      githubNumber: row.requiredNumber('github_number', 1),
      githubUrl: row.text('github_url'),
      branch: row.text('branch'),
      status,
      checksPassing: row.flag('checks_passing'),
      reviewStatus: row.choice('review_status', REVIEW_STATUS_WORDS, 'pending'),
      createdAt: row.time('created_at'),
      mergedAt: status === 'merged' ? mergedAt : undefined,
    },
    row.id,
  );
}

function wordOf(row: TableRow): string {
  return keyIn(row, 'status') ?? '';
}
