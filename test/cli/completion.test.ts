import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const run = promisify(execFile);
const cli = path.join(import.meta.dirname, '../../.vite/build/cli.js');

/** Asks as the script of a shell does. */
async function complete(...words: string[]): Promise<string[]> {
  const { stdout } = await run(process.execPath, [cli, 'complete', '--', ...words]);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^:\d+$/);
  return lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '');
}

async function scriptFor(shell: string): Promise<string> {
  return (await run(process.execPath, [cli, 'completion', shell])).stdout;
}

const hasBash = (() => {
  try {
    execFileSync('bash', ['-c', 'type compgen']);
    return true;
  } catch {
    return false;
  }
})();

describe('sweatshop completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    expect(await scriptFor(shell)).toMatch(/sweatshop complete/);
  });

  it('explains itself, and refuses another shell', async () => {
    const home = temporaryFolder();
    const { exitCode, stdout } = await runCommand(home, 'completion', '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('--home');
    const refused = await runCommand(home, 'completion', 'tcsh');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('bash');
    const help = await runCommand(home, '--help');
    expect(help.stdout).toMatch(/completion .*print a script/);
    expect(help.stdout).not.toMatch(/^ +complete /m);
  });

  it('completes commands, those of a group, and options', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(['serve', 'status', 'db', 'import']));
    expect(await complete('st')).toEqual(['status']);
    expect(await complete('db', 're')).toEqual(['restore', 'recover', 'reset']);
    expect(await complete('serve', '--p')).toEqual(['--port']);
    expect(await complete('completion', '')).toEqual(['zsh', 'bash', 'fish', 'powershell']);
  });

  it('completes paths where a file or a folder is meant', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'project'));
    writeFileSync(path.join(folder, 'a file'), '');
    const word = `${folder}/`;
    const both = [`${folder}/a file`, `${folder}/project/`];
    expect((await complete('--home', word)).sort()).toEqual(both);
    expect(await complete('--home', `${folder}/pro`)).toEqual([`${folder}/project/`]);
    expect(await complete('import', 'backlog-md', `${folder}/pro`)).toEqual([`${folder}/project/`]);
    expect(await complete('--home', `${folder}/none/`)).toEqual([]);
  });

  describe.skipIf(!hasBash)('in a real bash', () => {
    /** Presses the tab key after the last word; nothing but what comes with bash is there. */
    async function pressTab(...words: string[]): Promise<string[]> {
      const script = path.join(temporaryFolder(), 'completion.bash');
      writeFileSync(script, await scriptFor('bash'));
      const program = `sweatshop() { "$NODE" "$CLI" "$@"; }
        source "$1"; source "$1"; shift
        COMP_WORDS=(sweatshop "$@"); COMP_CWORD=$#
        $(complete -p sweatshop | sed -E 's/.*-F ([^ ]+).*/\\1/') sweatshop
        printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = await run(
        'bash',
        ['--norc', '-c', program, 'bash', script, ...words],
        { env: { ...process.env, NODE: process.execPath, CLI: cli } },
      );
      expect(stderr).toBe('');
      return stdout.trimEnd().split('\n');
    }

    it('completes commands, options and their values', async () => {
      expect(await pressTab('db', 're')).toEqual(['restore', 'recover', 'reset']);
      expect(await pressTab('tickets', 'list', '--stat')).toEqual(['--status']);
      expect(await pressTab('tickets', 'list', '--status', 're')).toEqual(['ready', 'rejected']);
      expect(await pressTab('tickets', 'list', '--status', '=', 're')).toEqual([
        ...['ready', 'rejected'],
      ]);
      expect(await pressTab('tickets', 'list', '--status', '=')).toContain('merged');
      expect(await pressTab('tickets', '')).toContain('comment');
    });

    it('runs nothing that stands in the line', async () => {
      const file = path.join(temporaryFolder(), 'made');
      await pressTab('tickets', 'add', '--title', `"$(touch ${file})"`, ';', 'touch', file, '');
      expect(existsSync(file)).toBe(false);
    });

    it('quotes the space of a path', async () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, 'a file'), '');
      expect(await pressTab('import', `${folder}/`)).toEqual([`${folder}/a\\ file`]);
    });
  });
});
