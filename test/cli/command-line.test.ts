import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runJson } from './run-command.ts';

const shop = path.join(import.meta.dirname, '../fixtures/backlog-md/shop');

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

describe('sweatshop', () => {
  it('explains itself and its exit codes', async () => {
    const { exitCode, stdout } = await runCommand(home, '--help');
    expect(exitCode).toBe(0);
    for (const part of ['import', 'db', '--home', 'Exit codes:', 'Examples:']) {
      expect(stdout).toContain(part);
    }
  });

  it.each([
    ['import'],
    ['db', 'status'],
    ['db', 'check'],
    ['db', 'backup'],
    ['db', 'restore'],
    ['db', 'recover'],
  ])('explains %s %s with examples', async (...command) => {
    const { exitCode, stdout } = await runCommand(home, ...command, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`sweatshop ${command.join(' ')}`);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('--home');
  });

  it('tells its version', async () => {
    expect(await runCommand(home, '--version')).toMatchObject({ exitCode: 0, stdout: '1.2.3\n' });
  });

  it.each([
    [[]],
    [['import']],
    [['import', 'backlog-md']],
    [['import', 'backlog-md', shop, '--nonsense']],
    [['import', 'backlog-md', shop, 'more']],
    [['nonsense']],
  ])('answers %j with what is wrong, on standard error', async (args) => {
    const { exitCode, stdout, stderr } = await runCommand(home, ...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--help');
    expect(existsSync(home)).toBe(false);
  });

  it('does not take an empty --home for the current folder', async () => {
    const { exitCode, stdout, stderr } = await runCommand('', 'db', 'status');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Name a folder');
  });
});

describe('sweatshop db status', () => {
  it('does not make a database in order to describe it', async () => {
    const { exitCode, stderr } = await runCommand(home, 'db', 'status');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`There is no database in ${home} yet`);
    expect(existsSync(home)).toBe(false);
  });

  it('tells where the database is and that all is saved', async () => {
    await runCommand(home, 'import', 'backlog-md', shop);
    const { exitCode, stdout } = await runCommand(home, 'db', 'status');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(path.join(home, 'sweatshop.db'));
    expect(stdout).toMatch(/size +\d+\.\d kB/);
    expect(stdout).toContain('everything is in the file');
    expect(await runJson(home, 'db', 'status')).toMatchObject({ state: 'saved', lastError: null });
  });
});
