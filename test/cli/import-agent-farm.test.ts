import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/shared/types.ts';
import {
  createGlobalDatabase,
  createStateDatabase,
  FARM_STATE,
  farmPorts,
  insertState,
  writeFarm,
} from '../support/agent-farm.ts';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand } from './run-command.ts';

let home: string;
let project: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
  project = path.join(temporaryFolder(), 'shop');
});

/** Asks the published file, through another SQLite than ours. */
function query(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Changes the published file as another program would. */
function change(sql: string): void {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'));
  database.exec(sql);
  database.close();
}

async function importing(source: string, ...options: string[]) {
  const result = await runCommand(home, 'import', source, '--json', ...options);
  const isReport = result.stdout.startsWith('{');
  return { ...result, report: (isReport ? JSON.parse(result.stdout) : {}) as ImportReport };
}

function countsOf({ counts }: ImportReport): Record<string, [number, number, number]> {
  return Object.fromEntries(
    counts.map(({ table, created, changed, skipped }) => [table, [created, changed, skipped]]),
  );
}

/** Every row that an import of agent-farm makes, but for ids and times that it makes up. */
function everything() {
  return {
    projects: query('SELECT repository_name, path FROM projects'),
    agents: query(
      'SELECT a.id, a.name, a.status, a.agent_type, p.path AS project, a.pid, a.port, a.session_id, a.worktree_path, ' +
        'a.branch_name, a.command, a.started_at, a.completed_at, a.assigned_ticket_id FROM agents AS a ' +
        "LEFT JOIN projects AS p ON p.id = a.project_id ORDER BY a.agent_type = 'coder', a.port",
    ),
    terminals: query(
      'SELECT t.id, t.name, p.path AS project, t.port, t.pid, t.session_id FROM terminals AS t ' +
        'LEFT JOIN projects AS p ON p.id = t.project_id ORDER BY t.port',
    ),
    annotations: query(
      'SELECT n.id, file, n.port, n.pid, parent_type, a.name AS agent, terminal_id FROM annotations AS n ' +
        'LEFT JOIN agents AS a ON a.id = n.agent_id ORDER BY n.port',
    ),
    ports: query(
      'SELECT project_path, p.path AS project, base_port, pid, registered_at, last_used_at ' +
        'FROM port_allocations LEFT JOIN projects AS p ON p.id = project_id ORDER BY base_port',
    ),
  };
}

/** What {@link FARM_STATE} is here; the databases also know when everything began. */
function expectedState(startedAt: string | null, completedAt: string | null) {
  const agent = (fields: object) => ({
    ...{ agent_type: 'coder', project, session_id: null, command: null },
    ...{ started_at: startedAt, completed_at: null, assigned_ticket_id: null },
    ...fields,
  });
  const architectId = expect.stringMatching(/^agt_/) as string;
  return {
    projects: [{ repository_name: 'shop', path: project }],
    agents: [
      agent({
        ...{ id: architectId, name: 'Architect', status: 'IDLE', agent_type: 'architect' },
        ...{ pid: 4_999, port: 4201, session_id: 'af-architect' },
        ...{ worktree_path: null, branch_name: null },
        ...{ command: FARM_STATE.architect.cmd, started_at: '2025-12-05T10:00:00.000Z' },
      }),
      agent({
        ...{ id: '0031', name: 'sqlite-runtime-state', status: 'DEVELOPING', pid: 5_001 },
        ...{ port: 4210, session_id: 'builder-0031', worktree_path: '/code/shop/.builders/0031' },
        branch_name: 'builder/0031-sqlite-runtime-state',
      }),
      agent({
        ...{ id: 'task-Ab3x', name: 'Task: Ünïcode 🐝', status: 'NEEDS_INPUT', pid: 5_002 },
        ...{ port: 4211, worktree_path: '/code/shop/.builders/task-Ab3x' },
        branch_name: 'builder/task-Ab3x',
      }),
      agent({
        ...{ id: 'proto-1', name: 'EXPERIENCE', status: 'QA_READY', pid: 5_003, port: 4212 },
        ...{ worktree_path: '/code/shop/.builders/proto-1', branch_name: 'builder/proto-1' },
      }),
      agent({
        ...{ id: 'shell-1', name: 'Shell', status: 'ASSIGNED', pid: 5_004, port: 4213 },
        ...{ worktree_path: null, branch_name: null },
      }),
      agent({
        ...{ id: 'wt-1', name: 'Worktree', status: 'IDLE', pid: 5_005, port: 4214 },
        ...{ worktree_path: '/code/shop/.builders/wt-1', branch_name: 'builder/wt-1' },
        completed_at: completedAt,
      }),
    ],
    terminals: [
      { id: 'U1', name: 'tests', project, port: 4230, pid: 6_001, session_id: 'util-U1' },
      { id: 'U2', name: 'logs', project, port: 4231, pid: 6_002, session_id: null },
    ],
    annotations: [
      {
        ...{ id: 'A1', file: 'codev/specs/0031.md', port: 4250, pid: 7_001 },
        ...{ parent_type: 'architect', agent: 'Architect', terminal_id: null },
      },
      {
        ...{ id: 'A2', file: 'src/state.ts', port: 4251, pid: 7_002 },
        ...{ parent_type: 'builder', agent: 'sqlite-runtime-state', terminal_id: null },
      },
      {
        ...{ id: 'A3', file: 'run.log', port: 4252, pid: 7_003 },
        ...{ parent_type: 'terminal', agent: null, terminal_id: 'U1' },
      },
    ],
    ports: [],
  };
}

const STATE_COUNTS = { projects: 1, agents: 6, terminals: 2, annotations: 3 };

function counts(place: 0 | 2): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(STATE_COUNTS).map(([table, count]) => [
      table,
      [0, 0, 0].map((_, index) => (index === place ? count : 0)),
    ]),
  );
}

describe('an import of state.json', () => {
  it('keeps every value of it', async () => {
    writeFarm(project, { 'state.json': FARM_STATE });
    const { exitCode, report } = await importing(project);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ notices: [], conflicts: [], keptOnly: 0 });
    expect(countsOf(report)).toEqual(counts(0));
    expect(everything()).toEqual(expectedState(null, null));
    const records = query(
      "SELECT source_table, source_key, raw FROM import_records WHERE source_system = 'agent-farm' " +
        "AND source_table <> 'projects' ORDER BY rowid",
    );
    const { architect, builders, utils, annotations } = FARM_STATE;
    expect(records.map(({ raw }) => JSON.parse(String(raw)) as unknown)).toEqual([
      ...[architect, ...builders, ...utils, ...annotations],
    ]);
  });

  it('changes nothing the second time, whichever way it is named', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    await importing(project);
    const before = everything();
    for (const source of [project, folder, path.join(folder, 'state.json')]) {
      const { exitCode, report } = await importing(source);
      expect(exitCode).toBe(0);
      expect(countsOf(report)).toEqual(counts(2));
      expect(report).toMatchObject({ conflicts: [], notices: [] });
      expect(everything()).toEqual(before);
    }
  });

  it('takes over what changed there, keeps what changed here, and names what changed in both', async () => {
    const { builders } = FARM_STATE;
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    await importing(folder);
    change("UPDATE agents SET name = 'mine' WHERE id IN ('0031', 'proto-1')");
    const changed = builders.map((builder) => {
      if (builder.id === '0031') return { ...builder, name: 'theirs', status: 'complete' };
      return builder.id === 'shell-1' ? { ...builder, pid: 9_999 } : builder;
    });
    writeFarm(project, { 'state.json': { ...FARM_STATE, builders: changed } });

    const { exitCode, report } = await importing(folder);
    expect(exitCode).toBe(0);
    expect(report.conflicts).toMatchObject([
      { table: 'agents', id: '0031', field: 'name', here: 'mine', there: 'theirs' },
    ]);
    expect(countsOf(report)['agents']).toEqual([0, 2, 4]);
    expect(
      query(
        "SELECT id, name, status, pid FROM agents WHERE id IN ('0031', 'proto-1', 'shell-1') ORDER BY id",
      ),
    ).toEqual([
      { id: '0031', name: 'mine', status: 'IDLE', pid: 5_001 },
      { id: 'proto-1', name: 'mine', status: 'QA_READY', pid: 5_003 },
      { id: 'shell-1', name: 'Shell', status: 'ASSIGNED', pid: 9_999 },
    ]);
  });

  it('tells in a dry run what it would do, and does nothing', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    await importing(folder);
    const before = readFileSync(path.join(home, 'sweatshop.db'));
    writeFarm(project, { 'state.json': { ...FARM_STATE, utils: [{ id: 'U3', name: 'new' }] } });
    const { exitCode, report } = await importing(folder, '--dry-run', '--adopt');
    expect(exitCode).toBe(0);
    expect(countsOf(report)['terminals']).toEqual([1, 0, 0]);
    expect(readFileSync(path.join(home, 'sweatshop.db')).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it.each([
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('reads %s', async (_, encode) => {
    writeFarm(project, { 'state.json': encode(JSON.stringify(FARM_STATE, null, 2)) });
    expect(await importing(project)).toMatchObject({ exitCode: 0 });
    expect(everything()).toEqual(expectedState(null, null));
  });

  it('is not led astray by names that mean something to JavaScript', async () => {
    const text = JSON.stringify(FARM_STATE).replace(
      '"id":"0031"',
      '"__proto__":{"port":1},"constructor":{"prototype":1},"toString":"x","id":"0031"',
    );
    writeFarm(project, { 'state.json': text });
    const { exitCode, report } = await importing(project);
    expect(exitCode).toBe(0);
    expect(report.notices).toMatchObject([{ severity: 'warning', place: 'builders' }]);
    expect(report.notices[0]?.message).toContain('"__proto__", "constructor", "toString"');
    expect(everything()).toEqual(expectedState(null, null));
    expect({}).not.toHaveProperty('port');
  });

  it('brings in two projects with the same ids and ports', async () => {
    const other = path.join(temporaryFolder(), 'other');
    writeFarm(project, { 'state.json': FARM_STATE });
    writeFarm(other, { 'state.json': FARM_STATE });
    await importing(project);
    const { exitCode, report } = await importing(other);
    expect(exitCode).toBe(0);
    expect(countsOf(report)).toEqual(counts(0));
    expect(report.notices.map(({ severity }) => severity)).not.toContain('error');
    expect(report.notices.filter(({ message }) => message.includes('4210'))).toHaveLength(1);
    expect(
      query(
        'SELECT a.name, p.path, a.port FROM agents AS a JOIN projects AS p ON p.id = a.project_id ' +
          "WHERE a.name = 'Shell' ORDER BY a.port IS NULL",
      ),
    ).toEqual([
      { name: 'Shell', path: project, port: 4213 },
      { name: 'Shell', path: other, port: null },
    ]);
    expect(query("SELECT id FROM agents WHERE name = 'Shell'")).toHaveLength(2);
    const again = await importing(other);
    expect(countsOf(again.report)).toEqual(counts(2));
  });
});

describe('an import of projects whose folders have the same name', () => {
  it('keeps them apart, and each import finds its own', async () => {
    const other = path.join(temporaryFolder(), 'shop');
    writeFarm(project, { 'state.json': FARM_STATE });
    writeFarm(other, { 'state.json': FARM_STATE });
    await importing(project);
    const { exitCode, report } = await importing(other);
    expect(exitCode).toBe(0);
    expect(countsOf(report)).toEqual(counts(0));
    const projects = () =>
      query(
        'SELECT p.repository_name AS name, p.path, count(*) AS agents FROM projects AS p ' +
          'JOIN agents AS a ON a.project_id = p.id GROUP BY p.id ORDER BY length(p.repository_name)',
      );
    const expected = [
      { name: 'shop', path: project, agents: 6 },
      { name: `shop (${other})`, path: other, agents: 6 },
    ];
    expect(projects()).toEqual(expected);
    for (const source of [other, project]) {
      expect(countsOf((await importing(source)).report)).toEqual(counts(2));
    }
    expect(projects()).toEqual(expected);
  });

  it('takes the project that a person made for its own', async () => {
    writeFarm(project, { 'state.json': FARM_STATE });
    const app = await openTestHome(home);
    const made = app.app.services.projects.create({ repositoryName: 'shop', path: '/mine' });
    await app.close();
    const { report } = await importing(project);
    expect(countsOf(report)['projects']).toEqual([0, 0, 1]);
    expect(query('SELECT id, path FROM projects')).toEqual([{ id: made.id, path: '/mine' }]);
  });
});

describe('an import beside the running app', () => {
  it('does the same, twice', async () => {
    writeFarm(project, { 'state.json': FARM_STATE });
    const owner = await startOwner(home);
    const first = await importing(project);
    const second = await importing(project);
    await owner.close();
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(countsOf(first.report)).toEqual(counts(0));
    expect(countsOf(second.report)).toEqual(counts(2));
    expect(everything()).toEqual(expectedState(null, null));
  });
});

describe('an import of the databases of agent-farm', () => {
  it('keeps every value of state.db, while agent-farm has it open', async () => {
    const folder = writeFarm(project, {});
    const database = createStateDatabase(path.join(folder, 'state.db'));
    try {
      database.exec('PRAGMA wal_autocheckpoint = 0');
      insertState(database);
      const before = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));
      const { exitCode, report } = await importing(project);
      expect(exitCode).toBe(0);
      expect(report).toMatchObject({ notices: [], keptOnly: 0 });
      expect(everything()).toEqual(
        expectedState('2025-12-05T10:00:00.000Z', '2025-12-05T12:34:56.000Z'),
      );
      const after = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));
      expect(after).toEqual(before);
      expect(countsOf((await importing(project)).report)).toEqual(counts(2));
    } finally {
      database.close();
    }
  });

  it('goes on where an import of the JSON ended', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    await importing(project);
    const database = createStateDatabase(path.join(folder, 'state.db'));
    insertState(database);
    database.exec("UPDATE builders SET status = 'complete' WHERE id = '0031'");
    database.close();
    const { report } = await importing(path.join(folder, 'state.db'));
    expect(countsOf(report)['agents']?.[0]).toBe(0);
    expect(query("SELECT status FROM agents WHERE id = '0031'")).toEqual([{ status: 'IDLE' }]);
    expect(query('SELECT count(*) AS agents FROM agents')).toEqual([{ agents: 6 }]);
  });

  it('keeps columns and tables that a later version added, and names them', async () => {
    const folder = writeFarm(project, {});
    const database = createStateDatabase(path.join(folder, 'state.db'));
    insertState(database);
    database.exec("ALTER TABLE builders ADD COLUMN mood TEXT DEFAULT 'good'");
    database.exec("CREATE TABLE cron (id TEXT, at INTEGER); INSERT INTO cron VALUES ('c', 1)");
    database.close();
    const { exitCode, report } = await importing(project);
    expect(exitCode).toBe(0);
    expect(report.keptOnly).toBe(1);
    expect(report.notices).toMatchObject([
      {
        severity: 'warning',
        place: 'builders',
        message: expect.stringContaining('"mood"') as string,
      },
      {
        severity: 'warning',
        place: 'cron',
        message: expect.stringContaining('"id", "at"') as string,
      },
    ]);
    const [record] = query(
      "SELECT json_extract(raw, '$.mood') AS mood, json_extract(raw, '$.phase') AS phase, " +
        "json_extract(raw, '$.task_text') AS task FROM import_records WHERE target_id = 'task-Ab3x'",
    );
    expect(record).toEqual({ mood: 'good', phase: 'init', task: 'Make the login\nsay "no"' });
  });

  it('gives the blocks of global.db to their folders', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    const database = createGlobalDatabase(path.join(folder, 'global.db'));
    const insert = database.prepare('INSERT INTO port_allocations VALUES (?, ?, ?, ?, ?)');
    insert.run(project, 4300, 77, '2025-12-01 08:00:00', '2025-12-05 09:30:00');
    insert.run('/code/other', 4200, null, '2025-12-01 08:00:00', '2025-12-01 08:00:00');
    database.close();
    expect(await importing(project)).toMatchObject({ exitCode: 0 });
    expect(everything().ports).toEqual([
      {
        ...{ project_path: '/code/other', project: null, base_port: 4200, pid: null },
        registered_at: '2025-12-01T08:00:00.000Z',
        last_used_at: '2025-12-01T08:00:00.000Z',
      },
      {
        ...{ project_path: project, project, base_port: 4300, pid: 77 },
        registered_at: '2025-12-01T08:00:00.000Z',
        last_used_at: '2025-12-05T09:30:00.000Z',
      },
    ]);
  });
});

describe('an import of ports.json', () => {
  it.each([
    ['with a version', farmPorts('/code/a', '/code/b')],
    ['as a bare map', farmPorts('/code/a', '/code/b').entries],
  ])('%s keeps every block', async (_, content) => {
    const folder = writeFarm(project, { 'ports.json': content });
    expect(await importing(path.join(folder, 'ports.json'))).toMatchObject({ exitCode: 0 });
    expect(everything()).toMatchObject({
      projects: [],
      ports: [
        {
          ...{ project_path: '/code/a', base_port: 4200, pid: 900 },
          registered_at: '2025-12-01T08:00:00.000Z',
          last_used_at: '2025-12-05T09:30:00.000Z',
        },
        {
          ...{ project_path: '/code/b', base_port: 4300, pid: null },
          registered_at: '2025-12-01T08:00:00.000Z',
          last_used_at: '2025-12-01T08:00:00.000Z',
        },
      ],
    });
  });

  it('names blocks that cannot be, keeps them in the records, and takes the others', async () => {
    const { entries } = farmPorts('/code/a', '/code/b');
    const odd = { basePort: 4250, registered: '2025-12-01T08:00:00.000Z' };
    const content = { ...entries, '/code/odd': odd, relative: { ...odd, basePort: 4400 } };
    const folder = writeFarm(project, { 'ports.json': content });
    const { exitCode, report } = await importing(folder, '--adopt');
    expect(exitCode).toBe(3);
    expect(report.notices).toMatchObject([
      { severity: 'error', message: expect.stringContaining('4250') as string },
      { severity: 'error', message: expect.stringContaining('absolute') as string },
    ]);
    expect(everything().ports).toHaveLength(2);
    expect(
      query("SELECT raw FROM import_records WHERE source_key = '/code/odd'").map(
        ({ raw }) => JSON.parse(String(raw)) as unknown,
      ),
    ).toEqual([odd]);
    expect(readdirSync(folder)).toEqual(['ports.json']);
  });

  it('gives a block that two folders claim to the first', async () => {
    const entries = {
      '/code/a': { basePort: 4200, registered: '2025-12-01T08:00:00.000Z' },
      '/code/b': { basePort: 4200, registered: '2025-12-02T08:00:00.000Z' },
    };
    const folder = writeFarm(project, { 'ports.json': entries });
    const { exitCode, report } = await importing(folder);
    expect(exitCode).toBe(3);
    expect(report.notices).toMatchObject([{ severity: 'error' }]);
    expect(everything().ports).toMatchObject([{ project_path: '/code/a', base_port: 4200 }]);
  });
});

describe('--adopt', () => {
  it('sets the JSON aside once everything in it is here', async () => {
    const folder = writeFarm(project, {
      ...{ 'state.json': FARM_STATE, 'ports.json': farmPorts('/code/a') },
      'state.json.bak': 'older',
    });
    const text = readFileSync(path.join(folder, 'state.json'), 'utf8');
    const { exitCode, stdout } = await runCommand(home, 'import', project, '--adopt');
    expect(exitCode).toBe(0);
    expect(readdirSync(folder).toSorted()).toEqual([
      ...['ports.json.bak', 'state.json.bak', 'state.json.bak.2'],
    ]);
    expect(readFileSync(path.join(folder, 'state.json.bak.2'), 'utf8')).toBe(text);
    expect(readFileSync(path.join(folder, 'state.json.bak'), 'utf8')).toBe('older');
    expect(stdout).toContain(path.join(folder, 'state.json.bak.2'));
    expect(everything().agents).toHaveLength(6);
  });

  it('says so when the JSON cannot be renamed, and keeps the import', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    writeFileSync(path.join(folder, 'state.json.bak'), '');
    for (let number = 2; number <= 1_000; number += 1) {
      writeFileSync(path.join(folder, `state.json.bak.${String(number)}`), '');
    }
    const { exitCode, stderr } = await runCommand(home, 'import', project, '--adopt');
    expect(exitCode).toBe(3);
    expect(stderr).toContain(path.join(folder, 'state.json'));
    expect(existsSync(path.join(folder, 'state.json'))).toBe(true);
    expect(everything().agents).toHaveLength(6);
  });
});
