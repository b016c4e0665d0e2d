import fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeForeignFile, rowsOf, stateOf, type ForeignRow } from '../support/foreign-file.ts';
import {
  DISPATCH_SCHEMA,
  PERPETUA_SCHEMA,
  SWEATSHOP_NATIVE_SCHEMA,
  VIBE_ENSEMBLE_SCHEMA,
} from '../support/foreign-schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand } from './run-command.ts';

const AT = '2026-01-02T03:04:05.678Z';
const PAGE = 4_096;

const ISSUE = {
  ...{ id: 'i-1', repo_path: '/code', title: 'Title', prompt: 'Prompt', issue_type: 'bug' },
  ...{ status: 'queued', created_at: AT, updated_at: AT },
} satisfies ForeignRow;

let home: string;

beforeAll(async () => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'sweatshop-test-')), 'home');
  const opened = await openTestHome(home);
  await opened.app.call('ticket:create', [{ title: 'Here before' }]);
  await opened.close();
});

afterAll(() => {
  rmSync(path.dirname(home), { recursive: true });
});

/** Imports a file that must be refused, and gives what was said. */
async function refusal(file: string, from?: string): Promise<string> {
  const before = { home: stateOf(home), source: stateOf(path.dirname(file)) };
  const { exitCode, stdout, stderr } = await runCommand(
    home,
    'import',
    ...(from ? [from] : []),
    file,
  );
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect({ home: stateOf(home), source: stateOf(path.dirname(file)) }).toEqual(before);
  return stderr;
}

function issues(count: number): ForeignRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ ...ISSUE, id: `i-${String(index)}`, prompt: 'word '.repeat(200) },
  }));
}

/** A database of Dispatch of several pages. */
function dispatchBytes(): Buffer {
  return fs.readFileSync(makeForeignFile(DISPATCH_SCHEMA, { issues: issues(50) }));
}

function fileOf(bytes: Uint8Array, beside: Record<string, Uint8Array> = {}): string {
  const file = path.join(temporaryFolder(), 'dispatch.db');
  fs.writeFileSync(file, bytes);
  for (const [suffix, content] of Object.entries(beside)) fs.writeFileSync(file + suffix, content);
  return file;
}

function spoiled(bytes: Buffer, at: number, ...values: number[]): Buffer {
  bytes.set(values, at);
  return bytes;
}

/** A file whose last commits stand in the log beside it. */
function withLog(): { readonly image: Buffer; readonly log: Buffer } {
  const file = path.join(temporaryFolder(), 'dispatch.db');
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  writer.exec(DISPATCH_SCHEMA);
  writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  writer.exec("INSERT INTO config_store VALUES ('a', 'b', '2026-01-01T00:00:00Z')");
  const files = { image: fs.readFileSync(file), log: fs.readFileSync(`${file}-wal`) };
  writer.close();
  return files;
}

describe('bytes that are no sound database', () => {
  it.each<[string, () => string, string]>([
    ['no bytes', () => fileOf(Buffer.alloc(0)), 'It is empty (0 bytes).'],
    ['one byte', () => fileOf(Buffer.from('S')), 'only 1 bytes long'],
    ['a header without its end', () => fileOf(dispatchBytes().subarray(0, 60)), 'only 60 bytes'],
    ['a header alone', () => fileOf(dispatchBytes().subarray(0, 100)), 'which is not its size'],
    ['text', () => fileOf(Buffer.from('hello '.repeat(5_000))), 'does not begin like a SQLite'],
    [
      'an encrypted database',
      () => fileOf(Buffer.from(dispatchBytes().map((byte, at) => byte ^ (at * 7 + 13)))),
      'does not begin like a SQLite',
    ],
    [
      'a database without its last page',
      () => fileOf(dispatchBytes().subarray(0, -PAGE)),
      'which is not its size',
    ],
    [
      'a database that ends within a page',
      () => fileOf(dispatchBytes().subarray(0, -PAGE - 17)),
      'which is not its size',
    ],
    [
      'a database with another page size',
      () => fileOf(spoiled(dispatchBytes(), 16, 0x20, 0)),
      'which is not its size',
    ],
    [
      'a page size that is none',
      () => fileOf(spoiled(dispatchBytes(), 16, 0x12, 0x34)),
      'which is not its size',
    ],
    [
      'a file format of the future',
      () => fileOf(spoiled(dispatchBytes(), 18, 9, 9)),
      'SQLite finds it damaged',
    ],
    [
      'a schema of zeros',
      () => fileOf(dispatchBytes().fill(0, 100, PAGE)),
      'SQLite finds it damaged',
    ],
    [
      'pages of zeros',
      () => fileOf(dispatchBytes().fill(0, 10 * PAGE, 60 * PAGE)),
      'SQLite finds it damaged',
    ],
    [
      'pages of noise',
      () => fileOf(dispatchBytes().fill(0xa5, 40 * PAGE, 45 * PAGE)),
      'SQLite finds it damaged',
    ],
    [
      'a page that is two at once',
      () => {
        const bytes = dispatchBytes();
        bytes.copy(bytes, bytes.length - 3 * PAGE, bytes.length - PAGE);
        return fileOf(bytes);
      },
      'SQLite finds it damaged',
    ],
    [
      'a log that does not begin like one',
      () => fileOf(withLog().image, { '-wal': Buffer.from('garbage '.repeat(100)) }),
      'it does not begin like a write-ahead log',
    ],
    [
      'a log with a wrong checksum',
      () => fileOf(withLog().image, { '-wal': spoiled(withLog().log, 20, 1, 2, 3) }),
      'the checksum of its header is wrong',
    ],
    [
      'a log without the end of its header',
      () => fileOf(withLog().image, { '-wal': withLog().log.subarray(0, 31) }),
      'it is only 31 bytes long',
    ],
    [
      'a log of another database',
      () => {
        const other = makeForeignFile(`PRAGMA page_size = 512; ${DISPATCH_SCHEMA}`, {});
        return fileOf(fs.readFileSync(other), { '-wal': withLog().log });
      },
      'its pages have 4096 bytes and those of the database 512',
    ],
    [
      'a log without what lies before it',
      () => fileOf(withLog().image.subarray(0, 3 * PAGE), { '-wal': withLog().log }),
      'is in neither of the two files',
    ],
    [
      'a journal to roll back',
      () =>
        fileOf(dispatchBytes(), {
          '-journal': Buffer.concat([Buffer.from('d9d505f920a163d7', 'hex'), Buffer.alloc(504)]),
        }),
      '-journal has to be rolled back first',
    ],
  ])('refuses %s', async (_, make, words) => {
    const file = make();
    const message = await refusal(file, 'dispatch');
    expect(message).toContain(words);
    expect(message).toContain(file);
  });

  it('refuses a folder', async () => {
    const folder = path.join(temporaryFolder(), 'dispatch.db');
    fs.mkdirSync(folder);
    expect(await refusal(folder, 'dispatch')).toContain(`${folder}: It is no file.`);
  });
});

describe('tables that are others', () => {
  it.each<[title: string, system: string, schema: string, words: string]>([
    [
      'a ticket without its plan',
      'vibe-ensemble',
      VIBE_ENSEMBLE_SCHEMA.replace('execution_plan TEXT NOT NULL,', ''),
      'The table tickets lacks the column execution_plan.',
    ],
    [
      'no projects',
      'vibe-ensemble',
      VIBE_ENSEMBLE_SCHEMA.replace('EXISTS projects', 'EXISTS repositories'),
      'The table projects is missing.',
    ],
    [
      'a journey without settings',
      'perpetua',
      PERPETUA_SCHEMA.replace('settings TEXT NOT NULL,', ''),
      'The table journeys lacks the column settings.',
    ],
    [
      'a view in the place of a table',
      'perpetua',
      'CREATE TABLE journeys (id, input, status, settings, created_at); CREATE VIEW stages AS SELECT 1 AS id',
      'stages is a view there, not a table.',
    ],
    [
      'a virtual table in the place of a table',
      'perpetua',
      'CREATE VIRTUAL TABLE journeys USING fts5 (id, input, status, settings, created_at)',
      'journeys is a virtual table there, not a table.',
    ],
    [
      'an issue without its type',
      'dispatch',
      DISPATCH_SCHEMA.replace('issue_type TEXT NOT NULL,', ''),
      'The table issues lacks the column issue_type.',
    ],
    [
      'a calculated column',
      'dispatch',
      DISPATCH_SCHEMA.replace('prompt TEXT NOT NULL,', "prompt TEXT AS (title || '!'),"),
      'In the table issues prompt is calculated; a plain column is needed.',
    ],
    [
      'a ticket without a title',
      'sweatshop-native',
      SWEATSHOP_NATIVE_SCHEMA.replace('title TEXT NOT NULL,', ''),
      'The table tickets lacks the column title.',
    ],
    ['something else', 'sweatshop-native', 'CREATE TABLE a (b)', 'The table tickets is missing.'],
  ])('refuses %s', async (_, system, schema, words) => {
    const file = makeForeignFile(schema, {});
    expect(await refusal(file, system)).toContain(`${file}: ${words}`);
  });

  it('says what is wrong with a damaged database though nobody said what it is', async () => {
    const file = fileOf(dispatchBytes().fill(0, 100, PAGE));
    expect(await refusal(file)).toContain('SQLite finds it damaged');
  });

  it('does not know a database of none of them', async () => {
    expect(await refusal(makeForeignFile('CREATE TABLE a (b)', {}))).toContain(
      'it cannot be told from its content what this is',
    );
  });
});

describe('rows that are not as they have to be', () => {
  /** The tables of Dispatch without anything that would keep a wrong value out. */
  const LOOSE = DISPATCH_SCHEMA.replaceAll(/ TEXT PRIMARY KEY/g, '')
    .replaceAll(/ (TEXT|INTEGER|REAL)\b/g, '')
    .replaceAll(' NOT NULL', '')
    .replaceAll(/CREATE UNIQUE INDEX.*\n/g, '');

  it.each<[string, Record<string, ForeignRow[]>, string]>([
    ['no id', { issues: [{ ...ISSUE, id: null }] }, 'issues row 1: error: id has no value'],
    ['an empty id', { issues: [{ ...ISSUE, id: '' }] }, 'issues row 1: error: id has no value'],
    [
      'an id twice',
      { issues: [ISSUE, { ...ISSUE, title: 'Other' }] },
      'issues row 2: error: the id is that of row 1 already',
    ],
    [
      'bytes for text',
      { issues: [{ ...ISSUE, prompt: new Uint8Array([1, 2, 255]) }] },
      'issues row 1: error: prompt is not text',
    ],
    [
      'no text',
      { issues: [{ ...ISSUE, prompt: null }] },
      'issues row 1: error: prompt has no value',
    ],
    [
      'a text of 12 MB',
      { issues: [{ ...ISSUE, prompt: 'x'.repeat(12_000_000) }] },
      'issues row 1: error: prompt has 12000000 characters; at most 1000000 are possible',
    ],
    [
      'bytes of 50 MB',
      { issues: [{ ...ISSUE, title: new Uint8Array(50_000_000) }] },
      'issues row 1: error: title has 50000000 characters',
    ],
    [
      'an epic that does not exist',
      {
        stages: [
          { id: 's', epic_id: 'e', name: 'S', stage_order: 0, status: 'pending', created_at: AT },
        ],
      },
      'stages row 1: error:',
    ],
    [
      'a pull request without a number',
      {
        issues: [ISSUE],
        pull_requests: [
          {
            ...{ id: 'p', issue_id: 'i-1', github_number: 'nine', github_url: '', branch: '' },
            ...{ status: 'open', created_at: AT },
          },
        ],
      },
      'pull_requests row 1: error: github_number is not a whole number from 1 up',
    ],
    [
      'a decision without JSON',
      {
        decisions: [
          {
            ...{
              id: 'd',
              decision_type: 'human_veto',
              description: '',
              outcome: '{',
              created_at: AT,
            },
            decided_by: 'x',
          },
        ],
      },
      'decisions row 1: error: outcome is not valid JSON',
    ],
    [
      'a setting with spaces in its name',
      { config_store: [{ key: 'a b', value: 'c', updated_at: AT }] },
      'config_store row 1: error: key is not a name without spaces',
    ],
  ])('names a row with %s, keeps it, and takes in the others', async (_, rows, words) => {
    const target = path.join(temporaryFolder(), 'home');
    const others = { sync_state: [{ id: 'github', last_sync_at: AT }] };
    const file = makeForeignFile(LOOSE, { ...rows, ...others }, 'dispatch.db');
    const { exitCode, stderr } = await runCommand(target, 'import', file);
    expect(stderr).toContain(`dispatch.db ${words}`);
    expect(exitCode).toBe(3);
    expect(rowsOf(target, 'sync_state')).toHaveLength(1);
    expect(rowsOf(target, 'import_records')).toHaveLength(Object.values(rows).flat().length + 1);
  });

  it('repairs what has a sensible value, keeps what it does not know, and names both', async () => {
    const target = path.join(temporaryFolder(), 'home');
    const file = makeForeignFile(
      `${LOOSE.replace('CREATE TABLE issues (', 'CREATE TABLE issues (mood, score,')}
       CREATE TABLE badges (name, image);
`,
      {
        issues: [
          {
            ...{ ...ISSUE, mood: 'good', score: 9007199254740993n, github_id: 1n << 60n },
            ...{ title: 'a\0b', created_at: 'yesterday', labels: '{"a":1}', status: 'frozen' },
          },
        ],
        badges: [{ name: 'gold', image: new Uint8Array([0, 1, 255]) }],
        agents: [
          ...[{ id: 'a-1', agent_type: '', status: 'errored', started_at: AT, last_heartbeat: AT }],
        ],
      },
      'dispatch.db',
    );
    const { exitCode, stderr } = await runCommand(target, 'import', file);
    expect(exitCode, stderr).toBe(0);
    for (const words of [
      'dispatch.db: warning: issues: the columns mood, score are not known; their values are kept in import_records',
      'dispatch.db: warning: the tables badges are not known; their rows are kept in import_records',
      'issues row 1: warning: title has NUL characters',
      'issues row 1: warning: created_at is not a time, and is left out',
      'issues row 1: warning: labels is JSON, but not a list, and is left out',
      'issues row 1: warning: status "frozen" is not known; it becomes backlog',
      'issues row 1: warning: github_id is not a whole number from 1 up',
      'agents row 1: warning: agent_type is empty; "coder" stands in for it',
    ]) {
      expect(stderr).toContain(words);
    }
    expect(rowsOf(target, 'tickets')).toMatchObject([
      { id: 'i-1', title: 'a\ufffdb', labels: '[]', status: 'backlog', github_id: null },
    ]);
    const records = rowsOf(target, 'import_records') as { source_table: string; raw: string }[];
    const raws = Object.fromEntries(
      records.map(({ source_table: table, raw }) => [table, JSON.parse(raw) as unknown]),
    );
    expect(raws['issues']).toMatchObject({
      ...{ mood: 'good', score: '9007199254740993', github_id: '1152921504606846976' },
      ...{ title: 'a\0b', created_at: 'yesterday', status: 'frozen' },
    });
    expect(raws['badges']).toEqual({ name: 'gold', image: { base64: 'AAH/' } });
  });
});
