import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand } from './run-command.ts';

const LARGE = 50_000_000;

let home: string;
let folder: string;

beforeAll(async () => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'sweatshop-test-')), 'home');
  const opened = await openTestHome(home);
  await opened.app.call('ticket:create', [{ title: 'Here before', externalId: 'A-1' }]);
  await opened.close();
});

afterAll(() => {
  rmSync(path.dirname(home), { recursive: true });
});

beforeEach(() => {
  folder = temporaryFolder();
});

type Content = string | Uint8Array;

/** Imports a file, and tells what was said and whether anything happened to the home. */
async function importing(from: string, content: Content, name: string) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  const before = snapshotOf(home);
  const { exitCode, stdout, stderr } = await runCommand(home, 'import', from, file);
  expect(snapshotOf(home)).toEqual(before);
  expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
  expect(stdout).toBe('');
  return { exitCode, message: stderr.replaceAll(file, 'FILE') };
}

function snapshotOf(dir: string): [string, string | number][] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const file = path.join(dir, name);
      const isFile = statSync(file).isFile();
      return [name, isFile ? readFileSync(file).toString('base64') : statSync(file).mtimeMs];
    });
}

function utf16(text: string, endian: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return endian === 'le' ? bytes : bytes.swap16();
}

const bomb = '['.repeat(100_000);
const deepObject = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
const issue = (fields: object) =>
  JSON.stringify([{ number: 1, title: 'One', state: 'OPEN', ...fields }]);

type Malformed = readonly [what: string, content: Content | (() => Content), message: string];

const CSV: readonly Malformed[] = [
  ['nothing', '', 'FILE: the file is empty'],
  ['only blank lines', '\r\n\r\n  \r\n', 'FILE: the file is empty'],
  ['only a head', 'id,title\n', 'FILE: there is no row below'],
  ['a head without a title', 'a,b\n1,2\n', 'FILE:1: no column is a title, among: a, b'],
  ['a row without a title', 'id,title\n1,One\n2,\n', 'FILE:3: column "title": there is no title'],
  [
    'a quote that is never closed',
    'id,title\n1,"One\n2,Two\n',
    'FILE:2: a double quote that opens',
  ],
  ['text behind a closing quote', 'id,title\n1,"One"x\n', 'FILE:2: a double quote within'],
  [
    'a quote in the middle of a value',
    'id,title\n1,One\n2,T"wo"\n',
    'FILE:3: a value with a double',
  ],
  [
    'more values than columns',
    'id,title\n1,One\n2,Two,3\n',
    'FILE:3: there are 3 values, but line 1 names 2',
  ],
  [
    'two rows of one id',
    'id,title\nA,One\nB,Two\nA,Three\n',
    'FILE:4: the id "A" is that of line 2 already',
  ],
  [
    'ids that differ by case only',
    'id,title\na,One\nA,Two\n',
    'FILE:3: the id "A" is that of line 2',
  ],
  ['a NUL character', 'id,title\n1,On\u0000e\n', 'FILE:2:5: there is a NUL character'],
  [
    'Latin-1',
    Buffer.from('id,title\n1,One\n2,Caf\xe9\n', 'latin1'),
    'FILE:3: this is not text in UTF-8',
  ],
  [
    'Shift-JIS',
    Buffer.from([0x69, 0x64, 0x0a, 0x83, 0x65, 0x0a]),
    'FILE:2: this is not text in UTF-8',
  ],
  [
    'a cut-off UTF-8 character',
    Buffer.from('id,title\n1,é').subarray(0, -1),
    'FILE:2: this is not text',
  ],
  [
    'an overlong UTF-8 form',
    Buffer.from([0x61, 0x0a, 0xc0, 0xaf, 0x0a]),
    'FILE:2: this is not text in UTF-8',
  ],
  [
    'half a surrogate pair in UTF-8',
    Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]),
    'FILE:2: this is not text',
  ],
  [
    'half a surrogate pair in UTF-16',
    utf16('title,a\n\ud800,b\n', 'le'),
    'FILE: this is not text in utf-16le',
  ],
  [
    'UTF-16 cut off',
    () => utf16('title,a\nb,c\n', 'be').subarray(0, -1),
    'FILE: this is not text in utf-16be',
  ],
  [
    'UTF-16 without a byte order mark',
    () => utf16('title,a\nb,c\n', 'le').subarray(2),
    'FILE:1:2: there is a NUL',
  ],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'FILE: this is text in UTF-32'],
  [
    'the bytes of a program',
    Buffer.from('\x7fELF\x02\x01\x01\x00\x00\x00', 'latin1'),
    'FILE:1:8: there is a NUL',
  ],
  [
    'a cell of 50 MB',
    () => `id,title,body\n1,One,ok\n2,Two,"${'x'.repeat(LARGE)}"\n`,
    'FILE:3: column "body": has 50,000,000 characters',
  ],
  [
    'a title of 50 MB',
    () => `id,title\n1,${'x'.repeat(LARGE)}\n`,
    'FILE:2: column "title": has 50,000,000',
  ],
  [
    'a title that is too long',
    `id,title\n1,${'x'.repeat(501)}\n`,
    'FILE:2: column "title": must have at most 500',
  ],
  [
    'an id that is too long',
    `id,title\n${'x'.repeat(501)},One\n`,
    'FILE:2: column "id": must have at most 500',
  ],
  [
    'a control character in a title',
    'id,title\n1,On\u0007e\n',
    'FILE:2: column "title": must be one line',
  ],
  [
    'too many labels',
    `title,labels\nOne,"${Array.from({ length: 101 }, (_, i) => `l${String(i)}`).join()}"\n`,
    'FILE:2: column "labels": there are 101 labels',
  ],
  [
    'a label that is too long',
    `title,labels\nOne,${'x'.repeat(501)}\n`,
    'FILE:2: column "labels": must have at most',
  ],
  [
    'a lone surrogate in a list that is JSON',
    'title,labels\nOne,"[""\\ud800""]"\n',
    'FILE:2: column "labels": must not contain half',
  ],
  [
    'a stray quote behind a byte order mark',
    '\uFEFFid,title\n1,"One\n',
    'FILE:2: a double quote that opens',
  ],
  [
    'a row cut off in a quoted cell',
    'id,title\r\n1,"One\r\nTwo',
    'FILE:2: a double quote that opens',
  ],
];

const JSON_LISTS: readonly Malformed[] = [
  ['nothing', '', 'FILE: the file is empty'],
  ['white space', ' \n\t', 'FILE: the file is empty'],
  [
    'a list that is cut off',
    '[{"title":"One"},\n{"title":"Tw',
    'FILE:2:10: not valid JSON: the text that starts here',
  ],
  [
    'a list that is not closed',
    '[{"title":"One"}\n',
    'FILE:2:1: not valid JSON: expected ",", but the file ends',
  ],
  ['a trailing comma', '[{"title":"One"},]', 'FILE:1:18: not valid JSON: expected a value'],
  [
    'single quotes',
    "[{'title':'One'}]",
    'FILE:1:3: not valid JSON: expected a name in double quotes',
  ],
  ['a comment', '// tickets\n[{"title":"One"}]', 'FILE:1:1: not valid JSON'],
  ['NaN', '[{"title":"One","x":NaN}]', 'FILE:1:21: not valid JSON: expected a value'],
  [
    'a number with a leading zero',
    '[{"title":"One","x":01}]',
    'FILE:1:21: not valid JSON: this is no number',
  ],
  ['an unknown escape', '[{"title":"\\x41"}]', 'FILE:1:12: not valid JSON'],
  [
    'a line end in a text',
    '[{"title":"a\nb"}]',
    'FILE:1:13: not valid JSON: a text has a line end',
  ],
  [
    'something behind the end',
    '[{"title":"One"}] x',
    'FILE:1:19: not valid JSON: something follows',
  ],
  ['a number instead of a list', '42', 'FILE:1: expected a list of objects'],
  ['null', 'null', 'FILE:1: expected a list of objects'],
  ['an object without a list', '{\n"a":{"title":"One"}}', 'FILE:1: expected a list of objects'],
  ['a list that is none', '{"tickets":{"title":"One"}\n}', 'FILE:1: expected a list of objects'],
  ['two lists', '{"tickets":[],"issues":[]}', 'FILE:1: there are several lists'],
  ['a list of texts', '["One"]', 'FILE:1:2: expected an object in { }'],
  ['a list with a list in it', '[{"title":"One"},\n [1]]', 'FILE:2:2: expected an object in { }'],
  ['null among the objects', '[{"title":"One"},\nnull]', 'FILE:2:1: expected an object in { }'],
  ['objects without a title', '[{"id":1}]', 'FILE:1: no column is a title, among: id'],
  [
    'an empty title',
    '[{"title":"One"},\n{"title":" "}]',
    'FILE:2: column "title": there is no title',
  ],
  ['a title that is null', '[{"title":null}]', 'FILE:1: column "title": there is no title'],
  ['a title that is an object', '[{"title":{"x":true}}]', 'FILE:1: column "title": must be text'],
  [
    'a description that is an object',
    '[{"title":"One","description":{"type":"doc"}}]',
    'FILE:1: column "description": must be text',
  ],
  [
    'labels that are objects without names',
    '[{"title":"One","labels":[{"color":"red"}]}]',
    'FILE:1: column "labels": must be a list',
  ],
  [
    'two objects of one id',
    '[{"id":1,"title":"One"},\n\n{"id":"1","title":"Two"}]',
    'FILE:3: the id "1" is that of line 1',
  ],
  [
    'half a surrogate pair',
    '[{"title":"One"},\n{"title":"a\\ud800"}]',
    'FILE:2:12: there is half of a surrogate pair',
  ],
  [
    'the wrong half of a surrogate pair',
    '[{"title":"\\udc00\\ud800"}]',
    'FILE:1:12: there is half of a surrogate',
  ],
  [
    'half a surrogate pair in a name',
    '[{"title":"One","\\ud800":1}]',
    'FILE:1:18: there is half of a surrogate',
  ],
  ['an escaped NUL character', '[{"title":"a\\u0000"}]', 'FILE:1:13: there is a NUL character'],
  ['a NUL character', '[{"title":"a\u0000"}]', 'FILE:1:13: there is a NUL character'],
  ['a bomb of lists', bomb, 'FILE:1:101: this is nested more than 100 levels deep'],
  ['a bomb of objects', deepObject, 'FILE:1:501: this is nested more than 100 levels deep'],
  [
    'a bomb within a ticket',
    `[{"title":"One","x":${bomb}${']'.repeat(100_000)}}]`,
    'this is nested more than 100',
  ],
  [
    'UTF-16 cut off',
    () => utf16('[{"title":"One"}]', 'le').subarray(0, -1),
    'FILE: this is not text in utf-16le',
  ],
  [
    'a text of 50 MB',
    () => `[{"title":"One"},\n{"title":"Two","body":"${'x'.repeat(LARGE)}"}]`,
    'FILE:2: column "body": has 50,000,000 characters',
  ],
  ['a broken line among many', '{"title":"One"}\n{"title":}\n', 'FILE:2:10: not valid JSON'],
  [
    'a line that is no object',
    '{"title":"One"}\n{"title":"Two"}\n3\n',
    'FILE:3: expected an object',
  ],
  [
    'a bomb on a line',
    `{"title":"One"}\n{"title":"Two","x":${bomb}}\n`,
    'FILE:2:119: this is nested more than 100',
  ],
];

const GITHUB: readonly Malformed[] = [
  [
    'no number',
    '[{"title":"One","state":"OPEN"}]',
    'FILE:1: number: must be the number of an issue',
  ],
  ['a number that is text', issue({ number: '7' }), 'FILE:1: number: must be the number'],
  ['a negative number', issue({ number: -7 }), 'FILE:1: number: must be the number'],
  [
    'the same issue twice',
    '[{"number":1,"title":"One"},\n{"number":1,"title":"One"}]',
    'FILE:2: the issue #1 is on line 1 already',
  ],
  ['a title that is a number', issue({ title: 5 }), 'FILE:1: title: '],
  ['an empty title', issue({ title: '' }), 'FILE:1: title: must not be empty'],
  ['a body that is a list', issue({ body: ['x'] }), 'FILE:1: body: must be text'],
  ['labels that are text', issue({ labels: 'bug' }), 'FILE:1: labels: must be a list of labels'],
  ['a label that is too long', issue({ labels: ['x'.repeat(501)] }), 'FILE:1: labels: "xxxx'],
  [
    'a label without a name',
    issue({ labels: [{ color: 'red' }] }),
    'FILE:1: labels: must be a list of labels',
  ],
  ['an unknown state', issue({ state: 'LOST' }), 'FILE:1: state: must be open or closed'],
  ['a time that is none', issue({ createdAt: 'yesterday' }), 'FILE:1: created_at: must be a time'],
  [
    'a day that does not exist',
    issue({ closedAt: '2026-02-30T00:00:00Z' }),
    'FILE:1: closed_at: must be a time',
  ],
  [
    'a comment without an address',
    issue({ comments: [{ body: 'x' }] }),
    'FILE:1: comments[0]: has neither url nor id',
  ],
  [
    'a comment that is a number',
    issue({ comments: [{ id: 'c', body: 5 }] }),
    'FILE:1: comments[0].body: must be text',
  ],
  ['a list that is cut off', issue({}).slice(0, -1), 'not valid JSON'],
  ['a bomb', bomb, 'nested more than 100 levels deep'],
];

describe.each([
  ['csv', CSV],
  ['json', JSON_LISTS],
  ['github', GITHUB],
] as const)('sweatshop import %s refuses', (from, cases) => {
  it.each(cases)('%s', async (_what, content, expected) => {
    const made = typeof content === 'function' ? content() : content;
    const { exitCode, message } = await importing(from, made, `source.${from}`);
    expect(message).toContain(expected);
    expect(exitCode).toBe(2);
  });
});

describe('sweatshop import refuses', () => {
  it.each([
    ['what is no text', Buffer.from([0, 1, 2, 3])],
    ['an empty file', ''],
    ['a web page', '<!doctype html><title>Tickets</title>'],
    ['prose', 'Dear colleagues,\n\nthis is not a table.\n'],
    ['settings', '{\n  "name": "settings",\n  "version": 1\n}\n'],
  ])('to guess what %s is', async (_what, content) => {
    const file = path.join(folder, 'source');
    writeFileSync(file, content);
    const before = snapshotOf(home);
    const { exitCode, stdout, stderr } = await runCommand(home, 'import', file);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${file}: it cannot be told from its content`);
    expect(stderr).toContain('backlog-md');
    expect(snapshotOf(home)).toEqual(before);
  });

  it('a folder where it needs a file, and a file where it needs a folder', async () => {
    mkdirSync(path.join(folder, 'dir'));
    writeFileSync(path.join(folder, 'file.csv'), 'id,title\n1,One\n');
    const before = snapshotOf(home);
    const asFile = await runCommand(home, 'import', 'csv', path.join(folder, 'dir'));
    expect(asFile).toMatchObject({ exitCode: 2, stdout: '' });
    expect(asFile.stderr).toContain('this is not a file');
    const asFolder = await runCommand(home, 'import', 'backlog-md', path.join(folder, 'file.csv'));
    expect(asFolder).toMatchObject({ exitCode: 2, stdout: '' });
    expect(asFolder.stderr).toContain('is not a Backlog.md folder');
    expect(snapshotOf(home)).toEqual(before);
  });
});
