import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { defaultHomePath } from '../host/home-path.ts';
import { messageOf, SweatShopError } from '../shared/errors.ts';
import type { CommandContext, CommandHost } from './command-context.ts';
import { addDbBackup } from './commands/db-backup.ts';
import { addDbCheck } from './commands/db-check.ts';
import { addDbRecover } from './commands/db-recover.ts';
import { addDbRestore } from './commands/db-restore.ts';
import { addDbStatus } from './commands/db-status.ts';
import { addImport } from './commands/import.ts';
import { addStatus } from './commands/status.ts';
import { EXIT_CODES, EXIT_CODES_HELP, exitCodeFor, type ExitCode } from './exit-codes.ts';

const DEFAULT_BUSY_TIMEOUT_SECONDS = 5;
const MAX_BUSY_TIMEOUT_SECONDS = 86_400;

const HELP = `
Examples:
  sweatshop status
  sweatshop import backlog-md ~/code/my-project
  sweatshop db status --json
${EXIT_CODES_HELP}`;

/**
 * Runs the command line; it never throws.
 *
 * @param args What follows the name of the command.
 * @param host What the process gives.
 * @returns What the process shall end with.
 */
export async function runCommandLine(
  args: readonly string[],
  host: CommandHost,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.done;
  const program = createProgram(host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    }
    host.stderr.write(`sweatshop: ${explain(error)}\n`);
    return exitCodeFor(error);
  }
}

function createProgram(host: CommandHost, finish: CommandContext['finish']): Command {
  const program = new Command('sweatshop')
    .description('Mission control for AI coding agents, from the command line.')
    .version(host.version, '--version', 'print the version')
    .helpOption('--help', 'print how to use a command')
    .helpCommand(false)
    .option(
      '--home <dir>',
      'the folder of the database (default: SWEATSHOP_HOME, else ~/.sweatshop)',
      parseFolder,
    )
    .option(
      '--busy-timeout <seconds>',
      'how long to wait for another process that has the database open',
      parseSeconds,
      DEFAULT_BUSY_TIMEOUT_SECONDS,
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'sweatshop: '));
      },
    })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .addHelpText('after', HELP);

  const context: CommandContext = {
    ...host,
    finish,
    homePath: () => path.resolve(program.opts<{ home?: string }>().home ?? defaultHomePath()),
    busyTimeoutMs: () => program.opts<{ busyTimeout: number }>().busyTimeout * 1_000,
  };
  addStatus(program, context);
  const group = (name: string, description: string) =>
    program.command(name).description(description);
  addImport(program, context);
  const db = group('db', 'Looks after the database.');
  addDbStatus(db, context);
  addDbCheck(db, context);
  addDbBackup(db, context);
  addDbRestore(db, context);
  addDbRecover(db, context);
  return program;
}

/** An empty name, as an unset variable of a script gives, would mean the current folder. */
function parseFolder(dir: string): string {
  if (dir === '') throw new InvalidArgumentError('Name a folder.');
  return dir;
}

function parseSeconds(text: string): number {
  const seconds = text.trim() === '' ? NaN : Number(text);
  if (seconds >= 0 && seconds <= MAX_BUSY_TIMEOUT_SECONDS) return seconds;
  throw new InvalidArgumentError(
    `Give seconds from 0 to ${String(MAX_BUSY_TIMEOUT_SECONDS)}, such as 5.`,
  );
}

/** An error without a code is a fault of ours: the stack is what a report of it needs. */
function explain(error: unknown): string {
  if (error instanceof SweatShopError || !(error instanceof Error)) return messageOf(error);
  if ('syscall' in error) return `${error.message}. Check that it exists and that you may read it.`;
  return `something went wrong that should not. Please report this:\n${error.stack ?? error.message}`;
}
