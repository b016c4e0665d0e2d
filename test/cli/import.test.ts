import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportOutcome } from '../../src/cli/import-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { queryHome } from './imported-home.ts';
import { openTestHome, runCommand, runCommandWith, runJson } from './run-command.ts';

let folder: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = path.join(folder, 'home');
});

function write(name: string, content: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function titles(): unknown[] {
  return queryHome(home, 'SELECT title FROM tickets ORDER BY title').map(({ title }) => title);
}

describe('sweatshop import', () => {
  it.each([[['csv', 'FILE']], [['FILE', '--from', 'csv']], [['FILE']]])(
    'takes %j',
    async (words) => {
      const file = write('t.csv', 'id,title\n1,One\n');
      const args = words.map((word) => (word === 'FILE' ? file : word));
      expect(await runCommand(home, 'import', ...args)).toMatchObject({ exitCode: 0 });
      expect(titles()).toEqual(['One']);
    },
  );

  it.each([
    [['csv'], 'Name the file or folder: sweatshop import csv PATH'],
    [['nonsense', 'FILE'], '"nonsense" is no source that is known. There are:'],
    [['csv', 'FILE', 'more'], 'Name one file or folder at a time'],
    [['csv', 'FILE', '--from', 'json'], 'Say what the source is once'],
    [['csv', 'FILE', '--adopt'], '--adopt is not for csv'],
    [['github', 'FILE', '--map', 'a=title'], '--map, --mapping and --source are for tables'],
    [['csv', 'FILE', '--source', 'manual'], '"manual" cannot be the name of a source'],
    [['csv', 'FILE', '--source', 'a b'], '"a b" cannot be the name of a source'],
    [['csv', 'FILE', '--mapping', 'FILE'], 'not valid JSON'],
    [['csv', 'gone.csv'], 'there is no such file or folder'],
  ])('refuses %j', async (words, message) => {
    const file = write('t.csv', 'id,title\n1,One\n');
    const args = words.map((word) => (word === 'FILE' ? file : word));
    const { exitCode, stdout, stderr } = await runCommand(home, 'import', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(home)).toBe(false);
  });

  it('makes a backup before it changes what is there, and restoring it undoes the import', async () => {
    const first = (await runJson(
      ...([home, 'import', write('a.csv', 'id,title\n1,One\n')] as const),
    )) as ImportOutcome;
    expect(first.backup).toBeNull();
    const { stdout } = await runCommand(home, 'import', write('b.csv', 'id,title\n2,Two\n'));
    const name = /sweatshop db restore (\S+)\n/.exec(stdout)?.[1] ?? '';
    expect(titles()).toEqual(['One', 'Two']);
    expect(await runCommand(home, 'db', 'restore', name, '--yes')).toMatchObject({ exitCode: 0 });
    expect(titles()).toEqual(['One']);
  });

  it('makes no backup where nothing is new', async () => {
    const file = write('a.csv', 'id,title\n1,One\n');
    await runCommand(home, 'import', file);
    await runCommand(home, 'import', file);
    const backups = readdirSync(path.join(home, 'backups'));
    expect(backups.filter((name) => name.includes('manual'))).toEqual([]);
  });

  it('leaves deleted what was deleted here', async () => {
    const file = write('a.csv', 'id,title\n1,One\n2,Two\n');
    await runCommand(home, 'import', file);
    const opened = await openTestHome(home);
    const { value } = (await opened.app.call('ticket:list', [{ text: 'Two' }])) as {
      value: { id: string }[];
    };
    await opened.app.call('ticket:delete', [value[0]?.id]);
    await opened.close();
    const report = (await runJson(home, 'import', file)) as ImportOutcome;
    expect(report.counts).toEqual([{ table: 'tickets', created: 0, changed: 0, skipped: 2 }]);
    expect(titles()).toEqual(['One']);
  });

  it('tells two Backlog.md projects apart that have the same ids', async () => {
    const task = (title: string) => `---\nid: task-1\ntitle: ${title}\n---\n`;
    write('one/backlog/config.yml', 'project_name: Shop\n');
    write('one/backlog/tasks/task-1.md', task('Of the shop'));
    write('two/backlog/tasks/task-1.md', task('Of the other'));
    await runCommand(home, 'import', path.join(folder, 'one'));
    const { exitCode, stderr } = await runCommand(home, 'import', path.join(folder, 'two'));
    expect(exitCode).toBe(0);
    expect(stderr).toContain('task-1');
    expect(titles()).toEqual(['Of the other', 'Of the shop']);
    write('one/backlog/tasks/task-1.md', task('Of the shop, changed'));
    await runCommand(home, 'import', path.join(folder, 'one'));
    expect(titles()).toEqual(['Of the other', 'Of the shop, changed']);
  });

  it('leaves no folder behind after a dry run without a database', async () => {
    const before = readdirSync(tmpdir()).filter((name) => /^sweatshop-(?!test)/.test(name));
    const { stdout } = await runCommand(
      ...([home, 'import', write('a.csv', 'id,title\n1,One\n'), '--dry-run'] as const),
    );
    expect(stdout).toMatch(/Nothing was imported.*\n.*\n +tickets +1 +0 +0\n/);
    expect(existsSync(home)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => /^sweatshop-(?!test)/.test(name))).toEqual(
      before,
    );
  });

  it('shows how far it is, on a terminal', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `${String(index)},Ticket\n`);
    const file = write('a.csv', `id,title\n${rows.join('')}`);
    let written = '';
    const stderr = { isTTY: true, columns: 100, write: (text: string) => (written += text) };
    const { exitCode } = await runCommandWith({ stderr }, ['import', file, '--home', home]);
    expect(exitCode).toBe(0);
    expect(written).toMatch(/Reading █+ 3000 of 3000/);
    expect(written).toMatch(/Sending █+ 3000 of 3000/);
    expect(written).toMatch(/Importing █+ \d+ of \d+/);
    expect(written.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('drops what it handed over when something goes wrong on the way', async () => {
    const file = write('a.csv', 'id,title\n1,One\n');
    const calls: string[] = [];
    const listeners = process.listeners('SIGINT').length;
    const { exitCode, stderr } = await runCommandWith(
      {
        openHome: async (dir) => {
          const opened = await openTestHome(dir);
          const call: typeof opened.app.call = (channel, args) => {
            calls.push(channel);
            if (channel !== 'import:add') return opened.app.call(channel, args);
            return opened.app.call('import:add', ['upl_unknown', args[1]]);
          };
          return { ...opened, app: { ...opened.app, call, onPush: () => () => undefined } };
        },
      },
      ['import', file, '--home', home],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('This import is not under way');
    expect(calls).toContain('import:cancel');
    expect(calls).not.toContain('import:finish');
    expect(process.listeners('SIGINT')).toHaveLength(listeners);
  });
});
