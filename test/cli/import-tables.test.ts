import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { queryHome } from './imported-home.ts';
import { openTestHome, runCommand, runJson } from './run-command.ts';

let folder: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = path.join(folder, 'home');
});

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function importJson(...args: string[]): Promise<ImportReport> {
  return (await runJson(home, 'import', ...args)) as ImportReport;
}

function tickets(fields: string): Record<string, unknown>[] {
  return queryHome(home, `SELECT ${fields} FROM tickets ORDER BY external_id, title`);
}

const JIRA = [
  '\uFEFFIssue Type;Issue key;Issue id;Summary;Assignee;Priority;Status;Created;Updated;Resolved;Labels;Labels;Description;Inward issue link (Blocks);Sprint',
  'Bug;SHOP-1;10001;"Say ""no"" to double charges";mia;Highest;In Progress;21/Nov/25 9:30 AM;22/Nov/25 1:05 PM;;payment;web;"Line one',
  'line; two";;7',
  'Story;SHOP-2;10002;Pay by card;;Low;Done;2025-11-20 10:00;2025-11-21T10:00:00+01:00;23/Nov/25 12:00 AM;;;;SHOP-1;',
  ';;;;;;;;;;;;;;',
  'Task;SHOP-3;10003;Basket;;Medium;Selected for Development;;;;;;Plain;"SHOP-1, SHOP-2";',
  '',
].join('\r\n');

describe('sweatshop import csv', () => {
  it('reads an export of Jira to the last value', async () => {
    const file = write('jira.csv', JIRA);
    const { exitCode, stdout, stderr } = await runCommand(home, 'import', file);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tickets +3 +0 +0\n/);
    expect(stderr).toContain(`${file} is csv`);
    expect(stderr).toContain('kept as they are: Issue id, Assignee, Sprint');
    expect(
      tickets('external_id, source, kind, title, priority, status, labels, description'),
    ).toEqual([
      {
        ...{ external_id: 'SHOP-1', source: 'csv', kind: 'bug' },
        ...{ title: 'Say "no" to double charges', priority: 'critical', status: 'in_progress' },
        ...{ labels: '["payment","web"]', description: 'Line one\nline; two' },
      },
      {
        ...{ external_id: 'SHOP-2', source: 'csv', kind: 'feature' },
        ...{ title: 'Pay by card', priority: 'low', status: 'merged' },
        ...{ labels: '[]', description: '' },
      },
      {
        ...{ external_id: 'SHOP-3', source: 'csv', kind: 'feature' },
        ...{ title: 'Basket', priority: 'medium', status: 'ready' },
        ...{ labels: '[]', description: 'Plain' },
      },
    ]);
    expect(tickets('created_at, updated_at, completed_at').slice(0, 2)).toEqual([
      {
        created_at: '2025-11-21T09:30:00.000Z',
        updated_at: '2025-11-22T13:05:00.000Z',
        completed_at: null,
      },
      {
        created_at: '2025-11-20T10:00:00.000Z',
        updated_at: '2025-11-21T09:00:00.000Z',
        completed_at: '2025-11-23T00:00:00.000Z',
      },
    ]);
    const links = queryHome(
      home,
      'SELECT waiting.external_id AS waiting, blocker.external_id AS blocker FROM tickets AS waiting, ' +
        'json_each(waiting.depends_on) AS link JOIN tickets AS blocker ON blocker.id = link.value ORDER BY 1, 2',
    );
    expect(links.map(({ waiting, blocker }) => [waiting, blocker])).toEqual([
      ['SHOP-2', 'SHOP-1'],
      ['SHOP-3', 'SHOP-1'],
      ['SHOP-3', 'SHOP-2'],
    ]);
    const [record] = queryHome(home, "SELECT raw FROM import_records WHERE source_key = 'SHOP-1'");
    expect(JSON.parse(String(record?.['raw']))).toMatchObject({
      ...{
        Sprint: '7',
        'Labels (2)': 'web',
        'Issue id': '10001',
        Description: 'Line one\r\nline; two',
      },
    });
    expect(readFileSync(file, 'utf8')).toBe(JIRA);
  });

  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['bars', '|'],
  ])('finds out that %s divide the columns', async (_what, delimiter) => {
    const rows = [
      ['id', 'title', 'notes'],
      ['1', '"a;b,c"', '"|x"'],
      ['2', 'Two', ''],
    ];
    await importJson(write('t.csv', rows.map((row) => row.join(delimiter)).join('\n')));
    expect(tickets('external_id, title')).toEqual([
      { external_id: '1', title: 'a;b,c' },
      { external_id: '2', title: 'Two' },
    ]);
  });

  it.each([
    ['UTF-8', Buffer.from('id,title\n1,Zoë 🧵\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFid,title\n1,Zoë 🧵\n')],
    ['UTF-16, little end first', Buffer.from('\uFEFFid,title\r\n1,Zoë 🧵\r\n', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\uFEFFid,title\r1,Zoë 🧵\r', 'utf16le').swap16()],
  ])('reads %s', async (_what, bytes) => {
    await importJson(write('t.csv', bytes));
    expect(tickets('title')).toEqual([{ title: 'Zoë 🧵' }]);
  });

  it('takes over what the source changed, keeps what was changed here, and tells of both', async () => {
    const file = write('t.csv', 'id,title,priority\nA,One,low\nB,Two,low\nC,Three,low\n');
    await importJson(file, '--source', 'deathmark');
    const opened = await openTestHome(home);
    const found = (await opened.app.call('ticket:list', [{}])) as {
      value: { id: string; externalId: string }[];
    };
    const idOf = (externalId: string) =>
      found.value.find((ticket) => ticket.externalId === externalId)?.id;
    await opened.app.call('ticket:update', [idOf('B'), { title: 'Two, as we say' }]);
    await opened.app.call('ticket:update', [idOf('C'), { title: 'Three, as we say' }]);
    await opened.close();

    write('t.csv', 'id,title,priority\nA,One,high\nB,Two,high\nC,Three there,low\nD,Four,low\n');
    const trial = await importJson(file, '--source', 'deathmark', '--dry-run');
    const report = await importJson(file, '--source', 'deathmark');
    expect(report.counts).toEqual([{ table: 'tickets', created: 1, changed: 2, skipped: 1 }]);
    expect(trial.counts).toEqual(report.counts);
    expect(report.conflicts).toMatchObject([
      { field: 'title', here: 'Three, as we say', there: 'Three there', place: 't.csv:4' },
    ]);
    expect(tickets('external_id, source, title, priority')).toEqual(
      [
        ['A', 'One', 'high'],
        ['B', 'Two, as we say', 'high'],
        ['C', 'Three, as we say', 'low'],
        ['D', 'Four', 'low'],
      ].map(([external_id, title, priority]) => ({
        ...{ external_id, source: 'deathmark', title, priority },
      })),
    );
  });

  it('shows both sides of a conflict to people', async () => {
    const file = write('t.csv', 'id,title\nA,One\n');
    await importJson(file);
    const opened = await openTestHome(home);
    const [ticket] = ((await opened.app.call('ticket:list', [{}])) as { value: { id: string }[] })
      .value;
    await opened.app.call('ticket:update', [ticket?.id, { title: 'Here' }]);
    await opened.close();
    write('t.csv', 'id,title\nA,There\n');
    const { stdout } = await runCommand(home, 'import', file);
    expect(stdout).toContain('One field was changed both here and there');
    expect(stdout).toMatch(new RegExp(`tickets +${String(ticket?.id)} +title +Here +There\n`));
  });

  it('knows a row without an id by its title, and rows of one title by their order', async () => {
    const file = write('t.csv', 'title,notes\nSame,first\nSame,second\nOther,third\n');
    await importJson(file);
    write('t.csv', 'title,notes\nSame,first\nSame,changed\nOther,third\n');
    const report = await importJson(file);
    expect(report.counts).toEqual([{ table: 'tickets', created: 0, changed: 1, skipped: 2 }]);
    expect(tickets('title, description, external_id')).toEqual([
      { title: 'Other', description: 'third', external_id: null },
      { title: 'Same', description: 'first', external_id: null },
      { title: 'Same', description: 'changed', external_id: null },
    ]);
  });

  it('says of unknown words and times what became of them, once each', async () => {
    const file = write(
      't.csv',
      'title,status,priority,created\nA,Limbo,9,01/02/2026\nB,limbo,9,02/03/2026\nC,Done,High,\n',
    );
    const { notices } = await importJson(file);
    expect(notices.map(({ place, message }) => `${place} ${message}`)).toEqual([
      't.csv:2 column "status": "Limbo" is no status that is known here; it became backlog (2 rows)',
      't.csv:2 column "priority": "9" is no priority that is known here; it became medium (2 rows)',
      expect.stringMatching(/^t.csv:2 column "created": "01\/02\/2026" is no time .*\(2 rows\)$/),
    ]);
  });

  it('lets no text of the source act on the terminal', async () => {
    const file = write('t.csv', 'title,status\nOne,\u001b[2Jgone\u202e\n');
    const { stderr } = await runCommand(home, 'import', file);
    expect(stderr).toContain('gone');
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\u202e');
  });

  it('follows a mapping, from a file too, and says what is wrong with one', async () => {
    const file = write('t.csv', 'What;How much;Who\nOne;hoch;mia\n');
    const mapping = write('map.json', '{"What": "title", "How much": "priority"}');
    const unnamed = await runCommand(home, 'import', file);
    expect(unnamed.stderr).toContain('it cannot be told from its content');
    const { exitCode, stderr } = await runCommand(
      ...([home, 'import', 'csv', file, '--mapping', mapping, '--map', 'How much=labels'] as const),
      ...['--map', 'Who=ignore'],
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(tickets('title, labels, priority')).toEqual([
      { title: 'One', labels: '["hoch"]', priority: 'medium' },
    ]);
    for (const [pair, message] of [
      ['Nothing=title', 'there is no column "Nothing"; there are: What, How much, Who'],
      ['What=name of it', 'a column cannot become "name of it"; it can become: id, title'],
      ['What', 'says nothing'],
    ] as const) {
      const wrong = await runCommand(home, 'import', 'csv', file, '--map', pair);
      expect(wrong.exitCode).toBe(2);
      expect(wrong.stderr).toContain(message);
    }
  });

  it('names the lines of rows behind cells of many lines', async () => {
    const file = write('t.csv', 'id,title\r\n1,"a\r\nb\r\nc"\r\n2,\r\n');
    const { stderr } = await runCommand(home, 'import', file);
    expect(stderr).toContain(`${file}:5: column "title": there is no title`);
  });
});

describe('sweatshop import json', () => {
  const list = [
    {
      ...{ id: 7, title: 'One', status: { name: 'In Review' }, labels: [{ name: 'ui' }, 'api'] },
      ...{ acceptanceCriteria: ['fast', 'whole'], assignee: { name: 'mia', team: { id: 3 } } },
    },
    { id: '8', title: 'Two', dependsOn: [7], createdAt: 1_767_225_600_000 },
  ];

  it.each([
    ['a list', JSON.stringify(list)],
    ['an object with the list in it', JSON.stringify({ total: 2, tickets: list }, null, 2)],
    ['one object a line', list.map((ticket) => `${JSON.stringify(ticket)}\r\n`).join('\n')],
    ['a byte order mark', `\uFEFF${JSON.stringify({ items: list })}`],
  ])('reads %s', async (_what, text) => {
    const report = await importJson(write('t.json', text));
    expect(report.source.system).toBe('json');
    expect(tickets('external_id, title, status, labels, acceptance_criteria')).toEqual([
      {
        ...{ external_id: '7', title: 'One', status: 'qa_review', labels: '["ui","api"]' },
        acceptance_criteria: 'fast\nwhole',
      },
      {
        ...{ external_id: '8', title: 'Two', status: 'backlog', labels: '[]' },
        acceptance_criteria: '',
      },
    ]);
    const [second] = queryHome(
      home,
      "SELECT created_at, json_array_length(depends_on) AS blockers FROM tickets WHERE external_id = '8'",
    );
    expect(second).toEqual({ created_at: '2026-01-01T00:00:00.000Z', blockers: 1 });
    const [record] = queryHome(home, "SELECT raw FROM import_records WHERE source_key = '7'");
    expect(JSON.parse(String(record?.['raw']))).toEqual(list[0]);
  });

  it('keeps the tickets of two systems apart', async () => {
    const file = write('t.json', '[{"id":1,"title":"One"}]');
    await importJson(file, '--source', 'deathmark');
    const other = write('u.json', '[{"id":1,"title":"Another"}]');
    await importJson(other, '--source', 'linear');
    expect(
      tickets('source, title')
        .toReversed()
        .map(({ source, title }) => [source, title]),
    ).toEqual([
      ['deathmark', 'One'],
      ['json', 'Another'],
    ]);
  });

  it('leaves out a dependency that closes a cycle, with a warning', async () => {
    const file = write(
      't.json',
      '[{"id":1,"title":"One","dependsOn":[2]},\n{"id":2,"title":"Two","dependsOn":[1]}]',
    );
    const { notices } = await importJson(file);
    expect(notices).toMatchObject([{ severity: 'warning' }]);
    expect(notices[0]?.message).toContain('cycle');
    expect(queryHome(home, 'SELECT 1 FROM tickets, json_each(depends_on)')).toHaveLength(1);
  });

  it('changes nothing the second time', async () => {
    const file = write('t.json', JSON.stringify(list));
    await importJson(file);
    const before = readFileSync(path.join(home, 'sweatshop.db'));
    const report = await runJson(home, 'import', file);
    expect(report).toMatchObject({
      counts: [{ created: 0, changed: 0, skipped: 2 }],
      backup: null,
    });
    expect(readFileSync(path.join(home, 'sweatshop.db')).equals(before)).toBe(true);
  });
});
