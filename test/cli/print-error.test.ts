import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runCommandWith } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

describe('an error of a command with --json', () => {
  it.each([
    [['tickets', 'list'], 1, 'NotFound', 'There is no database in'],
    [['tickets', 'list', '--nonsense'], 2, 'InvalidInput', 'unknown option'],
    [['tickets', 'list', '--status', 'nonsense'], 2, 'InvalidInput', 'Allowed choices are'],
    [['tickets', 'nonsense'], 2, 'InvalidInput', 'unknown command'],
    [['tickets', 'lst'], 2, 'InvalidInput', 'Did you mean list?'],
    [['tickets', 'show'], 2, 'InvalidInput', "missing required argument 'id'"],
    [['tickets'], 2, 'InvalidInput', 'option'],
    [['import', '/nowhere/at-all'], 2, 'InvalidInput', '/nowhere/at-all'],
  ] as const)('is one line of JSON for %j', async (args, exitCode, code, part) => {
    const result = await runCommand(home, ...args, '--json');
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(result.stderr)).toStrictEqual({
      error: {
        code,
        message: expect.stringContaining(part) as string,
        details: expect.any(Object) as object,
      },
    });
  });

  it('keeps what the error knows', async () => {
    await runCommand(home, 'tickets', 'add', '--title', 'One');
    const { stderr } = await runCommand(home, 'tickets', 'show', 'tkt_none', '--json');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { details: { entity: 'ticket', id: 'tkt_none' } },
    });
  });

  it('tells a fault of ours with its stack', async () => {
    const openHome = () => Promise.reject(new TypeError('it broke'));
    await runCommand(home, 'tickets', 'add', '--title', 'One');
    const args = ['tickets', 'list', '--json', '--home', home];
    const { exitCode, stderr } = await runCommandWith({ openHome }, args);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'Internal', message: expect.stringContaining('at ') as string },
    });
  });

  it('is a sentence where --json is only what follows --', async () => {
    const { stderr } = await runCommand(home, '--', 'search', '--json');
    expect(stderr).toMatch(/^sweatshop: There is no database/);
  });
});

describe('--help', () => {
  it('describes all commands in the same way', async () => {
    const { stdout } = await runCommand(home, '--help');
    const commands = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Examples:'));
    expect(commands).not.toMatch(/^ {2}\S+ .*\.$/m);
    for (const line of commands.split('\n').filter((text) => /^ {2}\w/.test(text))) {
      expect(line).toMatch(/ {2}[a-z][^.]*$/);
    }
    expect((await runCommand(home, 'tickets', '--help')).stdout).not.toContain('help [command]');
  });
});
