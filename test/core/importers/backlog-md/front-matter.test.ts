import { describe, expect, it } from 'vitest';
import { readFrontMatter } from '../../../../src/core/importers/backlog-md/front-matter.ts';

function read(yaml: string) {
  return readFrontMatter(`---\n${yaml}\n---\nbody\n`);
}

function value(yaml: string) {
  return read(`field: ${yaml}`)?.fields.get('field')?.value;
}

describe('readFrontMatter', () => {
  it('divides a file into fields with their lines and the rest', () => {
    const frontMatter = read('id: A-1\ntitle: One');
    expect(frontMatter?.body).toBe('body\n');
    expect(frontMatter?.fields.get('title')).toEqual({ line: 3, value: 'One', source: 'One' });
  });

  it('finds none where the file does not begin with it', () => {
    expect(readFrontMatter('# Title\n\n---\nid: A-1\n---\n')).toBeNull();
  });

  it.each([
    ['1.10', '1.10'],
    ['true', 'true'],
    ['2026-08-17', '2026-08-17'],
    ["'it''s'", "it's"],
    ['"a: \\"b\\""', 'a: "b"'],
    ['@mia', '@mia'],
    ['', ''],
    ['[a, "b, c"]', ['a', 'b, c']],
    ['[]', []],
    ['\n  - a\n  - @mia', ['a', '@mia']],
    ['>-\n  one\n  two', 'one two'],
    ['{a: b}', null],
    ['[[a]]', null],
  ])('reads %j as it is written', (yaml, expected) => {
    expect(value(yaml)).toEqual(expected);
  });

  it('keeps three dashes in the body', () => {
    expect(readFrontMatter('---\nid: A-1\n---\none\n---\ntwo')?.body).toBe('one\n---\ntwo');
  });

  it.each([
    ['id: A-1\ntitle: one: two', 3, 'must be in quotes'],
    ['id: A-1\nid: A-2', 3, 'unique'],
    ['id: A-1\nlabels: [a', 3, 'not valid YAML'],
    ['id: A-1\nlabels: [a\nstatus: Done\ntitle: One', 3, 'end with a ]'],
    ['id: A-1\ntitle: "One\nstatus: Done\npriority: low', 3, 'Missing closing'],
    ['id: A-1\n\ttitle: One\nstatus: Done', 3, 'Tabs'],
    ['just text', 2, 'name: value'],
    [`labels: ${'['.repeat(20_000)}`, 2, 'nested too deeply'],
    [`title: ${'x'.repeat(200_000)}`, 1, 'too long'],
  ])('names the line of what is wrong in case %#', (yaml, line, message) => {
    const problem = read(yaml)?.problem;
    expect(problem?.message).toContain(message);
    expect(problem?.line).toBe(line);
  });

  it('refuses front matter that never ends', () => {
    const problem = readFrontMatter('---\nid: A-1\n')?.problem;
    expect(problem).toEqual({
      line: 1,
      message: expect.stringContaining('never closed') as string,
    });
  });

  it('follows no alias, so that a small file cannot become a large ticket', () => {
    const frontMatter = read('a: &a [x, x]\nb: [*a, *a]');
    expect(frontMatter?.fields.get('b')?.value).toBeNull();
  });
});
