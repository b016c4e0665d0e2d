import { EPIC_STATUSES, GATE_STATUSES, GATE_TYPES, STAGE_STATUSES } from '../../../shared/types.ts';
import { importTarget } from '../import-row.ts';
import { parseJsonText } from '../tables/json-text.ts';
import type { TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { DISPATCH_TABLES as TABLES } from './dispatch-tables.ts';

const EPIC_STATUS_WORDS = sameWords(EPIC_STATUSES);
const GATE_STATUS_WORDS = sameWords(GATE_STATUSES);
const GATE_TYPE_WORDS = sameWords(GATE_TYPES);
const STAGE_STATUS_WORDS = sameWords(STAGE_STATUSES);

const ANYONE = 'any';

export function toEpic(row: TableRow) {
  return importTarget(
    'epics',
    {
      githubId: row.wholeNumber('github_id', 1),
      githubUrl: row.optionalText('github_url'),
      title: row.name('title', `Untitled ${row.key}`),
      description: row.optionalText('description') ?? '',
      acceptanceCriteria: row.list('acceptance_criteria') ?? [],
      repoPath: row.optionalText('repo_path') ?? '',
      repoUrl: row.optionalText('repo_url'),
      status: row.choice('status', EPIC_STATUS_WORDS, 'draft'),
      currentStageId: row.ref('current_stage_id', TABLES.stages.name),
      blockedAtGateId: row.ref('blocked_at_gate_id', TABLES.gates.name),
      createdAt: row.time('created_at'),
      updatedAt: row.time('updated_at'),
      completedAt: row.time('completed_at'),
    },
    row.id,
  );
}

export function toStage(row: TableRow) {
  return importTarget(
    'stages',
    {
      epicId: row.requiredRef('epic_id', TABLES.epics.name),
      name: row.name('name', `Stage ${row.key}`),
      description: row.optionalText('description'),
      stageOrder: row.wholeNumber('stage_order', 0) ?? 0,
      status: row.choice('status', STAGE_STATUS_WORDS, 'pending'),
      createdAt: row.time('created_at'),
      startedAt: row.time('started_at'),
      completedAt: row.time('completed_at'),
    },
    row.id,
  );
}

export function toGate(row: TableRow) {
  const status = row.choice('status', GATE_STATUS_WORDS, 'pending');
  const approver = row.filledText('approved_by');
  return importTarget(
    'gates',
    {
      stageId: row.requiredRef('stage_id', TABLES.stages.name),
      gateType: row.choice('gate_type', GATE_TYPE_WORDS, 'approval'),
      description: row.text('description'),
      requiredApprovers: approversOf(row),
      // There the gate opens as soon as one of them approves.
      approvalsNeeded: 1,
      status,
      approvedBy: approver === undefined ? [] : [approver],
      rejectionReason:
        status === 'rejected'
          ? row.name('rejection_reason', 'The source gives no reason.')
          : row.optionalText('rejection_reason'),
      createdAt: row.time('created_at'),
      approvedAt: row.time('approved_at'),
    },
    row.id,
  );
}

/** @returns Undefined where anyone may approve. */
function approversOf(row: TableRow): string[] | undefined {
  const text = row.filledText('required_approvers')?.trim();
  if (text === undefined || text === ANYONE || parseJsonText(text) === ANYONE) return undefined;
  const names = [...new Set(row.list('required_approvers'))];
  return names.length === 0 ? undefined : names;
}

export function toGateComment(row: TableRow) {
  return importTarget(
    'gate_comments',
    {
      gateId: row.requiredRef('gate_id', TABLES.gates.name),
      author: row.name('author', 'unknown'),
      content: row.text('content'),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}
