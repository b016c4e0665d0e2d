import type { ParsedSource } from '../import-row.ts';
import { hasTables, type SourceTables } from '../tables/source-tables.ts';
import { TableImport } from '../tables/table-import.ts';
import type { TableRow } from '../tables/table-row.ts';
import { toEpic, toGate, toGateComment, toStage } from './dispatch-epics.ts';
import { toDecision, toProposal, toVote } from './dispatch-governance.ts';
import { toConfigEntry, toLog, toSyncState } from './dispatch-records.ts';
import { DISPATCH_TABLES as TABLES } from './dispatch-tables.ts';
import { assign, DISPATCH, toAgent, toPullRequest, toTicket } from './dispatch-work.ts';

export function isDispatch(tables: SourceTables): boolean {
  return hasTables(tables, {
    issues: ['prompt', 'issue_type'],
    agents: ['agent_type', 'current_issue_id'],
  });
}

/**
 * Reads the database of Dispatch.
 *
 * @param path The file, for messages.
 * @throws SweatShopError InvalidInput where a table or a column is missing.
 */
export function readDispatch(path: string, tables: SourceTables): ParsedSource {
  const source = new TableImport(DISPATCH, path, tables);
  const each = (rows: readonly TableRow[], toTarget: (row: TableRow) => Target) => {
    for (const row of rows) source.add(row, () => toTarget(row));
  };
  each(source.read(TABLES.epics), toEpic);
  each(source.read(TABLES.stages), toStage);
  each(source.read(TABLES.gates), toGate);
  each(source.read(TABLES.gateComments), toGateComment);
  const issues = source.read(TABLES.issues);
  const agents = source.read(TABLES.agents);
  const assignments = assign(agents, issues);
  each(issues, (row) => toTicket(row, assignments));
  each(agents, (row) => toAgent(row, assignments));
  each(source.read(TABLES.pullRequests), toPullRequest);
  each(source.read(TABLES.proposals), toProposal);
  const votesSeen = new Map<string, TableRow>();
  each(source.read(TABLES.votes), (row) => toVote(row, votesSeen));
  each(source.read(TABLES.decisions), toDecision);
  each(source.read(TABLES.agentLogs), toLog);
  each(source.read(TABLES.configStore), toConfigEntry);
  each(source.read(TABLES.syncState), toSyncState);
  source.keepTable('_sqlx_migrations');
  return source.finish();
}

type Target = ReturnType<Parameters<TableImport['add']>[1]>;
