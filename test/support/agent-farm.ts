import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** `.agent-farm/state.json` as agent-farm writes it, with everything that it can hold. */
export const FARM_STATE = {
  architect: {
    port: 4201,
    pid: 4_999,
    cmd: 'claude --dangerously-skip-permissions',
    startedAt: '2025-12-05T10:00:00.000Z',
    tmuxSession: 'af-architect',
  },
  builders: [
    {
      id: '0031',
      name: 'sqlite-runtime-state',
      port: 4210,
      pid: 5_001,
      status: 'implementing',
      phase: 'Phase 2: Database Layer',
      worktree: '/code/shop/.builders/0031',
      branch: 'builder/0031-sqlite-runtime-state',
      tmuxSession: 'builder-0031',
      type: 'spec',
    },
    {
      id: 'task-Ab3x',
      name: 'Task: Ünïcode 🐝',
      port: 4211,
      pid: 5_002,
      status: 'blocked',
      phase: 'init',
      worktree: '/code/shop/.builders/task-Ab3x',
      branch: 'builder/task-Ab3x',
      type: 'task',
      taskText: 'Make the login\nsay "no"',
    },
    {
      id: 'proto-1',
      name: 'EXPERIENCE',
      port: 4212,
      pid: 5_003,
      status: 'pr-ready',
      phase: '',
      worktree: '/code/shop/.builders/proto-1',
      branch: 'builder/proto-1',
      type: 'protocol',
      protocolName: 'SPIR',
    },
    {
      id: 'shell-1',
      name: 'Shell',
      port: 4213,
      pid: 5_004,
      status: 'spawning',
      phase: 'interactive',
      worktree: '',
      branch: '',
      type: 'shell',
    },
    {
      id: 'wt-1',
      name: 'Worktree',
      port: 4214,
      pid: 5_005,
      status: 'complete',
      phase: 'done',
      worktree: '/code/shop/.builders/wt-1',
      branch: 'builder/wt-1',
      type: 'worktree',
    },
  ],
  utils: [
    { id: 'U1', name: 'tests', port: 4230, pid: 6_001, tmuxSession: 'util-U1' },
    { id: 'U2', name: 'logs', port: 4231, pid: 6_002 },
  ],
  annotations: [
    {
      id: 'A1',
      file: 'codev/specs/0031.md',
      port: 4250,
      pid: 7_001,
      parent: { type: 'architect' },
    },
    {
      id: 'A2',
      file: 'src/state.ts',
      port: 4251,
      pid: 7_002,
      parent: { type: 'builder', id: '0031' },
    },
    { id: 'A3', file: 'run.log', port: 4252, pid: 7_003, parent: { type: 'util', id: 'U1' } },
  ],
};

/** `ports.json` as agent-farm writes it. */
export function farmPorts(...folders: string[]) {
  const entries = folders.map((folder, index) => [
    folder,
    {
      basePort: 4200 + 100 * index,
      registered: '2025-12-01T08:00:00.000Z',
      ...(index % 2 === 0 && { lastUsed: '2025-12-05T09:30:00.000Z', pid: 900 + index }),
    },
  ]);
  return { version: 1, entries: Object.fromEntries(entries) as Record<string, object> };
}

/** Makes a project folder with these files in its `.agent-farm`; gives that folder. */
export function writeFarm(project: string, files: Readonly<Record<string, unknown>>): string {
  const folder = path.join(project, '.agent-farm');
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path.join(folder, name), isRaw ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** The tables of `state.db`. */
const LOCAL_SCHEMA = `
CREATE TABLE IF NOT EXISTS _migrations (
  version INTEGER PRIMARY KEY,
  applied_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE TABLE IF NOT EXISTS architect (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  port INTEGER NOT NULL,
  cmd TEXT NOT NULL,
  started_at TEXT NOT NULL DEFAULT (datetime('now')),
  tmux_session TEXT
);
CREATE TABLE IF NOT EXISTS builders (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  port INTEGER NOT NULL UNIQUE,
  pid INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'spawning'
    CHECK(status IN ('spawning', 'implementing', 'blocked', 'pr-ready', 'complete')),
  phase TEXT NOT NULL DEFAULT '',
  worktree TEXT NOT NULL,
  branch TEXT NOT NULL,
  tmux_session TEXT,
  type TEXT NOT NULL DEFAULT 'spec'
    CHECK(type IN ('spec', 'task', 'protocol', 'shell', 'worktree')),
  task_text TEXT,
  protocol_name TEXT,
  started_at TEXT NOT NULL DEFAULT (datetime('now')),
  updated_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE INDEX IF NOT EXISTS idx_builders_status ON builders(status);
CREATE TABLE IF NOT EXISTS utils (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  port INTEGER NOT NULL UNIQUE,
  pid INTEGER NOT NULL,
  tmux_session TEXT,
  started_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE TABLE IF NOT EXISTS annotations (
  id TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  port INTEGER NOT NULL UNIQUE,
  pid INTEGER NOT NULL,
  parent_type TEXT NOT NULL CHECK(parent_type IN ('architect', 'builder', 'util')),
  parent_id TEXT,
  started_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE TRIGGER IF NOT EXISTS builders_updated_at AFTER UPDATE ON builders FOR EACH ROW
  BEGIN
    UPDATE builders SET updated_at = datetime('now') WHERE id = NEW.id;
  END;
`;

/** The tables of `global.db`. */
const GLOBAL_SCHEMA = `
CREATE TABLE IF NOT EXISTS _migrations (
  version INTEGER PRIMARY KEY,
  applied_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE TABLE IF NOT EXISTS port_allocations (
  project_path TEXT PRIMARY KEY,
  base_port INTEGER NOT NULL UNIQUE CHECK(base_port >= 4200 AND base_port % 100 = 0),
  pid INTEGER,
  registered_at TEXT NOT NULL DEFAULT (datetime('now')),
  last_used_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE INDEX IF NOT EXISTS idx_port_allocations_base_port ON port_allocations(base_port);
`;

/** Makes an empty `state.db` as agent-farm does, in WAL mode; the caller closes it. */
export function createStateDatabase(file: string): DatabaseSync {
  return createDatabase(file, LOCAL_SCHEMA);
}

/** Makes an empty `global.db` as agent-farm does, in WAL mode; the caller closes it. */
export function createGlobalDatabase(file: string): DatabaseSync {
  return createDatabase(file, GLOBAL_SCHEMA);
}

function createDatabase(file: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
  database.exec(schema);
  database.exec('INSERT INTO _migrations (version) VALUES (1)');
  return database;
}

/** Puts {@link FARM_STATE} into a `state.db`, as agent-farm's own migration does. */
export function insertState(database: DatabaseSync): void {
  const startedAt = '2025-12-05 10:00:00';
  const { architect, builders, utils, annotations } = FARM_STATE;
  database
    .prepare(
      'INSERT INTO architect (id, pid, port, cmd, started_at, tmux_session) VALUES (1, ?, ?, ?, ?, ?)',
    )
    .run(architect.pid, architect.port, architect.cmd, startedAt, architect.tmuxSession);
  for (const builder of builders) {
    database
      .prepare(
        'INSERT INTO builders (id, name, port, pid, status, phase, worktree, branch, tmux_session, type, ' +
          'task_text, protocol_name, started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        ...[builder.id, builder.name, builder.port, builder.pid, builder.status, builder.phase],
        ...[builder.worktree, builder.branch, builder.tmuxSession ?? null, builder.type],
        ...[builder.taskText ?? null, builder.protocolName ?? null, startedAt],
        '2025-12-05 12:34:56',
      );
  }
  for (const util of utils) {
    database
      .prepare(
        'INSERT INTO utils (id, name, port, pid, tmux_session, started_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(util.id, util.name, util.port, util.pid, util.tmuxSession ?? null, startedAt);
  }
  for (const { id, file, port, pid, parent } of annotations) {
    database
      .prepare(
        'INSERT INTO annotations (id, file, port, pid, parent_type, parent_id, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, file, port, pid, parent.type, parent.id ?? null, startedAt);
  }
}
