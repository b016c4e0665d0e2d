import type { InputIssue } from '../../../shared/errors.ts';
import {
  FIRST_BASE_PORT,
  LAST_BASE_PORT,
  PORT_BLOCK_SIZE,
  type AgentStatus,
  type Annotation,
  type ImportNotice,
  type ImportRow,
} from '../../../shared/types.ts';
import { importTarget, refTo } from '../import-row.ts';
import { baseNameOf } from '../source-problems.ts';
import { FarmFields } from './farm-fields.ts';
import { refusal } from './farm-refusal.ts';
import {
  folderOf,
  isAbsolute,
  isFarmTable,
  trimPath,
  type FarmRow,
  type FarmTable,
} from './farm-row.ts';

const MAX_PORT = 65_535;
const FIRST_ARCHITECTS = ['1', 'main'];
const COMPLETE: readonly unknown[] = ['complete', 'stopped'];

/** Statuses of builders, the last five as the first design of the databases had them. */
const STATUSES: ReadonlyMap<string, AgentStatus> = new Map([
  ['spawning', 'ASSIGNED'],
  ['implementing', 'DEVELOPING'],
  ['blocked', 'NEEDS_INPUT'],
  ['pr-ready', 'QA_READY'],
  ['pr', 'QA_READY'],
  ['complete', 'IDLE'],
  ['initializing', 'ASSIGNED'],
  ['idle', 'IDLE'],
  ['busy', 'DEVELOPING'],
  ['failed', 'ERROR'],
  ['stopped', 'IDLE'],
]);

const PARENTS: ReadonlyMap<string, Annotation['parentType']> = new Map([
  ['architect', 'architect'],
  ['builder', 'builder'],
  ['util', 'terminal'],
]);

type Target = ImportRow['target'];
type NamesByTable = Map<string, Set<string>>;
type MappedRow = { readonly key: string; readonly target: Target };

/**
 * Says what the rows of agent-farm become here: the architect and the builders agents of a project, utils terminals.
 *
 * Keys name the folder of the project, so that two projects may each have a builder `0031`.
 *
 * @param rows Of any number of projects and files.
 * @throws SweatShopError InvalidInput naming every value that is no such thing, and every id that is there twice.
 */
export function mapFarm(rows: readonly FarmRow[]): {
  readonly rows: readonly ImportRow[];
  readonly notices: readonly ImportNotice[];
} {
  const mapping = new FarmMapping(rows);
  return { rows: mapping.rows, notices: mapping.notices };
}

class FarmMapping {
  readonly rows: ImportRow[] = [];
  readonly notices: ImportNotice[] = [];
  readonly #issues: InputIssue[] = [];
  readonly #places = new Map<string, string>();
  readonly #projects = new Set<string>();
  readonly #unknown: NamesByTable = new Map();
  readonly #keptOnly: NamesByTable = new Map();

  constructor(rows: readonly FarmRow[]) {
    for (const row of rows) {
      if (row.table !== 'port_allocations' && isFarmTable(row.table)) this.#addProject(row);
    }
    for (const row of rows) this.#add(row);
    if (this.#issues.length > 0) throw refusal(this.#issues);
    for (const [table, fields] of this.#unknown) {
      this.#warn(table, `The fields ${listOf(fields)} are not known`);
    }
    for (const [table, fields] of this.#keptOnly) {
      this.#warn(table, `This has no place here (${listOf(fields)})`);
    }
  }

  #warn(place: string, message: string): void {
    const kept = `${message}; everything is kept in import_records`;
    this.notices.push({ severity: 'warning', place, message: kept });
  }

  #addProject(row: FarmRow): void {
    const path = folderOf(row);
    if (this.#projects.has(path)) return;
    this.#projects.add(path);
    const target = importTarget('projects', { repositoryName: baseNameOf(path) || path, path });
    this.rows.push({ table: 'projects', key: path, raw: { path }, place: row.place, target });
  }

  #add(row: FarmRow): void {
    const { table, place } = row;
    // In JSON the folder of a block is no field of it but its name.
    const isNamed = table === 'port_allocations' && row.projectPath !== '';
    const named = isNamed ? { projectPath: row.projectPath } : {};
    const fields = new FarmFields({ ...named, ...row.raw }, place, this.#issues);
    const mapped = isFarmTable(table) ? this.#map(table, row, fields) : this.#keep(row, fields);
    const name = `${table}\n${mapped.key}`;
    const first = this.#places.get(name);
    if (first === undefined) this.#places.set(name, place);
    else this.#issues.push({ path: place, message: `has the same id as ${first}` });
    if (isFarmTable(table)) note(this.#unknown, table, fields.unknown);
    this.rows.push({ table, raw: { ...row.raw }, place, ...mapped });
  }

  #map(table: FarmTable, row: FarmRow, fields: FarmFields): MappedRow {
    fields.keep('workspace_path', 'terminal_id');
    switch (table) {
      case 'architect':
        return mapArchitect(folderOf(row), fields);
      case 'builders':
        return mapBuilder(folderOf(row), fields);
      case 'utils':
        return mapUtil(folderOf(row), fields);
      case 'annotations':
        return mapAnnotation(folderOf(row), fields);
      case 'port_allocations':
        return this.#mapPorts(row.place, fields);
    }
  }

  #mapPorts(place: string, fields: FarmFields): MappedRow {
    const path = trimPath(fields.line('project_path') ?? '');
    const basePort = fields.count(MAX_PORT, 'base_port') ?? 0;
    const pid = fields.count(Number.MAX_SAFE_INTEGER, 'pid');
    const registeredAt = fields.time('registered_at', 'registered');
    const lastUsedAt = fields.time('last_used_at', 'last_used') ?? registeredAt;
    if (!fields.has('base_port')) fields.fail('base_port', 'must be the first port of a block');
    if (!fields.has('registered_at', 'registered')) fields.fail('registered', 'must be a time');
    const problem = isAbsolute(path) ? problemOfBlock(basePort) : 'the folder is no absolute path';
    if (problem !== null) {
      this.notices.push({ severity: 'error', place, message: `${problem}; the row is only kept` });
      return { key: path, target: null };
    }
    const target = importTarget('port_allocations', {
      projectPath: path,
      projectId: this.#projects.has(path) ? refTo('projects', path) : undefined,
      basePort,
      pid,
      registeredAt,
      lastUsedAt,
    });
    return { key: path, target };
  }

  #keep({ table, place, raw, projectPath }: FarmRow, fields: FarmFields): MappedRow {
    const id = fields.has('id') ? fields.id('id') : place;
    note(this.#keptOnly, table, Object.keys(raw));
    return { key: rowKey(projectPath, id), target: null };
  }
}

function mapArchitect(projectPath: string, fields: FarmFields): MappedRow {
  const startedAt = fields.time('started_at');
  const target = importTarget('agents', {
    name: 'Architect',
    status: 'IDLE',
    agentType: 'architect',
    projectId: refTo('projects', projectPath),
    ...processFields(fields),
    command: fields.line('cmd'),
    startedAt,
    createdAt: startedAt,
  });
  fields.keepText('tmux_pane');
  // Later versions give each of several architects a name.
  const id = fields.has('id') ? fields.id('id') : 'main';
  const isFirst = FIRST_ARCHITECTS.includes(id);
  return { key: isFirst ? projectPath : rowKey(projectPath, id), target };
}

function mapBuilder(projectPath: string, fields: FarmFields): MappedRow {
  const id = fields.id('id');
  const status = fields.word(STATUSES, 'status');
  if (!fields.has('status')) fields.fail('status', 'must say what the builder does');
  const startedAt = fields.time('started_at');
  const updatedAt = fields.time('updated_at');
  const target = importTarget(
    'agents',
    {
      name: fields.line('name') ?? id,
      status,
      agentType: 'coder',
      projectId: refTo('projects', projectPath),
      ...processFields(fields),
      worktreePath: fields.line('worktree', 'worktree_path'),
      branchName: fields.line('branch'),
      startedAt,
      completedAt: fields.isOneOf('status', COMPLETE) ? updatedAt : undefined,
      createdAt: startedAt,
    },
    id,
  );
  fields.keepText('phase', 'type', 'task_text', 'protocol_name', 'protocol', 'tmux_pane');
  fields.keep('project_id', 'issue_number', 'spawned_by_architect');
  return { key: rowKey(projectPath, id), target };
}

function mapUtil(projectPath: string, fields: FarmFields): MappedRow {
  const id = fields.id('id');
  const target = importTarget(
    'terminals',
    {
      name: fields.line('name') ?? id,
      projectId: refTo('projects', projectPath),
      ...processFields(fields),
      createdAt: fields.time('started_at'),
    },
    id,
  );
  fields.keepText('tmux_pane');
  return { key: rowKey(projectPath, id), target };
}

/** In the databases the parent is two columns, in JSON an object; the first design had none, as only one could ask. */
function mapAnnotation(projectPath: string, fields: FarmFields): MappedRow {
  const id = fields.id('id');
  const file = fields.line('file', 'file_path');
  if (file === undefined) fields.fail('file', 'must name a file');
  const parent = fields.object('parent');
  const parentType =
    (parent ? parent.word(PARENTS, 'type') : fields.word(PARENTS, 'parent_type')) ?? 'architect';
  if (parent && !parent.has('type')) parent.fail('type', 'must say what it belongs to');
  const given = parent ?? fields;
  const idName = parent ? 'id' : 'parent_id';
  const parentId = given.has(idName) ? given.id(idName) : undefined;
  const parentKey = parentId === undefined ? undefined : rowKey(projectPath, parentId);
  const { port, pid } = processFields(fields);
  const target = importTarget(
    'annotations',
    {
      file,
      port,
      pid,
      parentType,
      ...(parentType === 'architect' && { agentId: refTo('architect', projectPath) }),
      ...(parentType === 'builder' && { agentId: refTo('builders', parentKey) }),
      ...(parentType === 'terminal' && { terminalId: refTo('utils', parentKey) }),
      createdAt: fields.time('started_at'),
    },
    id,
  );
  return { key: rowKey(projectPath, id), target };
}

function processFields(fields: FarmFields) {
  return {
    port: fields.count(MAX_PORT, 'port'),
    pid: fields.count(Number.MAX_SAFE_INTEGER, 'pid'),
    sessionId: fields.line('tmux_session', 'session_id'),
  };
}

function note(names: NamesByTable, table: string, fields: readonly string[]): void {
  if (fields.length === 0) return;
  names.set(table, new Set([...(names.get(table) ?? []), ...fields]));
}

function listOf(names: ReadonlySet<string>): string {
  return [...names].map((name) => JSON.stringify(name)).join(', ');
}

function problemOfBlock(basePort: number): string | null {
  const isBlock =
    basePort >= FIRST_BASE_PORT && basePort <= LAST_BASE_PORT && basePort % PORT_BLOCK_SIZE === 0;
  if (isBlock) return null;
  return `${String(basePort)} starts no block of ports: they start at every ${String(PORT_BLOCK_SIZE)} from ${String(FIRST_BASE_PORT)} to ${String(LAST_BASE_PORT)}`;
}

function rowKey(projectPath: string, id: string): string {
  return `${projectPath}//${id}`;
}
