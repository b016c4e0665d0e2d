import type { Command } from 'commander';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { Agent } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent } from '../find-row.ts';
import { readText } from '../options.ts';
import { printAgent } from '../print-agent.ts';

const ANSWER_HELP = `
It answers the question of an agent that waits, which goes on then; to an agent at work it is guidance.

Examples:
  sweatshop agents answer builder-1 "Take the blue one."
  sweatshop agents answer builder-1 - < answer.md`;

const APPROVE_HELP = `
Merging starts; sweatshop agents merge tells that it is done.

Examples:
  sweatshop agents approve builder-1`;

const MERGE_HELP = `
The ticket is merged, the run ends, and the agent is free for the next ticket.

Examples:
  sweatshop agents merge builder-1`;

const REJECT_HELP = `
Examples:
  sweatshop agents reject builder-1 --reason "The tests are missing."`;

const STOP_HELP = `
The run is cancelled and the ticket is ready again.

Examples:
  sweatshop agents stop builder-1 --reason "It goes in circles."`;

type Json = { readonly json?: boolean };

/** Adds to the command `agents` what people decide. */
export function addAgentsDecisions(parent: Command, context: CommandContext): void {
  const run = async (id: string, json: boolean, act: Act) => {
    const agent = await useApp(context, async (api) => act(api, await findAgent(api, id)));
    printAgent(context, agent, json);
  };
  decision(parent, 'answer', 'answer an agent', 'Answers the question of an agent.', ANSWER_HELP)
    .argument('<text>', 'the answer; - reads it from standard input')
    .action(async (id: string, text: string, { json = false }: Json) => {
      const content = await readText(context, text);
      await run(id, json, async (api, agent) => {
        await api.chat.send(agent.id, content);
        return (await api.agents.get(agent.id)) ?? agent;
      });
    });
  decision(
    ...([
      parent,
      'approve',
      'approve the work of an agent',
      'Approves the work of an agent.',
      APPROVE_HELP,
    ] as const),
  ).action((id: string, { json = false }: Json) =>
    run(id, json, (api, agent) => api.agents.approve(agent.id)),
  );
  decision(
    ...([
      parent,
      'merge',
      'tell that the work is merged',
      'Ends the approved work of an agent.',
      MERGE_HELP,
    ] as const),
  ).action((id: string, { json = false }: Json) =>
    run(id, json, (api, agent) => api.agents.merge(agent.id)),
  );
  decision(
    ...([
      parent,
      'reject',
      'send work back',
      'Sends the work of an agent back for rework.',
      REJECT_HELP,
    ] as const),
  )
    .requiredOption('--reason <text>', 'what is to be done better')
    .action((id: string, { json = false, reason }: Json & { readonly reason: string }) =>
      run(id, json, (api, agent) => api.agents.reject(agent.id, reason)),
    );
  decision(
    ...([
      parent,
      'stop',
      'take the ticket away',
      'Takes the ticket away from an agent.',
      STOP_HELP,
    ] as const),
  )
    .option('--reason <text>', 'why')
    .action((id: string, { json = false, reason }: Json & { readonly reason?: string }) =>
      run(id, json, (api, agent) =>
        reason === undefined ? api.agents.stop(agent.id) : api.agents.stop(agent.id, reason),
      ),
    );
}

type Act = (api: SweatShopApi, agent: Agent) => Promise<Agent>;

function decision(
  parent: Command,
  name: string,
  summary: string,
  description: string,
  help: string,
): Command {
  return parent
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<id>', 'the agent')
    .option('--json', 'print the agent as JSON')
    .addHelpText('after', help);
}
