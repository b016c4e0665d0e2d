import type { Agent } from '../shared/types.ts';
import type { CommandContext } from './command-context.ts';
import { printJson, printLine } from './output.ts';

/** Writes how an agent stands after a command that was about it. */
export function printAgent(context: CommandContext, agent: Agent, json: boolean): void {
  if (json) printJson(context, agent);
  else printLine(context, agent.id, agent.status, agent.name);
}
