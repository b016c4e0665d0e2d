import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import {
  insertRows,
  makeForeignFile,
  rowsOf,
  stateOf,
  type ForeignRow,
} from '../support/foreign-file.ts';
import { SWEATSHOP_NATIVE_SCHEMA } from '../support/foreign-schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runJson } from './run-command.ts';

const AT1 = '2026-01-02T03:04:05.678Z';
const AT2 = '2026-02-03T04:05:06.000Z';
const stamps = { created_at: AT1, updated_at: AT2 };

const AGENT_STATUSES = [
  ...['IDLE', 'ASSIGNED', 'BRANCHING', 'DEVELOPING', 'NEEDS_INPUT'],
  ...['PROVISIONING', 'QA_READY', 'MERGING', 'REWORK', 'ERROR'],
];
const TICKET_STATUSES = [
  ...['backlog', 'ready', 'in_progress', 'qa_review', 'approved', 'merged', 'rejected'],
];

const INTERVENTIONS = JSON.stringify([
  {
    ...{ timestamp: AT1, type: 'question', agentMessage: 'Which?', humanResponse: 'That' },
    waitDurationMs: 1_500,
  },
]);

const SOURCE = {
  tickets: [
    ...TICKET_STATUSES.map((status) => ({ id: `t-${status}`, title: status, status, ...stamps })),
    {
      ...{ id: 't-full', external_id: 'D-1', source: 'deathmark', title: 'Größe 🌍' },
      ...{ description: 'Desc', acceptance_criteria: '- [ ] a', labels: '["x","y"]' },
      ...{ priority: 'critical', status: 'in_progress', depends_on: '["t-merged","t-ready"]' },
      ...{ assigned_agent_id: 'a-DEVELOPING', ...stamps },
    },
  ],
  agents: AGENT_STATUSES.map((status) => ({
    ...{ id: `a-${status}`, name: `Agent ${status}`, status, ...stamps },
    ...(status === 'DEVELOPING'
      ? { assigned_ticket_id: 't-full', assigned_org_alias: 'org-leased', branch_name: 'b/1' }
      : {}),
  })),
  scratch_orgs: ['available', 'leased', 'expired', 'error'].map((status) => ({
    ...{ id: `o-${status}`, alias: `org-${status}`, status, ...stamps },
    ...(status === 'leased'
      ? { assigned_agent_id: 'a-DEVELOPING', login_url: 'https://x.test', expires_at: AT2 }
      : {}),
  })),
  chat_messages: ['agent', 'user', 'system'].map((role) => ({
    ...{ id: `m-${role}`, agent_id: 'a-DEVELOPING', role, content: `From ${role}`, timestamp: AT1 },
  })),
  ticket_runs: [
    {
      ...{
        id: 'r-running',
        ticket_id: 't-full',
        agent_id: 'a-DEVELOPING',
        org_alias: 'org-leased',
      },
      ...{ branch_name: 'b/1', status: 'running', started_at: AT1, human_intervention_count: 1 },
      ...{ rework_count: 2, prompt_tokens_used: 3, completion_tokens_used: 4 },
      interventions: INTERVENTIONS,
    },
    ...['completed', 'failed', 'cancelled'].map((status) => ({
      ...{ id: `r-${status}`, ticket_id: 't-merged', agent_id: 'a-IDLE', status },
      ...{ started_at: AT1, completed_at: AT2 },
    })),
  ],
  refined_prompts: [
    { id: 'p-1', ticket_id: 't-full', run_id: 'r-running', prompt_text: 'Do\nit', created_at: AT1 },
  ],
} satisfies Record<string, ForeignRow[]>;

const agentHere = {
  ...{ assigned_ticket_id: null, assigned_org_alias: null, branch_name: null, project_id: null },
  ...{ agent_type: 'coder', pid: null, port: null, queue_name: null, worktree_path: null },
  ...{ session_id: null, command: null, started_at: null, last_heartbeat_at: null },
  ...{ completed_at: null, metrics: null, ...stamps },
};

function ticketHere(status: string, fields: object) {
  const endedAt = status === 'merged' ? AT2 : null;
  return {
    ...{ id: `t-${status}`, external_id: null, source: 'manual', title: status, status },
    ...{ description: '', acceptance_criteria: '', labels: '[]', priority: 'medium' },
    ...{ depends_on: '[]', assigned_agent_id: null, position: expect.any(String) as string },
    ...{ project_id: null, kind: 'feature', execution_plan: '[]', last_completed_stage: 'Planned' },
    ...{ epic_id: null, stage_id: null, github_id: null, github_url: null, repo_path: null },
    ...{ repo_url: null, worktree_path: null, branch_name: null, agent_type: null },
    ...{ assigned_at: null, completed_at: endedAt, closed_at: endedAt, archived_at: null },
    ...{ seq: expect.any(Number) as number, ...stamps, ...fields },
  };
}

function expectAllOf(home: string): void {
  expect(rowsOf(home, 'tickets', 'seq')).toEqual(
    expect.arrayContaining([
      ...TICKET_STATUSES.map((status) => ticketHere(status, {})),
      ticketHere('in_progress', {
        ...{ id: 't-full', external_id: 'D-1', source: 'deathmark', title: 'Größe 🌍' },
        ...{ description: 'Desc', acceptance_criteria: '- [ ] a', labels: '["x","y"]' },
        ...{ priority: 'critical', depends_on: '["t-merged","t-ready"]' },
        assigned_agent_id: 'a-DEVELOPING',
      }),
    ]),
  );
  expect(rowsOf(home, 'tickets')).toHaveLength(8);
  expect(rowsOf(home, 'agents', 'rowid')).toEqual(
    AGENT_STATUSES.map((status) => ({
      ...{ ...agentHere, id: `a-${status}`, name: `Agent ${status}`, status },
      ...(status === 'DEVELOPING'
        ? { assigned_ticket_id: 't-full', assigned_org_alias: 'org-leased', branch_name: 'b/1' }
        : {}),
    })),
  );
  expect(rowsOf(home, 'scratch_orgs', 'rowid')).toEqual(
    ['available', 'leased', 'expired', 'error'].map((status) => ({
      ...{ id: `o-${status}`, alias: `org-${status}`, status, ...stamps },
      ...{ assigned_agent_id: null, login_url: null, expires_at: null },
      ...(status === 'leased'
        ? { assigned_agent_id: 'a-DEVELOPING', login_url: 'https://x.test', expires_at: AT2 }
        : {}),
    })),
  );
  expect(rowsOf(home, 'chat_messages', 'seq')).toEqual(
    SOURCE.chat_messages.map((row, index) => ({ ...row, seq: index + 1 })),
  );
  expect(rowsOf(home, 'ticket_runs', 'rowid')).toEqual([
    { ...SOURCE.ticket_runs[0], completed_at: null },
    ...['completed', 'failed', 'cancelled'].map((status) => ({
      ...{ id: `r-${status}`, ticket_id: 't-merged', agent_id: 'a-IDLE', org_alias: null },
      ...{ branch_name: null, status, started_at: AT1, completed_at: AT2 },
      ...{ human_intervention_count: 0, rework_count: 0, prompt_tokens_used: 0 },
      ...{ completion_tokens_used: 0, interventions: '[]' },
    })),
  ]);
  expect(rowsOf(home, 'refined_prompts')).toEqual(SOURCE.refined_prompts);
}

it('imports every value of a native SweatShop, and nothing new the second time', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const file = makeForeignFile(SWEATSHOP_NATIVE_SCHEMA, SOURCE, 'sweatshop.db');
  const before = stateOf(path.dirname(file));
  expect(await runJson(home, 'import', file)).toMatchObject({
    source: { system: 'sweatshop-native', name: file },
    ...{ keptOnly: 0, conflicts: [], notices: [] },
  });
  expect(stateOf(path.dirname(file))).toEqual(before);
  expectAllOf(home);
  const again = (await runJson(home, 'import', file)) as {
    counts: { created: number; changed: number }[];
  };
  expect(again).toMatchObject({ conflicts: [], notices: [] });
  expect(again.counts.filter(({ created, changed }) => created + changed > 0)).toEqual([]);
});

it('imports what a native driver has only written into its log yet', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const folder = temporaryFolder();
  const file = path.join(folder, 'sweatshop.db');
  const writer = new DatabaseSync(file);
  onTestFinished(() => {
    writer.close();
  });
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  writer.exec(SWEATSHOP_NATIVE_SCHEMA);
  insertRows(writer, SOURCE);
  writer.exec("BEGIN; UPDATE tickets SET title = 'not yet'");
  const before = stateOf(folder);
  await runJson(home, 'import', file);
  expect(stateOf(folder)).toEqual(before);
  expectAllOf(home);
});

it('repairs what contradicts itself, says so, and keeps every row as it was', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const run = { ticket_id: 't-1', agent_id: 'a-1', status: 'running', started_at: AT1 };
  const rows = {
    tickets: [
      { id: 't-1', title: 'One', status: 'merged', assigned_agent_id: 'a-1', ...stamps },
      { id: 't-2', title: '', status: 'strange', source: 'jira', labels: '{', ...stamps },
      { id: 't-3', title: 'Three', status: 'ready', assigned_agent_id: 'gone', ...stamps },
      { id: 't-4', title: 'Four', status: 'in_progress', assigned_agent_id: 'a-2', ...stamps },
      {
        ...{
          id: 't-5',
          title: 'Five',
          status: 'ready',
          depends_on: '["t-6","nowhere"]',
          ...stamps,
        },
        priority: 'urgent',
      },
      { id: 't-6', title: 'Six', status: 'ready', depends_on: '["t-5"]', ...stamps },
      { id: 't-7', title: 'Seven', status: 'merged', assigned_agent_id: 'a-5', ...stamps },
    ],
    agents: [
      { id: 'a-1', name: 'Idle', status: 'IDLE', assigned_ticket_id: 't-3', ...stamps },
      { id: 'a-2', name: '', status: 'DEVELOPING', assigned_org_alias: 'gone', ...stamps },
      { id: 'a-3', name: 'Third', status: 'DEVELOPING', assigned_ticket_id: 't-4', ...stamps },
      { id: 'a-4', name: 'Fourth', status: 'SLEEPING', assigned_ticket_id: 't-4', ...stamps },
      { id: 'a-5', name: 'Fifth', status: 'DEVELOPING', ...stamps },
    ],
    scratch_orgs: [
      { id: 'o-1', alias: 'one', status: 'leased', ...stamps },
      { id: 'o-2', alias: 'two', status: 'available', assigned_agent_id: 'a-2', ...stamps },
      { id: 'o-3', alias: 'three', status: 'leased', assigned_agent_id: 'a-3', ...stamps },
      { id: 'o-4', alias: 'four', status: 'leased', assigned_agent_id: 'a-3', ...stamps },
    ],
    ticket_runs: [
      { id: 'r-1', ...run },
      { id: 'r-2', ...run, started_at: AT2 },
      { id: 'r-3', ...run, completed_at: AT2 },
      { id: 'r-4', ...run, status: 'failed', interventions: '[1,{"type":"question"}]' },
      { id: 'r-5', ...run, status: 'completed', completed_at: 'soon', rework_count: -3 },
    ],
  } satisfies Record<string, ForeignRow[]>;
  const file = makeForeignFile(SWEATSHOP_NATIVE_SCHEMA, rows, 'sweatshop.db');
  const { exitCode, stderr } = await runCommand(home, 'import', file);

  expect(exitCode, stderr).toBe(0);
  expect(rowsOf(home, 'tickets')).toMatchObject([
    { id: 't-1', status: 'merged', assigned_agent_id: null },
    { id: 't-2', title: 'Untitled t-2', status: 'backlog', source: 'manual', labels: '[]' },
    { id: 't-3', assigned_agent_id: null },
    { id: 't-4', assigned_agent_id: 'a-3' },
    { id: 't-5', priority: 'medium' },
    { id: 't-6' },
    { id: 't-7', assigned_agent_id: null },
  ]);
  const waiting = rowsOf(home, 'tickets').map((row) => (row as { depends_on: string }).depends_on);
  expect(waiting.filter((list) => list !== '[]')).toHaveLength(1);
  expect(rowsOf(home, 'agents')).toMatchObject([
    { id: 'a-1', assigned_ticket_id: null },
    { id: 'a-2', name: 'Agent a-2', assigned_ticket_id: null, assigned_org_alias: null },
    { id: 'a-3', assigned_ticket_id: 't-4', assigned_org_alias: 'three' },
    { id: 'a-4', status: 'IDLE', assigned_ticket_id: null },
    { id: 'a-5', status: 'DEVELOPING', assigned_ticket_id: null },
  ]);
  expect(rowsOf(home, 'scratch_orgs')).toMatchObject([
    { id: 'o-1', status: 'available', assigned_agent_id: null },
    { id: 'o-2', status: 'available', assigned_agent_id: null },
    { id: 'o-3', status: 'leased', assigned_agent_id: 'a-3' },
    { id: 'o-4', status: 'available', assigned_agent_id: null },
  ]);
  expect(rowsOf(home, 'ticket_runs')).toMatchObject([
    { id: 'r-1', status: 'cancelled', completed_at: AT1 },
    { id: 'r-2', status: 'running', completed_at: null },
    { id: 'r-3', status: 'completed', completed_at: AT2 },
    { id: 'r-4', status: 'failed', completed_at: AT1, interventions: '[]' },
    { id: 'r-5', status: 'completed', completed_at: AT1, rework_count: 0 },
  ]);
  for (const words of [
    'tickets row 2: warning: status "strange" is not known; it becomes backlog',
    'tickets row 2: warning: source "jira" is not known; it becomes manual',
    'tickets row 2: warning: labels is not valid JSON, and is left out',
    'agents row 1: warning: the agent has a ticket, which is left out because it is idle',
    'tickets row 4: warning: the ticket has an agent, which is left out because another one works on it',
    'scratch_orgs row 1: warning: the org is leased, but no agent holds it',
    'ticket_runs row 1: warning: a newer run of the same ticket or agent goes on',
    'ticket_runs row 4: warning: interventions holds one that cannot be read, and is left out (and 1 more)',
    'ticket_runs row 5: warning: completed_at is not a time',
  ]) {
    expect(stderr).toContain(`sweatshop.db ${words}`);
  }
  const raws = rowsOf(home, 'import_records').map(
    (row) => JSON.parse((row as { raw: string }).raw) as unknown,
  );
  expect(raws).toHaveLength(21);
  expect(raws).toEqual(
    expect.arrayContaining(
      Object.values(rows)
        .flat()
        .map((row) => expect.objectContaining(row) as unknown),
    ),
  );
  const again = (await runJson(home, 'import', file)) as {
    counts: { created: number; changed: number }[];
  };
  expect(again.counts.filter(({ created, changed }) => created + changed > 0)).toEqual([]);
});

it('does not take a database of its own for one', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const other = path.join(temporaryFolder(), 'other');
  await (await openTestHome(other)).close();
  const file = path.join(other, 'sweatshop.db');
  for (const args of [[file], ['sweatshop-native', file]]) {
    const { exitCode, stderr } = await runCommand(home, 'import', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${file} is SweatShop's own database.`);
  }
});
