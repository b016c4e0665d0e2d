import { PLANNED_STAGE, type AgentStatus, type TicketStatus } from '../../../shared/types.ts';
import { importTarget, type ParsedSource } from '../import-row.ts';
import { hasTables, type SourceTables } from '../tables/source-tables.ts';
import { TableImport, type TableSpec } from '../tables/table-import.ts';
import type { TableRow } from '../tables/table-row.ts';

export const VIBE_ENSEMBLE = 'vibe-ensemble';

const ARCHITECT = 'architect';

// Numbers name rows of one database only: what the row belongs to tells two databases apart.
const TABLES = {
  projects: {
    name: 'projects',
    key: 'repository_name',
    required: ['repository_name', 'path'],
    optional: ['short_description', 'created_at', 'updated_at'],
  },
  workerTypes: {
    name: 'worker_types',
    key: ['project_id', 'id'],
    required: ['id', 'project_id', 'worker_type', 'system_prompt'],
    optional: ['short_description', 'created_at', 'updated_at'],
    isOptional: true,
  },
  tickets: {
    name: 'tickets',
    key: 'ticket_id',
    required: ['ticket_id', 'project_id', 'title', 'execution_plan', 'last_completed_stage'],
    optional: ['created_at', 'updated_at', 'closed_at'],
  },
  comments: {
    name: 'comments',
    key: ['ticket_id', 'id'],
    required: ['id', 'ticket_id', 'content'],
    optional: ['worker_type', 'worker_id', 'stage_number', 'created_at'],
    isOptional: true,
  },
  workers: {
    name: 'workers',
    key: 'worker_id',
    required: ['worker_id', 'project_id', 'worker_type', 'status'],
    optional: ['pid', 'queue_name', 'started_at', 'last_activity'],
    isOptional: true,
  },
  events: {
    name: 'events',
    key: ['created_at', 'id'],
    required: ['id', 'event_type', 'created_at'],
    optional: ['ticket_id', 'worker_id', 'stage', 'reason', 'processed'],
    isOptional: true,
  },
} as const satisfies Record<string, TableSpec>;

const WORKER_STATUSES: Readonly<Record<string, AgentStatus>> = {
  spawning: 'ASSIGNED',
  active: 'DEVELOPING',
  idle: 'IDLE',
  finished: 'IDLE',
  failed: 'ERROR',
};

const EVENT_TYPES = {
  ticket_stage_completed: 'ticket_stage_completed',
  worker_stopped: 'worker_stopped',
} as const;

export function isVibeEnsemble(tables: SourceTables): boolean {
  return hasTables(tables, {
    projects: ['repository_name'],
    tickets: ['ticket_id', 'execution_plan'],
  });
}

/**
 * Reads the database of Vibe-Ensemble.
 *
 * @param path The file, for messages.
 * @throws SweatShopError InvalidInput where a table or a column is missing.
 */
export function readVibeEnsemble(path: string, tables: SourceTables): ParsedSource {
  const source = new TableImport(VIBE_ENSEMBLE, path, tables);
  for (const row of source.read(TABLES.projects)) source.add(row, () => toProject(row));
  for (const row of source.read(TABLES.workerTypes)) source.add(row, () => toWorkerType(row));
  for (const row of source.read(TABLES.tickets)) source.add(row, () => toTicket(row));
  const workers = source.read(TABLES.workers);
  const architects = architectsOf(workers);
  for (const row of workers) source.add(row, () => toAgent(row, architects));
  for (const row of source.read(TABLES.comments)) source.add(row, () => toComment(row));
  for (const row of source.read(TABLES.events)) source.add(row, () => toEvent(row));
  source.keepTable('_sqlx_migrations');
  return source.finish();
}

function toProject(row: TableRow) {
  return importTarget('projects', {
    repositoryName: row.text('repository_name'),
    path: row.text('path'),
    shortDescription: row.optionalText('short_description'),
    createdAt: row.time('created_at'),
    updatedAt: row.time('updated_at'),
  });
}

function toWorkerType(row: TableRow) {
  return importTarget('worker_types', {
    projectId: row.requiredRef('project_id', TABLES.projects.name),
    workerType: row.name('worker_type', `type ${row.text('id')}`),
    shortDescription: row.optionalText('short_description'),
    systemPrompt: row.text('system_prompt'),
    createdAt: row.time('created_at'),
    updatedAt: row.time('updated_at'),
  });
}

function toTicket(row: TableRow) {
  const executionPlan = planOf(row);
  const lastCompletedStage = row.name('last_completed_stage', PLANNED_STAGE);
  const closedAt = row.time('closed_at');
  const done = executionPlan.indexOf(lastCompletedStage);
  const isLost = done < 0 && lastCompletedStage !== PLANNED_STAGE;
  if (isLost)
    row.warn('last_completed_stage is not in execution_plan, so that it is nobody’s turn');
  const next = closedAt === undefined && !isLost ? executionPlan[done + 1] : undefined;
  return importTarget(
    'tickets',
    {
      source: VIBE_ENSEMBLE,
      externalId: row.key,
      projectId: row.requiredRef('project_id', TABLES.projects.name),
      title: row.name('title', `Untitled ${row.key}`),
      status: statusOf({
        isClosed: closedAt !== undefined,
        hasPlan: executionPlan.length > 0,
        next,
      }),
      executionPlan,
      lastCompletedStage,
      agentType: next,
      completedAt: closedAt,
      closedAt,
      createdAt: row.time('created_at'),
      updatedAt: row.time('updated_at'),
    },
    row.id,
  );
}

/** A plan names each worker type once: by its name it is known whose turn it is. */
function planOf(row: TableRow): string[] {
  const plan = row.list('execution_plan', true) ?? [];
  const stages = [...new Set(plan)].filter(
    (stage) => stage.trim() !== '' && stage !== PLANNED_STAGE,
  );
  if (stages.length < plan.length) {
    row.warn(
      `execution_plan names a stage twice, or one that is empty or ${PLANNED_STAGE}; those are left out`,
    );
  }
  return stages;
}

/** There a ticket stands in a queue, so that here it waits in ready; who takes it is not said anywhere. */
function statusOf(ticket: {
  readonly isClosed: boolean;
  readonly hasPlan: boolean;
  readonly next: string | undefined;
}): TicketStatus {
  if (ticket.isClosed) return 'merged';
  if (!ticket.hasPlan) return 'backlog';
  return ticket.next === undefined ? 'qa_review' : 'ready';
}

function toAgent(row: TableRow, architects: ReadonlySet<TableRow>) {
  const agentType = row.name('worker_type', 'coder');
  const project = row.requiredRef('project_id', TABLES.projects.name);
  const isSecondArchitect = agentType === ARCHITECT && !architects.has(row);
  if (isSecondArchitect) {
    row.warn(`a project has one ${ARCHITECT}; the others come without their project`);
  }
  const word = row.text('status');
  const lastActivity = row.time('last_activity');
  const startedAt = row.time('started_at');
  return importTarget(
    'agents',
    {
      name: row.key,
      status: row.choice('status', WORKER_STATUSES, 'IDLE'),
      agentType,
      projectId: isSecondArchitect ? undefined : project,
      pid: row.wholeNumber('pid', 1),
      queueName: row.optionalText('queue_name'),
      startedAt,
      lastHeartbeatAt: lastActivity,
      completedAt: word === 'finished' ? lastActivity : undefined,
      createdAt: startedAt,
      updatedAt: lastActivity,
    },
    row.id,
  );
}

/** Of each project the architect that was heard of last. */
function architectsOf(workers: readonly TableRow[]): ReadonlySet<TableRow> {
  const newest = new Map<unknown, TableRow>();
  for (const row of workers.filter(({ raw }) => raw['worker_type'] === ARCHITECT)) {
    const other = newest.get(row.raw['project_id']);
    if (!other || heardOf(row) >= heardOf(other)) newest.set(row.raw['project_id'], row);
  }
  return new Set(newest.values());
}

function heardOf({ raw }: TableRow): string {
  const time = raw['last_activity'];
  return typeof time === 'string' ? time : '';
}

function toComment(row: TableRow) {
  return importTarget('comments', {
    ticketId: row.requiredRef('ticket_id', TABLES.tickets.name),
    workerType: row.filledText('worker_type'),
    workerId: row.ref('worker_id', TABLES.workers.name),
    stageNumber: row.wholeNumber('stage_number', 1),
    content: row.text('content'),
    createdAt: row.time('created_at'),
  });
}

function toEvent(row: TableRow) {
  return importTarget('events', {
    eventType: row.knownChoice('event_type', EVENT_TYPES),
    ticketId: row.ref('ticket_id', TABLES.tickets.name),
    workerId: row.ref('worker_id', TABLES.workers.name),
    stage: row.optionalText('stage'),
    reason: row.optionalText('reason'),
    createdAt: row.time('created_at'),
    processed: row.flag('processed'),
    actor: 'system',
  });
}
