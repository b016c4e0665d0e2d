import type { Command } from 'commander';
import * as v from 'valibot';
import { VOTE_DECISIONS, type VoteDecision } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent, findProposal } from '../find-row.ts';
import { choiceOption, numberBy, readText, valueOption } from '../options.ts';
import { printJson, printLine } from '../output.ts';

const HELP = `
An agent has one vote. The proposal is decided as soon as the votes still to come cannot change the outcome.

Examples:
  sweatshop vote prp_V1StGXR8 --agent reviewer-1 --decision approve --reason "It is simpler."
  sweatshop vote V1St --agent security-1 --decision reject --confidence 0.9 --reason - < why.md`;

type Options = {
  readonly agent: string;
  readonly decision: VoteDecision;
  readonly reason: string;
  readonly confidence?: number;
  readonly json?: boolean;
};

/** Adds the command `vote`. */
export function addVote(parent: Command, context: CommandContext): void {
  parent
    .command('vote')
    .summary('vote on a proposal')
    .description('Casts the vote of an agent on a proposal.')
    .argument('<proposal>', 'the proposal: its id, or how that starts')
    .requiredOption('--agent <id>', 'the agent that votes')
    .addOption(
      choiceOption('--decision <decision>', 'what it says', VOTE_DECISIONS).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why; - reads it from standard input')
    .addOption(
      valueOption(
        '--confidence <number>',
        'from 0, a guess, to 1, certain',
        numberBy(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      ),
    )
    .option('--json', 'print the vote and the proposal as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, options: Options) => {
      const { agent, decision, confidence, json = false } = options;
      const reasoning = await readText(context, options.reason);
      const outcome = await useApp(context, async (api) => {
        const proposal = await findProposal(api, id);
        const voterId = (await findAgent(api, agent)).id;
        return api.proposals.vote(proposal.id, {
          ...{ voterId, decision, reasoning },
          ...(confidence !== undefined && { confidence }),
        });
      });
      if (json) printJson(context, outcome);
      else printLine(context, outcome.proposal.id, outcome.proposal.status, outcome.proposal.title);
    });
}
