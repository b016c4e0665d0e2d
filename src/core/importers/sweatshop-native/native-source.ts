import {
  AGENT_STATUSES,
  CHAT_ROLES,
  SCRATCH_ORG_STATUSES,
  TICKET_PRIORITIES,
  TICKET_STATUSES,
} from '../../../shared/types.ts';
import { importTarget, refTo, type ParsedSource } from '../import-row.ts';
import { pairUp, type Assignments } from '../tables/assignments.ts';
import { hasTables, type SourceTables } from '../tables/source-tables.ts';
import { TableImport } from '../tables/table-import.ts';
import { keyIn, type TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { leasesOf, type Leases } from './native-leases.ts';
import { goingOn, toRun } from './native-runs.ts';
import { NATIVE_TABLES as TABLES } from './native-tables.ts';

export const SWEATSHOP_NATIVE = 'sweatshop-native';

const SOURCES = ['manual', 'deathmark'] as const;
const AGENT_STATUS_WORDS = sameWords(AGENT_STATUSES);
const CHAT_ROLE_WORDS = sameWords(CHAT_ROLES);
const SCRATCH_ORG_STATUS_WORDS = sameWords(SCRATCH_ORG_STATUSES);
const SOURCE_WORDS = sameWords(SOURCES);
const TICKET_PRIORITY_WORDS = sameWords(TICKET_PRIORITIES);
const TICKET_STATUS_WORDS = sameWords(TICKET_STATUSES);
const MERGED = 'merged';

export function isSweatShopNative(tables: SourceTables): boolean {
  return hasTables(tables, {
    tickets: ['id', 'acceptance_criteria', 'depends_on'],
    agents: ['id', 'assigned_org_alias'],
  });
}

/**
 * Reads the database of a SweatShop with a native driver.
 *
 * @param path The file, for messages.
 * @throws SweatShopError InvalidInput where a table or a column is missing.
 */
export function readSweatShopNative(path: string, tables: SourceTables): ParsedSource {
  const source = new TableImport(SWEATSHOP_NATIVE, path, tables);
  const tickets = source.read(TABLES.tickets);
  const agents = source.read(TABLES.agents);
  const orgs = source.read(TABLES.orgs);
  const messages = source.read(TABLES.messages);
  const runs = source.read(TABLES.runs);
  const assignments = assign(agents, tickets);
  const aliases = new Map(orgs.map((row) => [row.key, keyIn(row, 'alias')]));
  const leases = leasesOf(agents, orgs);
  const running = goingOn(runs);
  for (const row of tickets) source.add(row, () => toTicket(row, assignments));
  for (const row of agents) source.add(row, () => toAgent(row, assignments, leases, aliases));
  for (const row of orgs) source.add(row, () => toOrg(row, leases));
  for (const row of messages) source.add(row, () => toMessage(row));
  for (const row of runs) source.add(row, () => toRun(row, running));
  for (const row of source.read(TABLES.prompts)) source.add(row, () => toPrompt(row));
  return source.finish();
}

function assign(agents: readonly TableRow[], tickets: readonly TableRow[]): Assignments {
  const busy = AGENT_STATUSES.filter((status) => status !== 'IDLE') as readonly string[];
  return pairUp(
    agents.map((row) => ({
      row,
      ticket: keyIn(row, 'assigned_ticket_id'),
      isBusy: busy.includes(keyIn(row, 'status') ?? ''),
    })),
    tickets.map((row) => ({
      row,
      agent: keyIn(row, 'assigned_agent_id'),
      isOpen: keyIn(row, 'status') !== MERGED,
    })),
  );
}

function toTicket(row: TableRow, { agentOf }: Assignments) {
  const status = row.choice('status', TICKET_STATUS_WORDS, 'backlog');
  const updatedAt = row.time('updated_at');
  const endedAt = status === MERGED ? updatedAt : undefined;
  const dependsOn = [...new Set(row.list('depends_on'))].filter((key) => key !== '');
  return importTarget(
    'tickets',
    {
      externalId: row.filledText('external_id'),
      source: row.choice('source', SOURCE_WORDS, 'manual'),
      title: row.name('title', `Untitled ${row.key}`),
      description: row.optionalText('description') ?? '',
      acceptanceCriteria: row.optionalText('acceptance_criteria') ?? '',
      labels: [...new Set(row.list('labels'))],
      priority: row.choice('priority', TICKET_PRIORITY_WORDS, 'medium'),
      status,
      dependsOn: dependsOn.map((key) => refTo(TABLES.tickets.name, key)),
      assignedAgentId: refTo(TABLES.agents.name, agentOf.get(row.key)),
      completedAt: endedAt,
      closedAt: endedAt,
      createdAt: row.time('created_at'),
      updatedAt,
    },
    row.id,
  );
}

function toAgent(
  row: TableRow,
  { ticketOf }: Assignments,
  { orgOf }: Leases,
  aliases: ReadonlyMap<string, string | undefined>,
) {
  const alias = row.filledText('assigned_org_alias');
  const org = orgOf.get(row.key);
  if (alias !== undefined && (org === undefined || aliases.get(org) !== alias)) {
    row.warn('assigned_org_alias names an org that is not leased to this agent, and is left out');
  }
  return importTarget(
    'agents',
    {
      name: row.name('name', `Agent ${row.key}`),
      status: row.choice('status', AGENT_STATUS_WORDS, 'IDLE'),
      assignedTicketId: refTo(TABLES.tickets.name, ticketOf.get(row.key)),
      assignedOrgAlias: refTo(TABLES.orgs.name, org),
      branchName: row.optionalText('branch_name'),
      createdAt: row.time('created_at'),
      updatedAt: row.time('updated_at'),
    },
    row.id,
  );
}

function toOrg(row: TableRow, { agentOf }: Leases) {
  const status = row.choice('status', SCRATCH_ORG_STATUS_WORDS, 'error');
  const agent = agentOf.get(row.key);
  if (status === 'leased' && agent === undefined) {
    row.warn('the org is leased, but no agent holds it; it becomes available');
  }
  if (row.refKey('assigned_agent_id') !== undefined && agent === undefined) {
    row.warn('assigned_agent_id names an agent that does not hold the org, and is left out');
  }
  return importTarget(
    'scratch_orgs',
    {
      alias: row.name('alias', `org ${row.key}`),
      status: status === 'leased' && agent === undefined ? 'available' : status,
      assignedAgentId: refTo(TABLES.agents.name, agent),
      loginUrl: row.optionalText('login_url'),
      expiresAt: row.time('expires_at'),
      createdAt: row.time('created_at'),
      updatedAt: row.time('updated_at'),
    },
    row.id,
  );
}

function toMessage(row: TableRow) {
  return importTarget(
    'chat_messages',
    {
      agentId: row.requiredRef('agent_id', TABLES.agents.name),
      role: row.choice('role', CHAT_ROLE_WORDS, 'system'),
      content: row.text('content'),
      timestamp: row.time('timestamp'),
    },
    row.id,
  );
}

function toPrompt(row: TableRow) {
  return importTarget(
    'refined_prompts',
    {
      ticketId: row.requiredRef('ticket_id', TABLES.tickets.name),
      runId: row.requiredRef('run_id', TABLES.runs.name),
      promptText: row.text('prompt_text'),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}
