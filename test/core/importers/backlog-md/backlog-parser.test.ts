import { describe, expect, it } from 'vitest';
import { readBacklogConfig } from '../../../../src/core/importers/backlog-md/backlog-config.ts';
import { BacklogParser } from '../../../../src/core/importers/backlog-md/backlog-parser.ts';

function parseTasks(...tasks: string[]) {
  const parser = new BacklogParser(readBacklogConfig(null));
  for (const [index, fields] of tasks.entries()) {
    const text = `---\n${fields}\ntitle: One\n---\n`;
    parser.add({ path: `tasks/${String(index + 1)}.md`, folder: 'tasks', text });
  }
  return parser.finish();
}

function dependenciesOf(dependency: string, ...otherIds: string[]) {
  const others = otherIds.map((id) => `id: ${id}`);
  return parseTasks(`id: A-1\ndependencies: [${dependency}]`, ...others).tickets[0]?.dependsOn;
}

describe('BacklogParser', () => {
  it('keeps the first of two tasks with one id, whatever its case', () => {
    const parsed = parseTasks('id: A-1', 'id: a-1', 'id: A-2');
    expect(parsed.tickets.map(({ externalId }) => externalId)).toEqual(['A-1', 'A-2']);
    expect(parsed.failed).toBe(1);
    expect(parsed.errors).toEqual([
      { file: 'tasks/2.md', line: 2, message: 'id: a-1 is that of tasks/1.md already' },
    ]);
  });

  it('goes on after a file that cannot be read', () => {
    const parsed = parseTasks('id: [', 'id: A-2');
    expect(parsed).toMatchObject({ failed: 1, tickets: [{ externalId: 'A-2' }] });
  });

  it.each([
    ['BACK-7', 'BACK-7'],
    ['back-7', 'BACK-7'],
    ['task-7', 'BACK-7'],
    ['7', 'BACK-7'],
    ['task-7.1', 'BACK-7.1'],
  ])('takes a dependency on %s for one on %s', (dependency, expected) => {
    expect(dependenciesOf(dependency, 'BACK-7', 'BACK-7.1')).toEqual([expected]);
  });

  it('does not guess when two tasks have the same number', () => {
    expect(dependenciesOf('task-7', 'BACK-7', 'OTHER-7')).toEqual(['task-7']);
    expect(dependenciesOf('other-7', 'BACK-7', 'OTHER-7')).toEqual(['OTHER-7']);
  });

  it('counts two spellings of one dependency once', () => {
    expect(dependenciesOf('task-7, BACK-7', 'BACK-7')).toEqual(['BACK-7']);
  });
});
