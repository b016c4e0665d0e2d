import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAgentFarmReader } from '../../src/cli/sources/agent-farm-source.ts';
import type { SourceCandidate } from '../../src/cli/sources/source-reader.ts';
import {
  createGlobalDatabase,
  createStateDatabase,
  FARM_STATE,
  farmPorts,
  insertState,
  writeFarm,
} from '../support/agent-farm.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const reader = createAgentFarmReader();

let project: string;

beforeEach(() => {
  project = path.join(temporaryFolder(), 'shop');
});

function candidate(file: string): SourceCandidate {
  const stats = statSync(file);
  if (stats.isDirectory()) {
    return { path: file, kind: 'folder', bytes: 0, head: new Uint8Array() };
  }
  const head = readFileSync(file).subarray(0, 4_096);
  return { path: file, kind: 'file', bytes: stats.size, head };
}

function recognises(file: string): Promise<boolean> {
  return reader.recognises(candidate(file), { readWasm });
}

function readWasm(): Promise<Uint8Array> {
  return Promise.resolve(readSqlWasm());
}

function read(source: SourceCandidate) {
  return reader.read(source, {
    onProgress: () => undefined,
    mapping: {},
    system: null,
    readWasm,
  });
}

async function keysOf(file: string): Promise<string[]> {
  const { rows } = await read(candidate(file));
  return rows.map(({ table, key }) => `${table} ${key.replace(project, '…')}`);
}

const STATE_KEYS = [
  ...['projects …', 'architect …', 'builders …//0031', 'builders …//task-Ab3x'],
  ...['builders …//proto-1', 'builders …//shell-1', 'builders …//wt-1', 'utils …//U1'],
  ...['utils …//U2', 'annotations …//A1', 'annotations …//A2', 'annotations …//A3'],
];

describe('the reader of agent-farm', () => {
  it('reads the same from the file, its folder and the project', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    for (const source of [path.join(folder, 'state.json'), folder, project]) {
      expect(await recognises(source)).toBe(true);
      expect(await keysOf(source)).toEqual(STATE_KEYS);
    }
    const { source, rows } = await read(candidate(project));
    expect(source).toEqual({ system: 'agent-farm', name: project });
    expect(rows[2]).toMatchObject({
      place: '.agent-farm/state.json:10 builders[0]',
      raw: FARM_STATE.builders[0],
    });
  });

  it('reads the databases like the JSON, and writes nothing beside them', async () => {
    const folder = writeFarm(project, {});
    const file = path.join(folder, 'state.db');
    const database = createStateDatabase(file);
    insertState(database);
    database.close();
    const before = [readdirSync(folder), readFileSync(file)];
    expect(await recognises(file)).toBe(true);
    expect(await keysOf(file)).toEqual(STATE_KEYS);
    expect(await keysOf(project)).toEqual(STATE_KEYS);
    expect([readdirSync(folder), readFileSync(file)]).toEqual(before);
    const { rows, notices } = await read(candidate(project));
    expect(notices).toEqual([]);
    expect(rows[3]).toMatchObject({
      place: '.agent-farm/state.db builders row 2',
      raw: { id: 'task-Ab3x', task_text: 'Make the login\nsay "no"', protocol_name: null },
      target: { fields: { name: 'Task: Ünïcode 🐝', startedAt: '2025-12-05T10:00:00.000Z' } },
    });
  });

  it('reads what a program that still runs has only in its log', async () => {
    const folder = writeFarm(project, {});
    const database = createStateDatabase(path.join(folder, 'state.db'));
    try {
      database.exec('PRAGMA wal_autocheckpoint = 0');
      insertState(database);
      expect(await keysOf(project)).toEqual(STATE_KEYS);
    } finally {
      database.close();
    }
  });

  it('reads the registry of ports in both forms and from the database', async () => {
    const ports = farmPorts('/code/a', '/code/b');
    const folder = writeFarm(project, { 'ports.json': ports, 'old.json': ports.entries });
    const database = createGlobalDatabase(path.join(folder, 'global.db'));
    database.exec(
      "INSERT INTO port_allocations (project_path, base_port) VALUES ('/code/a', 4200), ('/code/b', 4300)",
    );
    database.close();
    for (const name of ['ports.json', 'old.json', 'global.db']) {
      const file = path.join(folder, name);
      expect(await recognises(file)).toBe(true);
      expect(await keysOf(file)).toEqual(['port_allocations /code/a', 'port_allocations /code/b']);
    }
  });

  it('prefers the database of a folder to its JSON, and says so', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE, 'ports.json': farmPorts('/a') });
    const database = createStateDatabase(path.join(folder, 'state.db'));
    database.exec(
      "INSERT INTO builders (id, name, port, pid, worktree, branch) VALUES ('0031', 'newer', 4219, 1, 'w', 'b')",
    );
    database.close();
    const { rows, notices } = await read(candidate(project));
    const names = rows
      .filter(({ table }) => table === 'builders')
      .map(({ target }) => target?.fields['name']);
    expect(names).toEqual(['newer', 'Task: Ünïcode 🐝', 'EXPERIENCE', 'Shell', 'Worktree']);
    expect(rows.at(-1)).toMatchObject({ table: 'port_allocations', key: '/a' });
    expect(notices).toMatchObject([
      { severity: 'warning', place: '.agent-farm/state.json:10 builders[0]' },
    ]);
  });

  it('knows its sources by what they hold', async () => {
    const folder = writeFarm(project, {
      'renamed.txt': FARM_STATE,
      'tickets.json': [{ id: 1, title: 'A ticket' }],
      'builders.json': { builders: 3 },
      'entries.json': { version: 1, entries: [] },
      'empty.json': {},
      'cut.json': JSON.stringify(FARM_STATE).slice(0, 700),
      'note.md': '# basePort',
      ...{ 'ports.json': '', 'state.json': Buffer.from('{"é"', 'latin1') },
    });
    const recognised = [];
    for (const name of readdirSync(folder)) {
      if (await recognises(path.join(folder, name))) recognised.push(name);
    }
    expect(recognised).toEqual(['cut.json', 'ports.json', 'renamed.txt', 'state.json']);
    expect(await recognises(project)).toBe(true);
    expect(await recognises(path.dirname(project))).toBe(false);
  });
});

describe('setting the JSON of agent-farm aside', () => {
  it('renames what was read, and never over what is there', async () => {
    const folder = writeFarm(project, {
      ...{ 'state.json': FARM_STATE, 'ports.json': farmPorts('/a') },
      ...{ 'state.json.bak': 'mine', 'state.json.bak.2': 'mine too' },
    });
    const text = readFileSync(path.join(folder, 'state.json'), 'utf8');
    const source = candidate(project);
    await read(source);
    expect(await reader.adopt?.(source)).toEqual([
      path.join(folder, 'state.json.bak.3'),
      path.join(folder, 'ports.json.bak'),
    ]);
    expect(readFileSync(path.join(folder, 'state.json.bak.3'), 'utf8')).toBe(text);
    expect(readFileSync(path.join(folder, 'state.json.bak'), 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('leaves alone what was changed after it was read', async () => {
    const folder = writeFarm(project, { 'state.json': FARM_STATE });
    const source = candidate(folder);
    await read(source);
    writeFileSync(path.join(folder, 'state.json'), JSON.stringify(FARM_STATE));
    await expect(reader.adopt?.(source)).rejects.toMatchObject({ code: 'Conflict' });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('leaves databases alone', async () => {
    const folder = writeFarm(project, {});
    createStateDatabase(path.join(folder, 'state.db')).close();
    const source = candidate(folder);
    await read(source);
    expect(await reader.adopt?.(source)).toEqual([]);
    expect(existsSync(path.join(folder, 'state.db'))).toBe(true);
  });
});
