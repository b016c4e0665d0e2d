import * as v from 'valibot';
import { ConfigKeySchema, LOG_LEVELS, SETTINGS } from '../../../shared/types.ts';
import { importTarget } from '../import-row.ts';
import { RowProblem, type TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { DISPATCH_TABLES as TABLES } from './dispatch-tables.ts';

const LOG_LEVEL_WORDS = sameWords(LOG_LEVELS);

export function toLog(row: TableRow) {
  return importTarget(
    'agent_logs',
    {
      agentId: row.requiredRef('agent_id', TABLES.agents.name),
      ticketId: row.ref('issue_id', TABLES.issues.name),
      level: row.choice('level', LOG_LEVEL_WORDS, 'info'),
      message: row.text('message'),
      context: row.object('context'),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}

export function toConfigEntry(row: TableRow) {
  const key = row.text('key');
  if (!v.is(ConfigKeySchema, key)) {
    throw new RowProblem('key is not a name without spaces of at most 200 characters');
  }
  if (Object.hasOwn(SETTINGS, key)) {
    throw new RowProblem(`${key} is a setting of SweatShop, where it may mean something else`);
  }
  return importTarget('config_store', {
    key,
    value: row.text('value'),
    updatedAt: row.time('updated_at'),
  });
}

export function toSyncState(row: TableRow) {
  return importTarget(
    'sync_state',
    {
      lastSyncAt: row.time('last_sync_at'),
      lastIssueId: row.wholeNumber('last_issue_id', 0),
      lastPrId: row.wholeNumber('last_pr_id', 0),
      etag: row.optionalText('etag'),
      syncErrors: row.list('sync_errors') ?? [],
    },
    row.id,
  );
}
