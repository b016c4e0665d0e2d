import { describe, expect, it } from 'vitest';
import { readBacklogConfig } from '../../../../src/core/importers/backlog-md/backlog-config.ts';

describe('readBacklogConfig', () => {
  it('knows the statuses that Backlog.md sets up when there is no file', () => {
    const config = readBacklogConfig(null);
    expect([...config.columns]).toEqual([
      ['todo', 'backlog'],
      ['inprogress', 'in_progress'],
      ['done', 'merged'],
    ]);
    expect(config.defaultStatus).toBe('To Do');
    expect(config.warnings).toEqual([]);
  });

  it('takes names it knows by name and others by their place, with a warning', () => {
    const config = readBacklogConfig(
      '\uFEFFproject_name: x\r\nstatuses: [Ideas, In Review, Waiting, Gone live]\r\n',
    );
    expect([...config.columns.values()]).toEqual(['backlog', 'qa_review', 'in_progress', 'merged']);
    expect(config.defaultStatus).toBe('Ideas');
    expect(config.warnings.map(({ line }) => line)).toEqual([2, 2, 2]);
    expect(config.warnings[1]?.message).toContain('"Waiting"');
  });

  it('does not take the name of a built-in property for a status it knows', () => {
    expect(readBacklogConfig('statuses: [constructor, Done]').columns.get('constructor')).toBe(
      'backlog',
    );
  });

  it('goes on with the usual statuses when the file is broken, with a warning', () => {
    const config = readBacklogConfig('statuses: [a\n');
    expect(config.columns.get('done')).toBe('merged');
    expect(config.warnings).toHaveLength(1);
  });
});
