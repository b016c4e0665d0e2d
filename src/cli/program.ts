import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { defaultHomePath } from '../host/home-path.ts';
import type { CommandContext, CommandHost } from './command-context.ts';
import { addDbBackup } from './commands/db-backup.ts';
import { addDbCheck } from './commands/db-check.ts';
import { addDbDump } from './commands/db-dump.ts';
import { addDbQuery } from './commands/db-query.ts';
import { addDbRecover } from './commands/db-recover.ts';
import { addDbReset } from './commands/db-reset.ts';
import { addDbRestore } from './commands/db-restore.ts';
import { addDbSchema } from './commands/db-schema.ts';
import { addDbStats } from './commands/db-stats.ts';
import { addDbStatus } from './commands/db-status.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addAgents } from './commands/agents.ts';
import { addGates } from './commands/gates.ts';
import { addPorts } from './commands/ports.ts';
import { addSearch } from './commands/search.ts';
import { addTickets } from './commands/tickets.ts';
import { addVote } from './commands/vote.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addCompletion } from './completion.ts';
import { EXIT_CODES, EXIT_CODES_HELP, exitCodeFor, type ExitCode } from './exit-codes.ts';
import { printError, usageError } from './print-error.ts';

const DEFAULT_BUSY_TIMEOUT_SECONDS = 5;
const MAX_BUSY_TIMEOUT_SECONDS = 86_400;

const HELP = `
Examples:
  sweatshop status
  sweatshop import backlog-md ~/code/my-project
  sweatshop tickets list --status ready
  sweatshop tickets next --claim --agent builder-1
  sweatshop db status --json
${EXIT_CODES_HELP}

With --json a command prints one JSON value: a list is an array, null is nothing. An error is then one line
of JSON on standard error: {"error": {"code": …, "message": …, "details": {…}}}`;

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
  // Also where the arguments are wrong, and nothing can tell which options they were meant to be.
  const json = isJsonWanted(args);
  const program = createProgram(host, json, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      printError(host, error, json);
      return exitCodeFor(error);
    }
    if (error.exitCode === 0) return EXIT_CODES.done;
    // For people, commander has printed it.
    if (json) printError(host, usageError(error), json);
    return EXIT_CODES.usage;
  }
}

function isJsonWanted(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).includes('--json');
}

function createProgram(
  host: CommandHost,
  json: boolean,
  finish: CommandContext['finish'],
): Command {
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
      writeErr: (text) => {
        if (!json) host.stderr.write(text);
      },
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
  addServe(program, context);
  addStatus(program, context);
  const group = (name: string, summary: string, description: string) =>
    program.command(name).summary(summary).description(description).helpCommand(false);
  addImport(program, context);
  addExport(program, context);
  addTickets(
    group('tickets', 'list, make and change tickets', 'Lists, makes and changes tickets.'),
    context,
  );
  addAgents(
    group(
      'agents',
      'report as an agent, and answer agents',
      'What agents report, and what people answer them.',
    ),
    context,
  );
  addGates(
    group(
      'gates',
      'approve and reject what epics wait for',
      'Approves and rejects what epics wait for.',
    ),
    context,
  );
  addVote(program, context);
  addPorts(
    group(
      'ports',
      'give project folders ports of their own',
      'Gives project folders ports of their own.',
    ),
    context,
  );
  addSearch(program, context);
  const db = group('db', 'look after the database', 'Looks after the database.');
  addDbStatus(db, context);
  addDbCheck(db, context);
  addDbBackup(db, context);
  addDbRestore(db, context);
  addDbRecover(db, context);
  addDbQuery(db, context);
  addDbDump(db, context);
  addDbStats(db, context);
  addDbSchema(db, context);
  addDbReset(db, context);
  addCompletion(program, context);
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
