import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
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

  it.skipIf(!hasBash)('works in a real bash', async () => {
    const folder = temporaryFolder();
    const script = path.join(folder, 'completion.bash');
    writeFileSync(script, await scriptFor('bash'));
    execFileSync('bash', ['-n', script]);
    const { stdout } = await run('bash', [
      '-c',
      `sweatshop() { "${process.execPath}" "${cli}" "$@"; }
       _get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}"; prev="\${COMP_WORDS[COMP_CWORD-1]}"; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
       _init_completion() { _get_comp_words_by_ref; }
       compopt() { :; }
       source "${script}"
       COMP_WORDS=(sweatshop db re); COMP_CWORD=2; COMP_LINE='sweatshop db re'; COMP_POINT=15
       "$(complete -p sweatshop | sed -E 's/.*-F ([^ ]+).*/\\1/')" sweatshop re db
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
    expect(stdout).toMatch(/^restore\b/m);
    expect(stdout).toMatch(/^recover\b/m);
    expect(stdout).not.toContain('status');
  });
});
