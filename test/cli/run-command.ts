import type { CommandHost } from '../../src/cli/command-context.ts';
import type { ExitCode } from '../../src/cli/exit-codes.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { checkHome, inspectHome } from '../../src/host/inspect-home.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';

export type CommandResult = {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the command line in this process on a real home, with nobody to ask. */
export function runCommand(home: string, ...args: string[]): Promise<CommandResult> {
  return runCommandWith({}, [...args, '--home', home]);
}

/** Runs the command line in this process, with something else in place of what the process gives. */
export async function runCommandWith(
  host: Partial<CommandHost>,
  args: readonly string[],
): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write(text: string) {
      written[name] += text;
    },
  });
  const exitCode = await runCommandLine(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    readInput: () => Promise.resolve(new Uint8Array()),
    version: '1.2.3',
    confirm: null,
    readWasm: () => Promise.resolve(readSqlWasm()),
    serve: () => Promise.reject(new Error('There is no browser host in a test of commands.')),
    openHome: openTestHome,
    inspectHome: (path) => inspectHome({ path, wasm: readSqlWasm() }),
    checkHome: (path) => checkHome({ path, wasm: readSqlWasm() }),
    ...host,
  });
  return { exitCode, ...written };
}

/** Runs a command that prints JSON, and gives what it printed. */
export async function runJson(home: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await runCommand(home, ...args, '--json');
  return JSON.parse(stdout) as unknown;
}

export function openTestHome(path: string, use?: { readonly readOnly: boolean }): Promise<Home> {
  return openHome({ host: 'cli', path, wasm: readSqlWasm(), version: '1.2.3', ...use });
}
