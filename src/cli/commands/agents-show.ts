import type { Command } from 'commander';
import type { Agent, ChatMessage, Ticket, TicketRun } from '../../shared/types.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent } from '../find-row.ts';
import { printFacts, printJson, printText } from '../output.ts';
import { formatTime } from '../table.ts';

const CONVERSATION_LENGTH = 20;

type AgentDetail = Agent & {
  readonly ticket: Ticket | null;
  readonly run: TicketRun | null;
  /** The last messages, the oldest first. */
  readonly conversation: readonly ChatMessage[];
};

const HELP = `
Examples:
  sweatshop agents show builder-1
  sweatshop agents show builder-1 --json`;

/** Adds `show` to the command `agents`. */
export function addAgentsShow(parent: Command, context: CommandContext): void {
  parent
    .command('show')
    .summary('show all of an agent')
    .description('Shows an agent with its ticket, its run and the last of its conversation.')
    .argument('<id>', 'the agent: its id, how that starts, or its name')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { json = false }: { readonly json?: boolean }) => {
      const detail = await useApp(context, async (api) => detailOf(api, await findAgent(api, id)));
      if (json) printJson(context, detail);
      else printAgent(context, detail);
    });
}

async function detailOf(api: SweatShopApi, agent: Agent): Promise<AgentDetail> {
  const [ticket, run, conversation] = await Promise.all([
    agent.assignedTicketId === undefined ? null : api.tickets.get(agent.assignedTicketId),
    api.runs.current(agent.id),
    api.chat.history(agent.id, { limit: CONVERSATION_LENGTH }),
  ]);
  return { ...agent, ticket, run, conversation };
}

function printAgent(context: CommandContext, agent: AgentDetail): void {
  const { ticket, run } = agent;
  printFacts(context, [
    ['id', agent.id],
    ['name', agent.name],
    ['status', agent.status],
    ['type', agent.agentType],
    ['ticket', ticket && `${ticket.id}  ${ticket.title}`],
    ['project', agent.projectId],
    ['branch', agent.branchName],
    ['worktree', agent.worktreePath],
    ['org', agent.assignedOrgAlias],
    ['process', agent.pid],
    ['port', agent.port],
    ['command', agent.command],
    ['last seen', agent.lastHeartbeatAt && formatTime(agent.lastHeartbeatAt)],
    ['metrics', agent.metrics && JSON.stringify(agent.metrics)],
    ['run since', run && formatTime(run.startedAt)],
    ['prompt tokens', run?.promptTokensUsed],
    ['completion tokens', run?.completionTokensUsed],
    ['interventions', run?.humanInterventionCount],
  ]);
  for (const { role, timestamp, content } of agent.conversation) {
    printText(context, `${role}, ${formatTime(timestamp)}`, content);
  }
}
