import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FARM_STATE, createStateDatabase, insertState, writeFarm } from '../support/agent-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const [BUILDER] = FARM_STATE.builders;
const [ANNOTATION] = FARM_STATE.annotations;
const GOOD = JSON.stringify(FARM_STATE, null, 2);

type Content = string | Uint8Array | ((file: string) => void);

function state(parts: Record<string, unknown>): string {
  return JSON.stringify({ ...FARM_STATE, ...parts }, null, 2);
}

function builder(fields: Record<string, unknown>): string {
  return state({ builders: [{ ...BUILDER, ...fields }] });
}

function ports(entries: unknown): string {
  return JSON.stringify({ version: 1, entries }, null, 2);
}

const BLOCK = { basePort: 4200, registered: '2025-12-01T08:00:00.000Z' };

function database(change: (database: DatabaseSync) => void): Content {
  return (file) => {
    const made = new DatabaseSync(file);
    made.exec(`
      CREATE TABLE architect (id INTEGER, pid INTEGER, port INTEGER, cmd TEXT, started_at TEXT);
      CREATE TABLE builders (id TEXT, name TEXT, port INTEGER, pid INTEGER, status TEXT, started_at TEXT);
    `);
    change(made);
    made.close();
  };
}

/** Each with the file that holds it and what the message must say of the place. */
const MALFORMED: readonly [string, string, Content, RegExp][] = [
  ['is cut off', 'state.json', GOOD.slice(0, 900), /state\.json:\d+:\d+/],
  ['is empty', 'state.json', '', /state\.json/],
  ['has nothing but spaces', 'state.json', ' \r\n\t', /state\.json/],
  [
    'has a NUL character',
    'state.json',
    GOOD.replace('Shell', 'Sh\u0000ll'),
    /state\.json:\d+.*NUL/,
  ],
  ['has an escaped NUL', 'state.json', GOOD.replace('Shell', 'Sh\\u0000ll'), /state\.json:\d+:\d+/],
  [
    'has half of a surrogate pair',
    'state.json',
    GOOD.replace('Shell', '\\ud800'),
    /state\.json:\d+:\d+.*surrogate/,
  ],
  ['is Latin-1', 'state.json', Buffer.from(GOOD, 'latin1'), /state\.json:\d+.*UTF-8/],
  [
    'is UTF-32',
    'state.json',
    Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(GOOD, 'utf16le')]),
    /state\.json.*UTF-32/,
  ],
  ['is UTF-16 without a mark', 'state.json', Buffer.from(GOOD, 'utf16le'), /state\.json/],
  [
    'is UTF-16 cut within a character',
    'state.json',
    Buffer.from(`\ufeff${GOOD}`, 'utf16le').subarray(0, 901),
    /state\.json/,
  ],
  [
    'is a bomb of lists',
    'state.json',
    `{"architect": null, "builders": ${'['.repeat(100_000)}`,
    /state\.json:1:\d+/,
  ],
  [
    'is a bomb of objects',
    'state.json',
    `{"architect": null, "builders": [{"id": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]}`,
    /state\.json:1:\d+/,
  ],
  ['ends in a comma', 'state.json', GOOD.replace(/\}\s*$/, ',}'), /state\.json:\d+:\d+/],
  ['goes on after its end', 'state.json', `${GOOD}{}`, /state\.json:\d+:\d+/],
  ['has a comment', 'state.json', `// mine\n${GOOD}`, /state\.json:1:1/],
  ['is a list', 'state.json', '[]', /state\.json must be an object/],
  ['is an empty object', 'state.json', '{}', /state\.json builders must be a list/],
  [
    'has the builders twice',
    'state.json',
    GOOD.replace('"utils"', '"builders"'),
    /:\d+: "builders"/,
  ],
  ['has builders by their names', 'state.json', state({ builders: {} }), /builders must be a list/],
  ['has a builder that is null', 'state.json', state({ builders: [null] }), /:\d+ builders\[0\]/],
  ['has a builder that is a list', 'state.json', state({ builders: [[]] }), /builders\[0\]/],
  ['has a list for an architect', 'state.json', state({ architect: [] }), /architect must be an/],
  [
    'has a status that does not exist',
    'state.json',
    builder({ status: 'dancing' }),
    /state\.json:\d+ builders\[0\]\.status is "dancing"; it must be one of spawning/,
  ],
  ['has no status', 'state.json', builder({ status: undefined }), /status is missing/],
  ['has a status that is a number', 'state.json', builder({ status: 1 }), /status is 1/],
  ['has a port that is text', 'state.json', builder({ port: '4210' }), /port is "4210"/],
  ['has half a port', 'state.json', builder({ port: 4210.5 }), /port is 4210\.5/],
  ['has a port that is too high', 'state.json', builder({ port: 70_000 }), /port is 70000/],
  ['has a negative process', 'state.json', builder({ pid: -1 }), /pid is -1/],
  ['has a builder without id', 'state.json', builder({ id: null }), /builders\[0\]\.id is missing/],
  ['has an id of spaces', 'state.json', builder({ id: '  ' }), /builders\[0\]\.id is "  "/],
  ['has an id without end', 'state.json', builder({ id: 'x'.repeat(300) }), /id is "x+…; .*200/],
  [
    'has an id twice',
    'state.json',
    state({ builders: [BUILDER, BUILDER] }),
    /builders\[1\] has the same id as \.agent-farm\/state\.json:\d+ builders\[0\]/,
  ],
  ['has a branch that is a list', 'state.json', builder({ branch: ['x'] }), /branch is \["x"\]/],
  ['has a task that is a number', 'state.json', builder({ taskText: 5 }), /taskText is 5/],
  [
    'has a name of 5 MB',
    'state.json',
    builder({ name: 'n'.repeat(5_000_000) }),
    /name is "n+…; .*4096/,
  ],
  [
    'started on a 30th of February',
    'state.json',
    builder({ startedAt: '2025-02-30T10:00:00Z' }),
    /startedAt/,
  ],
  [
    'has an annotation of no file',
    'state.json',
    state({ annotations: [{ ...ANNOTATION, file: '' }] }),
    /annotations\[0\]\.file/,
  ],
  [
    'has an annotation of a stranger',
    'state.json',
    state({ annotations: [{ ...ANNOTATION, parent: { type: 'stranger' } }] }),
    /annotations\[0\]\.parent\.type is "stranger"/,
  ],
  [
    'has an annotation with a parent that is text',
    'state.json',
    state({ annotations: [{ ...ANNOTATION, parent: 'architect' }] }),
    /annotations\[0\]\.parent is "architect"/,
  ],
  ['is 33 MB', 'state.json', GOOD + ' '.repeat(33_000_000), /state\.json: the file has 33/],
  ['has entries in a list', 'ports.json', ports([]), /ports\.json:3 entries must be an object/],
  ['has a block that is a number', 'ports.json', ports({ '/a': 4200 }), /entries\["\/a"\] must be/],
  [
    'has a first port that is text',
    'ports.json',
    ports({ '/a': { ...BLOCK, basePort: 'x' } }),
    /basePort is "x"/,
  ],
  [
    'has a block without port',
    'ports.json',
    ports({ '/a': { registered: 1 } }),
    /basePort is missing/,
  ],
  [
    'has a block of no time',
    'ports.json',
    ports({ '/a': { basePort: 4200 } }),
    /registered is missing/,
  ],
  [
    'has a time that is none',
    'ports.json',
    ports({ '/a': { ...BLOCK, lastUsed: 'yesterday' } }),
    /lastUsed is "yesterday"/,
  ],
  [
    'has a folder twice',
    'ports.json',
    `{"/a": ${JSON.stringify(BLOCK)},\n "/a": ${JSON.stringify(BLOCK)}}`,
    /ports\.json:2: "\/a" is there twice, first in line 1/,
  ],
  [
    'has a folder in two spellings',
    'ports.json',
    ports({ '/a': BLOCK, '/a/': BLOCK }),
    /entries\["\/a\/"\] has the same id as \.agent-farm\/ports\.json:\d+ entries\["\/a"\]/,
  ],
  ['is no database', 'state.db', 'SQLite format 4 and so on', /state\.db/],
  ['is a database of no bytes', 'state.db', '', /state\.db/],
  [
    'is a database that was cut off',
    'state.db',
    (file) => {
      const made = createStateDatabase(file);
      insertState(made);
      made.exec('PRAGMA journal_mode = DELETE');
      made.close();
      const bytes = readFileSync(file);
      writeFarm(path.dirname(path.dirname(file)), { 'state.db': bytes.subarray(0, 9_000) });
    },
    /state\.db/,
  ],
  [
    'has text in a column of ports',
    'state.db',
    database((made) => {
      made.exec("INSERT INTO builders VALUES ('b', 'b', 'abc', 1, 'blocked', NULL)");
    }),
    /state\.db builders row 1\.port is "abc"/,
  ],
  [
    'has an id twice, as its table has no key',
    'state.db',
    database((made) => {
      made.exec("INSERT INTO builders (id, status) VALUES ('b', 'blocked'), ('b', 'blocked')");
    }),
    /builders row 2 has the same id as \.agent-farm\/state\.db builders row 1/,
  ],
  [
    'has a status that its table did not check',
    'state.db',
    database((made) => {
      made.exec("INSERT INTO builders (id, status) VALUES ('b', 'dancing')");
    }),
    /builders row 1\.status is "dancing"/,
  ],
  [
    'has bytes for a name',
    'state.db',
    database((made) => {
      made.exec("INSERT INTO builders (id, status, name) VALUES ('b', 'blocked', x'00ff')");
    }),
    /builders row 1\.name/,
  ],
];

let folder: string;
let home: string;

/** Everything in a folder by name, with its bytes. */
function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [file, readFileSync(file, 'latin1')]),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-test-'));
  home = path.join(folder, 'home');
  const project = path.join(folder, 'first');
  writeFarm(project, { 'state.json': FARM_STATE });
  expect(await runCommand(home, 'import', project)).toMatchObject({ exitCode: 0 });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('an import from agent-farm that', () => {
  it.each(MALFORMED)(
    '%s is refused, and changes nothing (%s)',
    async (_, name, content, message) => {
      const project = path.join(temporaryFolder(), 'shop');
      const file = path.join(writeFarm(project, {}), name);
      if (typeof content === 'function') content(file);
      else writeFarm(project, { [name]: content });
      const before = { home: contentOf(home), source: contentOf(project) };

      const { exitCode, stdout, stderr } = await runCommand(home, 'import', project, '--adopt');
      expect(stderr).toMatch(message);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect({ home: contentOf(home), source: contentOf(project) }).toEqual(before);
    },
  );
});
