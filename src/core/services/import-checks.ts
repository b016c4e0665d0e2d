import * as v from 'valibot';
import { MAX_TEXT_LENGTH, TextSchema } from '../../shared/entities/fields.ts';
import {
  FIRST_BASE_PORT,
  LAST_BASE_PORT,
  PORT_BLOCK_SIZE,
  type ImportTarget,
} from '../../shared/types.ts';
import { TARGETS, type AnyEntity, type Fields } from './import-targets.ts';

/** What keeps a row out: a field, and why. */
export type Flaw = { readonly field: string; readonly message: string };

/** Texts that the database does not take empty. */
const NEVER_EMPTY: Readonly<Partial<Record<ImportTarget, readonly string[]>>> = {
  projects: ['repositoryName'],
  worker_types: ['workerType'],
  epics: ['title'],
  stages: ['name'],
  gate_comments: ['author'],
  tickets: ['title', 'position', 'lastCompletedStage', 'agentType'],
  agents: ['name', 'agentType'],
  scratch_orgs: ['alias'],
  comments: ['workerType'],
  events: ['actor'],
  proposals: ['title'],
  votes: ['voterType'],
  decisions: ['decidedBy'],
  terminals: ['name'],
  annotations: ['file'],
  port_allocations: ['projectPath'],
  import_records: ['sourceSystem', 'sourceTable'],
};

type Rule = readonly [field: string, isKept: (fields: Fields) => boolean, message: string];

/** What the database checks across fields; the words say what has to be. */
const RULES: Readonly<Partial<Record<ImportTarget, readonly Rule[]>>> = {
  gates: [
    ['approvalsNeeded', ({ approvalsNeeded }) => approvalsNeeded !== 0, 'must be at least 1'],
    [
      'rejectionReason',
      ({ status, rejectionReason }) => status !== 'rejected' || isSaid(rejectionReason),
      'must be given for a gate that was rejected',
    ],
  ],
  agents: [
    [
      'assignedTicketId',
      ({ status, assignedTicketId }) => status !== 'IDLE' || assignedTicketId === undefined,
      'must be absent while the status is IDLE',
    ],
  ],
  scratch_orgs: [
    [
      'assignedAgentId',
      ({ status, assignedAgentId }) => (status === 'leased') === (assignedAgentId !== undefined),
      'must be given for a leased org, and for no other',
    ],
  ],
  ticket_runs: [
    [
      'completedAt',
      ({ status, completedAt }) => (status === 'running') === (completedAt === undefined),
      'must be given for a run that has ended, and for no other',
    ],
  ],
  comments: [['stageNumber', ({ stageNumber }) => stageNumber !== 0, 'must be at least 1']],
  events: [
    [
      'subjectId',
      ({ subject, subjectId }) => (subject === undefined) === (subjectId === undefined),
      'must be given with subject, and only with it',
    ],
    [
      'processedAt',
      ({ processed, processedAt }) => processedAt === undefined || processed === true,
      'must be absent while the event is not processed',
    ],
  ],
  pull_requests: [
    [
      'mergedAt',
      ({ status, mergedAt }) => mergedAt === undefined || status === 'merged',
      'must be absent while the pull request is not merged',
    ],
  ],
  proposals: [
    [
      'forceReason',
      ({ forcedBy, forceReason }) => forcedBy === undefined || isSaid(forceReason),
      'must be given with forcedBy',
    ],
    [
      'vetoReason',
      ({ vetoedBy, vetoReason }) => vetoedBy === undefined || isSaid(vetoReason),
      'must be given with vetoedBy',
    ],
  ],
  annotations: [
    [
      'parentType',
      ({ parentType, agentId, terminalId }) =>
        parentType === 'terminal' ? agentId === undefined : terminalId === undefined,
      'must fit agentId and terminalId',
    ],
  ],
  port_allocations: [
    [
      'basePort',
      ({ basePort }) =>
        typeof basePort === 'number' &&
        basePort >= FIRST_BASE_PORT &&
        basePort <= LAST_BASE_PORT &&
        basePort % PORT_BLOCK_SIZE === 0,
      `must be a hundred from ${String(FIRST_BASE_PORT)} to ${String(LAST_BASE_PORT)}`,
    ],
  ],
  import_records: [
    [
      'targetId',
      ({ targetTable, targetId }) => (targetTable === undefined) === (targetId === undefined),
      'must be given with targetTable, and only with it',
    ],
  ],
};

/** Finds what the database would not take in an entity, or who reads it could not read; undefined for nothing. */
export function flawOf(table: ImportTarget, entity: AnyEntity): Flaw | undefined {
  const parsed = v.safeParse(TARGETS[table].schema, entity, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return { field: v.getDotPath(issue) ?? '', message: wordsOf(issue) };
  }
  return (
    (NEVER_EMPTY[table] ?? [])
      .filter((field) => entity[field] === '')
      .map((field) => ({ field, message: 'must not be empty' }))[0] ??
    (RULES[table] ?? [])
      .filter(([, isKept]) => !isKept(entity))
      .map(([field, , message]) => ({ field, message }))[0]
  );
}

/** Finds a text that nobody could have entered here; undefined for none. */
export function flawedTextOf(entity: AnyEntity): Flaw | undefined {
  for (const field in entity) {
    const value = entity[field];
    if (typeof value !== 'string') continue;
    if (value.length <= MAX_TEXT_LENGTH && !value.includes('\u0000') && value.isWellFormed()) {
      continue;
    }
    const [issue] = v.safeParse(TextSchema, value).issues ?? [];
    return { field, message: issue?.message ?? 'is not a text' };
  }
  return undefined;
}

function wordsOf(issue: v.BaseIssue<unknown>): string {
  if (issue.received === 'undefined') return 'must be given';
  return issue.message.replace(/^Invalid \w+: Expected/, 'expected');
}

function isSaid(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
