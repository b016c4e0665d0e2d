import type { Command } from 'commander';
import { SweatShopError } from '../../shared/errors.ts';
import {
  CountSchema,
  JsonObjectSchema,
  LineSchema,
  PidSchema,
} from '../../shared/entities/fields.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent } from '../find-row.ts';
import { numberBy, objectBy, parsedBy, readText, valueOption } from '../options.ts';
import { printJson, printLine } from '../output.ts';
import { printAgent } from '../print-agent.ts';
import { withoutUndefined } from '../without-undefined.ts';

const HEARTBEAT_HELP = `
An agent at work that does not show for long that it lives is marked as silent.

Examples:
  sweatshop agents heartbeat builder-1
  sweatshop agents heartbeat builder-1 --pid $$ --metrics '{"tests": 12}'`;

const TOKENS_HELP = `
They are added to what the run has used so far.

Examples:
  sweatshop agents tokens builder-1 --prompt 12000 --completion 900`;

const FINISH_HELP = `
The ticket waits for review then: sweatshop agents approve or reject. The steps on the way are taken too.

Examples:
  sweatshop agents finish builder-1`;

const FAIL_HELP = `
The agent stands still until a person acts: it goes on with sweatshop agents set ID --status DEVELOPING,
or gives its ticket back with sweatshop agents stop.

Examples:
  sweatshop agents fail builder-1 "The tests need a database that is not there."
  ./work 2>&1 | tail -20 | sweatshop agents fail builder-1 -`;

type Heartbeat = {
  readonly pid?: number;
  readonly session?: string;
  readonly metrics?: Record<string, unknown>;
  readonly json?: boolean;
};
type Tokens = { readonly prompt?: number; readonly completion?: number; readonly json?: boolean };
type Json = { readonly json?: boolean };

/** Adds to the command `agents` what the program of an agent reports. */
export function addAgentsReports(parent: Command, context: CommandContext): void {
  addHeartbeat(parent, context);
  addTokens(parent, context);
  addFinish(parent, context);
  addFail(parent, context);
}

function addHeartbeat(parent: Command, context: CommandContext): void {
  parent
    .command('heartbeat')
    .summary('tell that an agent lives')
    .description('Notes that an agent lives, with what its program reports.')
    .argument('<id>', 'the agent')
    .addOption(valueOption('--pid <number>', 'its process', numberBy(PidSchema)))
    .addOption(
      valueOption('--session <id>', 'what its program needs to go on', parsedBy(LineSchema)),
    )
    .addOption(valueOption('--metrics <json>', 'what it counts', objectBy(JsonObjectSchema)))
    .option('--json', 'print the agent as JSON')
    .addHelpText('after', HEARTBEAT_HELP)
    .action(async (id: string, { json = false, pid, session, metrics }: Heartbeat) => {
      const agent = await useApp(context, async (api) => {
        const report = withoutUndefined({ pid, sessionId: session, metrics });
        return api.agents.heartbeat((await findAgent(api, id)).id, report);
      });
      printAgent(context, agent, json);
    });
}

function addTokens(parent: Command, context: CommandContext): void {
  parent
    .command('tokens')
    .summary('report used tokens')
    .description('Adds to the tokens that the present run of an agent has used.')
    .argument('<id>', 'the agent')
    .addOption(valueOption('--prompt <count>', 'prompt tokens', numberBy(CountSchema)))
    .addOption(valueOption('--completion <count>', 'completion tokens', numberBy(CountSchema)))
    .option('--json', 'print the run as JSON')
    .addHelpText('after', TOKENS_HELP)
    .action(async (id: string, { json = false, prompt, completion }: Tokens) => {
      if (prompt === undefined && completion === undefined) {
        throw new SweatShopError('InvalidInput', 'Give --prompt, --completion or both.');
      }
      const run = await useApp(context, async (api) => {
        const agent = await findAgent(api, id);
        const current = await api.runs.current(agent.id);
        if (current === null) {
          const message = `${agent.name} works on no ticket, so there is no run to add tokens to.`;
          throw new SweatShopError('Conflict', message, { agentId: agent.id });
        }
        return api.runs.addTokens(
          current.id,
          withoutUndefined({ promptTokens: prompt, completionTokens: completion }),
        );
      });
      if (json) printJson(context, run);
      else {
        const { promptTokensUsed, completionTokensUsed } = run;
        printLine(
          context,
          run.id,
          `${String(promptTokensUsed)} prompt, ${String(completionTokensUsed)} completion`,
        );
      }
    });
}

function addFinish(parent: Command, context: CommandContext): void {
  parent
    .command('finish')
    .summary('report that the work is done')
    .description('Reports that the work of an agent is ready for review.')
    .argument('<id>', 'the agent')
    .option('--json', 'print the agent as JSON')
    .addHelpText('after', FINISH_HELP)
    .action(async (id: string, { json = false }: Json) => {
      const agent = await useApp(context, async (api) =>
        api.agents.report((await findAgent(api, id)).id, { status: 'QA_READY' }),
      );
      printAgent(context, agent, json);
    });
}

function addFail(parent: Command, context: CommandContext): void {
  parent
    .command('fail')
    .summary('report that the work cannot go on')
    .description('Reports an error that stops an agent.')
    .argument('<id>', 'the agent')
    .argument('<message>', 'what went wrong; - reads it from standard input')
    .option('--json', 'print the agent as JSON')
    .addHelpText('after', FAIL_HELP)
    .action(async (id: string, text: string, { json = false }: Json) => {
      const message = await readText(context, text);
      const agent = await useApp(context, async (api) =>
        api.agents.fail((await findAgent(api, id)).id, message),
      );
      printAgent(context, agent, json);
    });
}
