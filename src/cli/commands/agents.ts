import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addAgentsAsk } from './agents-ask.ts';
import { addAgentsDecisions } from './agents-decisions.ts';
import { addAgentsList } from './agents-list.ts';
import { addAgentsLog } from './agents-log.ts';
import { addAgentsReports } from './agents-reports.ts';
import { addAgentsSet } from './agents-set.ts';
import { addAgentsShow } from './agents-show.ts';

/** Adds the commands of `agents`. */
export function addAgents(parent: Command, context: CommandContext): void {
  addAgentsList(parent, context);
  addAgentsShow(parent, context);
  addAgentsSet(parent, context);
  addAgentsReports(parent, context);
  addAgentsAsk(parent, context);
  addAgentsLog(parent, context);
  addAgentsDecisions(parent, context);
}
