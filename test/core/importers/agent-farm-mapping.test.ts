import { describe, expect, it } from 'vitest';
import {
  portRows,
  stateRows,
  type PlaceInJson,
} from '../../../src/core/importers/agent-farm/farm-json.ts';
import { mapFarm } from '../../../src/core/importers/agent-farm/farm-mapping.ts';
import type { FarmRow } from '../../../src/core/importers/agent-farm/farm-row.ts';
import { preferDatabase } from '../../../src/core/importers/agent-farm/prefer-database.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';

const PROJECT = '/code/shop';

const BUILDER = {
  id: '0031',
  name: 'sqlite-runtime-state',
  port: 4210,
  pid: 5_001,
  status: 'implementing',
  phase: 'Phase 2',
  worktree: '/code/shop/.builders/0031',
  branch: 'builder/0031',
  type: 'spec',
};

function placeIn(file: string): PlaceInJson {
  return (...path) => [file, ...path.map((part) => JSON.stringify(part))].join(' ');
}

function state(parts: Record<string, unknown>): FarmRow[] {
  const whole = { architect: null, builders: [], utils: [], annotations: [], ...parts };
  return stateRows(whole, placeIn('state.json'), PROJECT);
}

function mapState(parts: Record<string, unknown>) {
  return mapFarm(state(parts));
}

function row(table: string, raw: Record<string, unknown>, projectPath = PROJECT): FarmRow {
  return { table, raw, projectPath, place: `state.db ${table}` };
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(SweatShopError);
    expect(error).toMatchObject({ code: 'InvalidInput' });
    return (error as SweatShopError).message;
  }
  throw new Error('nothing was refused');
}

const project = { ref: { table: 'projects', key: PROJECT } };

describe('the mapping of agent-farm', () => {
  it('makes the folder a project, and the architect an agent of it', () => {
    const architect = {
      port: 4201,
      pid: 4_999,
      cmd: 'claude --resume',
      startedAt: '2025-12-05T10:00:00+01:00',
      tmuxSession: 'af-architect',
    };
    const { rows, notices } = mapState({ architect });
    expect(notices).toEqual([]);
    expect(rows).toEqual([
      {
        table: 'projects',
        key: PROJECT,
        place: 'state.json "architect"',
        raw: { path: PROJECT },
        target: { table: 'projects', fields: { repositoryName: 'shop', path: PROJECT } },
      },
      {
        table: 'architect',
        key: PROJECT,
        place: 'state.json "architect"',
        raw: architect,
        target: {
          table: 'agents',
          fields: {
            name: 'Architect',
            status: 'IDLE',
            agentType: 'architect',
            projectId: project,
            port: 4201,
            pid: 4_999,
            sessionId: 'af-architect',
            command: 'claude --resume',
            startedAt: '2025-12-05T09:00:00.000Z',
            createdAt: '2025-12-05T09:00:00.000Z',
          },
        },
      },
    ]);
  });

  it('makes builders agents under their ids, and keeps what has no field to the letter', () => {
    const builder = {
      ...BUILDER,
      type: 'task',
      taskText: 'Fix the\nlogin',
      protocolName: 'SPIR',
      tmuxSession: 'b-0031',
    };
    const [, mapped] = mapState({ builders: [builder] }).rows;
    expect(mapped).toEqual({
      table: 'builders',
      key: `${PROJECT}//0031`,
      place: 'state.json "builders" 0',
      raw: builder,
      target: {
        table: 'agents',
        id: '0031',
        fields: {
          name: 'sqlite-runtime-state',
          status: 'DEVELOPING',
          agentType: 'coder',
          projectId: project,
          port: 4210,
          pid: 5_001,
          sessionId: 'b-0031',
          worktreePath: '/code/shop/.builders/0031',
          branchName: 'builder/0031',
        },
      },
    });
  });

  it.each([
    ['spawning', 'ASSIGNED'],
    ['implementing', 'DEVELOPING'],
    ['blocked', 'NEEDS_INPUT'],
    ['pr-ready', 'QA_READY'],
    ['complete', 'IDLE'],
  ])('takes a builder that is %s for %s', (status, expected) => {
    const [, mapped] = mapState({ builders: [{ ...BUILDER, status }] }).rows;
    expect(mapped?.target?.fields['status']).toBe(expected);
  });

  it('knows when a builder of the database was complete', () => {
    const times = { started_at: '2025-12-05 10:00:00', updated_at: '2025-12-05 11:30:00' };
    const raw = { ...BUILDER, ...times, status: 'complete' };
    expect(mapFarm([row('builders', raw)]).rows[1]?.target?.fields).toMatchObject({
      status: 'IDLE',
      startedAt: '2025-12-05T10:00:00.000Z',
      createdAt: '2025-12-05T10:00:00.000Z',
      completedAt: '2025-12-05T11:30:00.000Z',
    });
    const working = mapFarm([row('builders', { ...raw, status: 'blocked' })]).rows[1];
    expect(working?.target?.fields).not.toHaveProperty('completedAt');
  });

  it('makes utils terminals, and hangs annotations on what they belong to', () => {
    const { rows } = mapState({
      architect: { port: 4201, pid: 1, cmd: 'claude', startedAt: '2025-12-05T10:00:00.000Z' },
      builders: [BUILDER],
      utils: [{ id: 'U1', name: 'shell', port: 4230, pid: 7, tmuxSession: 'u1' }],
      annotations: [
        { id: 'A1', file: 'a.md', port: 4250, pid: 8, parent: { type: 'architect' } },
        { id: 'A2', file: 'b.md', port: 4251, pid: 9, parent: { type: 'builder', id: '0031' } },
        { id: 'A3', file: 'c.md', port: 0, pid: 0, parent: { type: 'util', id: 'U1' } },
        { id: 'A4', file: 'd.md', port: 4253, pid: 9, parent: { type: 'builder' } },
      ],
    });
    const target = (id: string) => rows.find(({ key }) => key === `${PROJECT}//${id}`)?.target;
    expect(target('U1')).toEqual({
      table: 'terminals',
      id: 'U1',
      fields: { name: 'shell', projectId: project, port: 4230, pid: 7, sessionId: 'u1' },
    });
    expect([target('A1'), target('A2'), target('A3'), target('A4')]).toEqual([
      {
        table: 'annotations',
        id: 'A1',
        fields: {
          ...{ file: 'a.md', port: 4250, pid: 8, parentType: 'architect' },
          agentId: { ref: { table: 'architect', key: PROJECT } },
        },
      },
      {
        table: 'annotations',
        id: 'A2',
        fields: {
          ...{ file: 'b.md', port: 4251, pid: 9, parentType: 'builder' },
          agentId: { ref: { table: 'builders', key: `${PROJECT}//0031` } },
        },
      },
      {
        table: 'annotations',
        id: 'A3',
        fields: {
          ...{ file: 'c.md', parentType: 'terminal' },
          terminalId: { ref: { table: 'utils', key: `${PROJECT}//U1` } },
        },
      },
      {
        table: 'annotations',
        id: 'A4',
        fields: { file: 'd.md', port: 4253, pid: 9, parentType: 'builder' },
      },
    ]);
  });

  it('keeps the builders of two projects apart', () => {
    const rows = [row('builders', BUILDER), row('builders', BUILDER, '/code/other/')];
    expect(mapFarm(rows).rows.map(({ table, key }) => `${table} ${key}`)).toEqual([
      'projects /code/shop',
      'projects /code/other',
      'builders /code/shop//0031',
      'builders /code/other//0031',
    ]);
  });

  it('reads the registry of ports in both forms', () => {
    const entry = {
      basePort: 4300,
      registered: '2025-12-01T08:00:00.000Z',
      lastUsed: '2025-12-05T08:00:00.000Z',
      pid: 77,
    };
    const entries = { '/code/shop/': entry };
    const mapped = mapFarm(portRows({ version: 1, entries }, placeIn('ports.json')));
    expect(mapped).toEqual({
      notices: [],
      rows: [
        {
          table: 'port_allocations',
          key: '/code/shop',
          place: 'ports.json "entries" "/code/shop/"',
          raw: entry,
          target: {
            table: 'port_allocations',
            fields: {
              projectPath: '/code/shop',
              basePort: 4300,
              pid: 77,
              registeredAt: '2025-12-01T08:00:00.000Z',
              lastUsedAt: '2025-12-05T08:00:00.000Z',
            },
          },
        },
      ],
    });
    const [bare] = mapFarm(portRows(entries, placeIn('ports.json'))).rows;
    expect(bare).toEqual({ ...mapped.rows[0], place: 'ports.json "/code/shop/"' });
  });

  it('gives a block of ports to the project that comes with it', () => {
    const raw = { project_path: PROJECT, base_port: 4200, registered_at: '2025-12-01 08:00:00' };
    const { rows } = mapFarm([...state({ builders: [BUILDER] }), row('port_allocations', raw, '')]);
    expect(rows.at(-1)?.target?.fields).toEqual({
      projectPath: PROJECT,
      projectId: project,
      basePort: 4200,
      registeredAt: '2025-12-01T08:00:00.000Z',
      lastUsedAt: '2025-12-01T08:00:00.000Z',
    });
  });

  it.each([[4_199], [4_250], [4_100], [65_500]])('only keeps a block that starts at %i', (port) => {
    const entries = { [PROJECT]: { basePort: port, registered: '2025-12-01T08:00:00.000Z' } };
    const { rows, notices } = mapFarm(portRows(entries, placeIn('ports.json')));
    expect(rows).toMatchObject([{ key: PROJECT, raw: { basePort: port }, target: null }]);
    expect(notices).toMatchObject([{ severity: 'error', place: 'ports.json "/code/shop"' }]);
    expect(notices[0]?.message).toContain(String(port));
  });

  it('keeps what it does not know, and names it', () => {
    const { rows, notices } = mapFarm([
      ...state({ builders: [{ ...BUILDER, mood: 'good' }], theme: 'dark' }),
      row('cron_tasks', { id: 'c1', enabled: 1 }),
    ]);
    expect(rows.filter(({ target }) => target === null)).toMatchObject([
      { table: 'state', raw: { theme: 'dark' } },
      { table: 'cron_tasks', key: `${PROJECT}//c1`, raw: { id: 'c1', enabled: 1 } },
    ]);
    expect(rows[1]?.raw).toHaveProperty('mood', 'good');
    expect(notices.map(({ severity, place, message }) => [severity, place, message])).toEqual([
      ['warning', 'builders', expect.stringContaining('"mood"')],
      ['warning', 'state', expect.stringContaining('"theme"')],
      ['warning', 'cron_tasks', expect.stringContaining('"id", "enabled"')],
    ]);
  });

  it('names every value that cannot be what it should, and takes none of them', () => {
    const message = messageOf(() =>
      mapState({
        builders: [
          { ...BUILDER, port: '4210', pid: -1, branch: ['x'] },
          { ...BUILDER, id: '0032', status: 'dancing' },
        ],
      }),
    );
    expect(message).toContain('state.json "builders" 0.port is "4210"; it must be a whole number');
    expect(message).toContain('state.json "builders" 0.pid is -1');
    expect(message).toContain('state.json "builders" 0.branch is ["x"]; it must be text');
    expect(message).toContain(
      'state.json "builders" 1.status is "dancing"; it must be one of spawning, implementing',
    );
  });

  it('refuses an id that is there twice', () => {
    expect(messageOf(() => mapState({ builders: [BUILDER, BUILDER] }))).toBe(
      'state.json "builders" 1 has the same id as state.json "builders" 0.',
    );
  });
});

describe('the rows of a database and of the JSON before it', () => {
  it('are those of the database where both have one', () => {
    const json = state({
      architect: { port: 4201, pid: 1, cmd: 'old' },
      builders: [BUILDER, { ...BUILDER, id: '0032' }],
    });
    const database = [
      row('architect', { id: 1, port: 4201, pid: 2, cmd: 'new' }),
      row('builders', { ...BUILDER, name: 'newer' }),
    ];
    const { rows, notices } = preferDatabase(database, json);
    expect(rows.map(({ table, raw }) => [table, raw['cmd'] ?? raw['name']])).toEqual([
      ['architect', 'new'],
      ['builders', 'newer'],
      ['builders', BUILDER.name],
    ]);
    expect(notices).toMatchObject([{ severity: 'warning', place: 'state.json "architect"' }]);
    expect(notices[0]?.message).toContain('state.json "architect", state.json "builders" 0');
    expect(preferDatabase([], json)).toEqual({ rows: json, notices: [] });
  });

  it('have one block of ports for each folder', () => {
    const entry = { basePort: 4200, registered: '2025-12-01T08:00:00.000Z' };
    const json = portRows({ '/code/shop/': entry, '/code/b': entry }, placeIn('ports.json'));
    const database = [row('port_allocations', { project_path: '/code/shop', base_port: 4300 }, '')];
    expect(preferDatabase(database, json).rows).toEqual([...database, json[1]]);
  });
});
