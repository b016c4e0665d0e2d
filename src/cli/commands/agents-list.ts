import type { Command } from 'commander';
import { AGENT_STATUSES, WAITING_AGENT_STATUSES, type AgentStatus } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { choicesOption } from '../options.ts';
import { printRows } from '../output.ts';
import { formatTime } from '../table.ts';

const HELP = `
An agent that is NEEDS_INPUT, QA_READY or ERROR stands still until a person acts: see sweatshop agents
answer, approve, reject and stop.

Examples:
  sweatshop agents list
  sweatshop agents list --waiting
  sweatshop agents list --status DEVELOPING --json`;

type Options = {
  readonly status?: readonly AgentStatus[];
  readonly waiting?: boolean;
  readonly json?: boolean;
};

/** Adds `list` to the command `agents`. */
export function addAgentsList(parent: Command, context: CommandContext): void {
  parent
    .command('list')
    .summary('list agents')
    .description('Lists agents, the oldest first.')
    .addOption(choicesOption('--status <statuses>', 'only in one of these', AGENT_STATUSES))
    .option('--waiting', 'only those that wait for a person')
    .option('--json', 'print the agents as JSON')
    .addHelpText('after', HELP)
    .action(async ({ status, waiting = false, json = false }: Options) => {
      const agents = await useApp(context, (api) => api.agents.list());
      const shown = agents
        .filter((agent) => status === undefined || status.includes(agent.status))
        .filter((agent) => !waiting || WAITING_AGENT_STATUSES.includes(agent.status));
      printRows(context, shown, {
        json,
        columns: [
          { head: 'ID', value: ({ id }) => id },
          { head: 'NAME', value: ({ name }) => name, isFlexible: true },
          { head: 'STATUS', value: ({ status: present }) => present },
          { head: 'TYPE', value: ({ agentType }) => agentType },
          { head: 'TICKET', value: ({ assignedTicketId }) => assignedTicketId },
          {
            head: 'LAST SEEN',
            value: ({ lastHeartbeatAt }) => lastHeartbeatAt && formatTime(lastHeartbeatAt),
          },
        ],
        empty: 'There are no such agents.',
      });
    });
}
