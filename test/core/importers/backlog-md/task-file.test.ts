import { describe, expect, it } from 'vitest';
import { readBacklogConfig } from '../../../../src/core/importers/backlog-md/backlog-config.ts';
import { parseTaskFile } from '../../../../src/core/importers/backlog-md/task-file.ts';

const config = readBacklogConfig(null);

function parse(text: string, folder: 'tasks' | 'completed' = 'tasks', name = 'a-1 - One.md') {
  return parseTaskFile({ path: `${folder}/${name}`, folder, text }, config);
}

function errorsOf(...fields: string[]) {
  return parse(['---', ...fields, '---', ''].join('\n')).errors.map(({ line, message }) => [
    line,
    message,
  ]);
}

describe('parseTaskFile', () => {
  it('fills in what a task does not say', () => {
    expect(parse('---\nid: A-1\ntitle: One\n---\n').ticket).toEqual({
      externalId: 'A-1',
      origin: { file: 'tasks/a-1 - One.md', idLine: 2, dependenciesLine: 1 },
      title: 'One',
      description: '',
      acceptanceCriteria: '',
      labels: [],
      priority: 'medium',
      status: 'backlog',
      dependsOn: [],
      ordinal: null,
      createdAt: null,
      updatedAt: null,
      raw: {
        path: 'tasks/a-1 - One.md',
        frontMatter: { id: 'A-1', title: 'One' },
        body: '',
      },
      warnings: [],
    });
  });

  it('keeps every field as it is, also those that have no place here', () => {
    const fields = ['assignee: [\'@mia\', "@leo"]', 'milestone: m-1', 'plan:', '  deep: { a: 1 }'];
    const { ticket } = parse(
      ['---', 'id: A-1', 'title: One', ...fields, '---', 'Body\n'].join('\n'),
    );
    expect(ticket?.raw).toEqual({
      path: 'tasks/a-1 - One.md',
      frontMatter: {
        ...{ id: 'A-1', title: 'One', assignee: ['@mia', '@leo'], milestone: 'm-1' },
        plan: 'deep: { a: 1 }',
      },
      body: 'Body\n',
    });
  });

  it('reads a file with a byte order mark and the line ends of Windows', () => {
    const text =
      '\uFEFF---\r\nid: A-1\r\ntitle: One\r\nstatus: Done\r\n---\r\n\r\n## Description\r\n\r\na\r\nb\r\n';
    expect(parse(text).ticket).toMatchObject({ status: 'merged', description: 'a\nb' });
  });

  it('takes everything in completed/ for merged', () => {
    expect(parse('---\nid: A-1\ntitle: One\nstatus: Lost\n---\n', 'completed').ticket?.status).toBe(
      'merged',
    );
  });

  it('takes labels that are written in one line, each once', () => {
    expect(parse('---\nid: A-1\ntitle: One\nlabels: a, b,a\n---\n').ticket?.labels).toEqual([
      'a',
      'b',
    ]);
  });

  it('names every wrong field with its line', () => {
    expect(
      errorsOf(
        'title: [a]',
        'status: Lost',
        'priority: urgent',
        'created_date: soon',
        'ordinal: x',
      ),
    ).toEqual([
      [1, 'id: is missing'],
      [2, 'title: must be a text, not a list'],
      [2, 'title: is missing'],
      [3, 'status: "Lost" is none of To Do, In Progress, Done'],
      [4, 'priority: "urgent" is none of critical, high, medium, low'],
      [5, 'created_date: "soon" is not a date such as 2026-08-17 or 2026-08-17 07:26'],
      [6, 'ordinal: "x" is not a number'],
    ]);
  });

  it('refuses what the board could not store', () => {
    expect(errorsOf('id: A-1', `title: ${'x'.repeat(501)}`, 'labels: ["a\\tb"]')).toEqual([
      [3, 'title: must have at most 500 characters'],
      [4, 'labels: must be one line without control characters'],
    ]);
    expect(parse('---\nid: A-1\ntitle: One\n---\na\u0000b').errors[0]?.message).toContain('NUL');
  });

  it('makes a ticket of a document that has a heading, and says so', () => {
    const { ticket, errors } = parse('# How we work\n\nLike this.\n', 'tasks', 'Readme.md');
    expect(errors).toEqual([]);
    expect(ticket).toMatchObject({
      externalId: 'Readme',
      title: 'How we work',
      description: 'Like this.',
      status: 'backlog',
    });
    expect(ticket?.warnings).toMatchObject([{ file: 'tasks/Readme.md', line: 1 }]);
  });

  it.each([
    ['', 'empty'],
    ['\uFEFF \r\n', 'empty'],
    ['Just a line.', 'no front matter'],
    ['## Description\n\nNo title.', 'no front matter'],
  ])('refuses %j', (text, reason) => {
    const { ticket, errors } = parse(text);
    expect(ticket).toBeNull();
    expect(errors).toMatchObject([{ file: 'tasks/a-1 - One.md', line: 1 }]);
    expect(errors[0]?.message).toContain(reason);
  });
});
