import * as v from 'valibot';
import {
  InterventionEventSchema,
  RUN_STATUSES,
  type InterventionEvent,
} from '../../../shared/types.ts';
import { toTimestamp } from '../timestamp.ts';
import { importTarget } from '../import-row.ts';
import { isJsonObject } from '../tables/json-text.ts';
import { keyIn, type TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { NATIVE_TABLES as TABLES } from './native-tables.ts';

const RUN_STATUS_WORDS = sameWords(RUN_STATUSES);

const RUNNING = 'running';

/** Of the runs that go on, the newest of each ticket and agent: neither can have two. */
export function goingOn(runs: readonly TableRow[]): ReadonlySet<TableRow> {
  const running = runs
    .filter((run) => keyIn(run, 'status') === RUNNING && !keyIn(run, 'completed_at'))
    .toSorted((one, other) => startOf(other).localeCompare(startOf(one), 'en'));
  const taken = new Set<string>();
  return new Set(
    running.filter((run) => {
      const parts = [
        `ticket ${keyIn(run, 'ticket_id') ?? ''}`,
        `agent ${keyIn(run, 'agent_id') ?? ''}`,
      ];
      const isFree = parts.every((part) => !taken.has(part));
      if (isFree) for (const part of parts) taken.add(part);
      return isFree;
    }),
  );
}

export function toRun(row: TableRow, running: ReadonlySet<TableRow>) {
  return importTarget(
    'ticket_runs',
    {
      ticketId: row.requiredRef('ticket_id', TABLES.tickets.name),
      agentId: row.requiredRef('agent_id', TABLES.agents.name),
      orgAlias: row.optionalText('org_alias'),
      branchName: row.optionalText('branch_name'),
      startedAt: row.time('started_at'),
      ...endOf(row, running),
      humanInterventionCount: row.wholeNumber('human_intervention_count', 0) ?? 0,
      reworkCount: row.wholeNumber('rework_count', 0) ?? 0,
      promptTokensUsed: row.wholeNumber('prompt_tokens_used', 0) ?? 0,
      completionTokensUsed: row.wholeNumber('completion_tokens_used', 0) ?? 0,
      interventions: interventionsOf(row),
    },
    row.id,
  );
}

/** A run goes on, or has an end: never both, never neither. */
function endOf(row: TableRow, running: ReadonlySet<TableRow>) {
  const status = row.choice('status', RUN_STATUS_WORDS, 'cancelled');
  const completedAt = row.time('completed_at');
  if (status === RUNNING && running.has(row) && completedAt === undefined) return { status };
  if (status === RUNNING && completedAt !== undefined) {
    row.warn('the run goes on though it has an end; it becomes completed');
    return { status: 'completed' as const, completedAt };
  }
  if (status === RUNNING) {
    row.warn('a newer run of the same ticket or agent goes on, so that this one becomes cancelled');
    return { status: 'cancelled' as const, completedAt: row.time('started_at') };
  }
  if (completedAt === undefined)
    row.warn('the run is over but has no end; its start stands in for it');
  return { status, completedAt: completedAt ?? row.time('started_at') };
}

function interventionsOf(row: TableRow): InterventionEvent[] {
  return row.items('interventions').flatMap((item) => {
    const parsed = v.safeParse(InterventionEventSchema, withTimestamp(item));
    if (parsed.success) return [parsed.output];
    row.warn('interventions holds one that cannot be read, and is left out');
    return [];
  });
}

function withTimestamp(item: unknown): unknown {
  if (!isJsonObject(item) || typeof item['timestamp'] !== 'string') return item;
  return { ...item, timestamp: toTimestamp(item['timestamp']) ?? item['timestamp'] };
}

function startOf(run: TableRow): string {
  return keyIn(run, 'started_at') ?? '';
}
