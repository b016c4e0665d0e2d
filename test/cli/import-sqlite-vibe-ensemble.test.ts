import path from 'node:path';
import { expect, it } from 'vitest';
import { makeForeignFile, rowsOf, stateOf, type ForeignRow } from '../support/foreign-file.ts';
import { VIBE_ENSEMBLE_SCHEMA } from '../support/foreign-schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runJson } from './run-command.ts';

const T1 = '2026-01-02 03:04:05';
const T2 = '2026-02-03 04:05:06';
const ISO1 = '2026-01-02T03:04:05.000Z';
const ISO2 = '2026-02-03T04:05:06.000Z';

const stamps = { created_at: T1, updated_at: T2 };
const project_id = 'acme/shop';

function ticket(ticket_id: string, fields: ForeignRow): ForeignRow {
  return {
    ...{
      ticket_id,
      project_id,
      title: `Do ${ticket_id}`,
      execution_plan: '["plan","build","test"]',
    },
    ...stamps,
    ...fields,
  };
}

function worker(worker_id: string, status: string, fields: ForeignRow = {}): ForeignRow {
  return {
    ...{ worker_id, project_id, worker_type: 'build', status, queue_name: `q-${worker_id}` },
    ...{ started_at: T1, last_activity: T2 },
    ...fields,
  };
}

const SOURCE = {
  projects: [
    {
      repository_name: project_id,
      path: '/code/shop',
      short_description: 'Ein Läden 🛒',
      ...stamps,
    },
    { repository_name: 'acme/empty', path: '', short_description: null, ...stamps },
  ],
  worker_types: [
    {
      ...{
        project_id,
        worker_type: 'build',
        short_description: 'Builds',
        system_prompt: 'Build\nit',
      },
      ...stamps,
    },
    { project_id, worker_type: 'test', short_description: null, system_prompt: '', ...stamps },
  ],
  tickets: [
    ticket('T-1', {}),
    ticket('T-2', { last_completed_stage: 'build', title: 'Ünïcode "quotes" 🌍' }),
    ticket('T-3', { last_completed_stage: 'test' }),
    ticket('T-4', { last_completed_stage: 'test', closed_at: T2 }),
    ticket('T-5', { execution_plan: '[]' }),
  ],
  workers: [
    worker('w-spawning', 'spawning'),
    worker('w-active', 'active', { pid: 4711 }),
    worker('w-idle', 'idle'),
    worker('w-finished', 'finished'),
    worker('w-failed', 'failed'),
    worker('w-boss', 'active', { worker_type: 'architect', last_activity: T1 }),
    worker('w-chief', 'active', { worker_type: 'architect' }),
  ],
  comments: [
    {
      ...{ ticket_id: 'T-2', worker_type: 'build', worker_id: 'w-active', stage_number: 2 },
      ...{ content: '# Done', created_at: T1 },
    },
    { ticket_id: 'T-2', worker_type: null, worker_id: null, content: '', created_at: T2 },
    {
      ticket_id: 'T-1',
      worker_type: '',
      worker_id: 'gone',
      stage_number: 0,
      content: 'x',
      created_at: T2,
    },
  ],
  events: [
    {
      ...{ event_type: 'ticket_stage_completed', ticket_id: 'T-2', worker_id: 'w-active' },
      ...{ stage: 'build', reason: null, created_at: T1, processed: 1 },
    },
    {
      ...{ event_type: 'worker_stopped', worker_id: 'w-failed', reason: 'crash', created_at: T2 },
      ...{ processed: 0 },
    },
  ],
} satisfies Record<string, ForeignRow[]>;

it('imports every value of Vibe-Ensemble, and nothing new the second time', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const file = makeForeignFile(VIBE_ENSEMBLE_SCHEMA, SOURCE, 'vibe.db');
  const before = stateOf(path.dirname(file));

  const report = await runJson(home, 'import', file);

  expect(stateOf(path.dirname(file))).toEqual(before);
  expect(report).toMatchObject({
    source: { system: 'vibe-ensemble', name: file },
    counts: [
      { table: 'projects', created: 2, changed: 0, skipped: 0 },
      { table: 'worker_types', created: 2, changed: 0, skipped: 0 },
      { table: 'tickets', created: 5, changed: 0, skipped: 0 },
      { table: 'agents', created: 7, changed: 0, skipped: 0 },
      { table: 'comments', created: 3, changed: 0, skipped: 0 },
      { table: 'events', created: 2, changed: 0, skipped: 0 },
    ],
    keptOnly: 0,
    conflicts: [],
  });
  expect((report as { notices: unknown }).notices).toEqual([
    {
      severity: 'warning',
      place: 'vibe.db workers row 6',
      message: 'a project has one architect; the others come without their project',
    },
    {
      severity: 'warning',
      place: 'vibe.db comments row 3',
      message: 'stage_number is not a whole number from 1 up, and is left out',
    },
    {
      severity: 'warning',
      place: 'vibe.db comments row 3',
      message: expect.stringContaining('gone') as string,
    },
  ]);

  const projects = rowsOf(home, 'projects', 'repository_name DESC');
  const [shop] = projects as { id: string }[];
  expect(projects).toEqual([
    {
      ...{ id: expect.stringMatching(/^prj_/) as string, repository_name: project_id },
      ...{
        path: '/code/shop',
        short_description: 'Ein Läden 🛒',
        created_at: ISO1,
        updated_at: ISO2,
      },
    },
    {
      ...{ id: expect.stringMatching(/^prj_/) as string, repository_name: 'acme/empty', path: '' },
      ...{ short_description: null, created_at: ISO1, updated_at: ISO2 },
    },
  ]);
  const here = { project_id: shop?.id, created_at: ISO1, updated_at: ISO2 };
  expect(rowsOf(home, 'worker_types', 'worker_type')).toEqual([
    {
      ...{ id: expect.stringMatching(/^wty_/) as string, worker_type: 'build' },
      ...{ short_description: 'Builds', system_prompt: 'Build\nit', ...here },
    },
    {
      ...{ id: expect.stringMatching(/^wty_/) as string, worker_type: 'test' },
      ...{ short_description: null, system_prompt: '', ...here },
    },
  ]);

  const plan = '["plan","build","test"]';
  expect(rowsOf(home, 'tickets')).toEqual([
    importedTicket('T-1', { ...here, status: 'ready', execution_plan: plan, agent_type: 'plan' }),
    importedTicket('T-2', {
      ...{ ...here, title: 'Ünïcode "quotes" 🌍', status: 'ready', execution_plan: plan },
      ...{ agent_type: 'test', last_completed_stage: 'build' },
    }),
    importedTicket('T-3', {
      ...{ ...here, status: 'qa_review', execution_plan: plan, last_completed_stage: 'test' },
    }),
    importedTicket('T-4', {
      ...{ ...here, status: 'merged', execution_plan: plan, last_completed_stage: 'test' },
      ...{ completed_at: ISO2, closed_at: ISO2 },
    }),
    importedTicket('T-5', { ...here, status: 'backlog' }),
  ]);

  const agent = (id: string, status: string, fields: object = {}) => ({
    ...{ id, name: id, status, agent_type: 'build', queue_name: `q-${id}`, ...here },
    ...{ assigned_ticket_id: null, assigned_org_alias: null, branch_name: null, pid: null },
    ...{ port: null, worktree_path: null, session_id: null, command: null, metrics: null },
    ...{ started_at: ISO1, last_heartbeat_at: ISO2, completed_at: null },
    ...fields,
  });
  expect(rowsOf(home, 'agents')).toEqual([
    agent('w-active', 'DEVELOPING', { pid: 4711 }),
    agent('w-boss', 'DEVELOPING', {
      ...{ agent_type: 'architect', project_id: null, updated_at: ISO1, last_heartbeat_at: ISO1 },
    }),
    agent('w-chief', 'DEVELOPING', { agent_type: 'architect' }),
    agent('w-failed', 'ERROR'),
    agent('w-finished', 'IDLE', { completed_at: ISO2 }),
    agent('w-idle', 'IDLE'),
    agent('w-spawning', 'ASSIGNED'),
  ]);

  const id = expect.stringMatching(/^(cmt|evt)_/) as string;
  const seq = expect.any(Number) as number;
  expect(rowsOf(home, 'comments', 'seq')).toEqual([
    {
      ...{ id, seq, ticket_id: 'T-2', worker_type: 'build', worker_id: 'w-active' },
      ...{ stage_number: 2, content: '# Done', created_at: ISO1 },
    },
    {
      ...{ id, seq, ticket_id: 'T-2', worker_type: null, worker_id: null },
      ...{ stage_number: null, content: '', created_at: ISO2 },
    },
    {
      ...{ id, seq, ticket_id: 'T-1', worker_type: null, worker_id: null },
      ...{ stage_number: null, content: 'x', created_at: ISO2 },
    },
  ]);
  const event = {
    ...{ id, seq, actor: 'system', after: null, before: null, change_id: null },
    ...{ processed_at: null, resolution: null, subject: null, subject_id: null },
    undoes_event_id: null,
  };
  const events = rowsOf(home, 'events', 'seq') as { event_type: string }[];
  expect(events.filter(({ event_type: type }) => type !== 'row_changed')).toEqual([
    {
      ...{
        ...event,
        event_type: 'ticket_stage_completed',
        ticket_id: 'T-2',
        worker_id: 'w-active',
      },
      ...{ stage: 'build', reason: null, created_at: ISO1, processed: 1 },
    },
    {
      ...{ ...event, event_type: 'worker_stopped', ticket_id: null, worker_id: 'w-failed' },
      ...{ stage: null, reason: 'crash', created_at: ISO2, processed: 0 },
    },
  ]);
  const records = rowsOf(home, 'import_records', 'rowid') as {
    source_table: string;
    raw: string;
  }[];
  expect(records).toHaveLength(21);
  expect(
    records
      .filter((record) => record.source_table === 'tickets')
      .map(({ raw }) => JSON.parse(raw) as unknown),
  ).toEqual(
    SOURCE.tickets.map((row) => ({ last_completed_stage: 'Planned', closed_at: null, ...row })),
  );

  const again = (await runJson(home, 'import', file)) as {
    counts: { created: number; changed: number }[];
  };
  expect(again).toMatchObject({ conflicts: [] });
  expect(again.counts.map(({ created, changed }) => created + changed)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(rowsOf(home, 'agents')).toHaveLength(7);
});

function importedTicket(id: string, fields: object) {
  return {
    ...{ id, external_id: id, source: 'vibe-ensemble', title: `Do ${id}`, description: '' },
    ...{ acceptance_criteria: '', labels: '[]', priority: 'medium', depends_on: '[]' },
    ...{ assigned_agent_id: null, position: expect.any(String) as string, kind: 'feature' },
    ...{ execution_plan: '[]', last_completed_stage: 'Planned', epic_id: null, stage_id: null },
    ...{ github_id: null, github_url: null, repo_path: null, repo_url: null, worktree_path: null },
    ...{ branch_name: null, agent_type: null, assigned_at: null, completed_at: null },
    ...{ closed_at: null, archived_at: null, seq: expect.any(Number) as number },
    ...fields,
  };
}

it('names a table, a column and a place that are not as they have to be', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const without = VIBE_ENSEMBLE_SCHEMA.replace(
    "last_completed_stage TEXT NOT NULL DEFAULT 'Planned',",
    '',
  );
  const file = makeForeignFile(without, {}, 'vibe.db');
  const { exitCode, stderr } = await runCommand(home, 'import', file);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${file}: The table tickets lacks the column last_completed_stage.`);
});
