import type { Command } from 'commander';
import { pageEntries } from '../../shared/entities/fields.ts';
import { LOG_LEVELS, type AgentLog, type LogLevel } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent } from '../find-row.ts';
import { choicesOption, numberBy, readText, valueOption } from '../options.ts';
import { printJson, printLine, printRows } from '../output.ts';
import { SweatShopError } from '../../shared/errors.ts';
import { formatTime } from '../table.ts';

const DEFAULT_LIMIT = 50;

const HELP = `
Without a text it lists the log, the newest line first.

Examples:
  sweatshop agents log builder-1 "Tests pass."
  ./work 2>&1 | sweatshop agents log builder-1 - --level debug
  sweatshop agents log builder-1 --level warn,error --limit 20`;

type Options = {
  readonly level?: LogLevel[];
  readonly limit?: number;
  readonly json?: boolean;
};

/** Adds `log` to the command `agents`. */
export function addAgentsLog(parent: Command, context: CommandContext): void {
  parent
    .command('log')
    .summary('write or list the log of an agent')
    .description('Adds a line to the log of an agent, or lists the log.')
    .argument('<id>', 'the agent')
    .argument('[text]', 'what to log; - reads it from standard input')
    .addOption(choicesOption('--level <level>', 'how much it matters', LOG_LEVELS))
    .addOption(
      valueOption(
        '--limit <count>',
        `how many lines to list (default: ${String(DEFAULT_LIMIT)})`,
        numberBy(pageEntries.limit.wrapped),
      ),
    )
    .option('--json', 'print the lines as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, text: string | undefined, options: Options) => {
      if (text === undefined) await listLog(context, id, options);
      else await addLine(context, id, await readText(context, text), options);
    });
}

async function addLine(
  context: CommandContext,
  id: string,
  message: string,
  { level = [], json = false }: Options,
): Promise<void> {
  const [only, ...others] = level;
  if (others.length > 0) {
    throw new SweatShopError('InvalidInput', 'A line has one --level.');
  }
  const line = await useApp(context, async (api) =>
    api.logs.add((await findAgent(api, id)).id, {
      message,
      ...(only !== undefined && { level: only }),
    }),
  );
  if (json) printJson(context, line);
  else printLine(context, line.id);
}

async function listLog(
  context: CommandContext,
  id: string,
  { level, limit = DEFAULT_LIMIT, json = false }: Options,
): Promise<void> {
  const lines = await useApp(context, async (api) => {
    const { id: agentId } = await findAgent(api, id);
    return api.logs.list({ agentId, limit, ...(level && { level }) });
  });
  printRows<AgentLog>(context, lines, {
    json,
    columns: [
      { head: 'TIME', value: ({ createdAt }) => formatTime(createdAt) },
      { head: 'LEVEL', value: (line) => line.level },
      { head: 'MESSAGE', value: ({ message }) => message, isFlexible: true },
    ],
    empty: 'The log is empty.',
  });
}
