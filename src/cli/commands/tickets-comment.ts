import type { Command } from 'commander';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findAgent, findTicket } from '../find-row.ts';
import { readText } from '../options.ts';
import { printJson, printLine } from '../output.ts';

const HELP = `
Examples:
  sweatshop tickets comment tkt_V1StGXR8 "Done as agreed."
  ./summary | sweatshop tickets comment V1St - --agent builder-1`;

type Options = { readonly agent?: string; readonly json?: boolean };

/** Adds `comment` to the command `tickets`. */
export function addTicketsComment(parent: Command, context: CommandContext): void {
  parent
    .command('comment')
    .summary('write a comment on a ticket')
    .description('Writes a comment on a ticket.')
    .argument('<id>', 'the ticket')
    .argument('<text>', 'the comment, in Markdown; - reads it from standard input')
    .option('--agent <id>', 'the agent that writes it; without one it is a person')
    .option('--json', 'print the comment as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, text: string, { agent, json = false }: Options) => {
      const content = await readText(context, text);
      const comment = await useApp(context, async (api) => {
        const ticket = await findTicket(api, id);
        const author = agent === undefined ? null : await findAgent(api, agent);
        return api.comments.create({
          ...{ ticketId: ticket.id, content },
          ...(author && { workerId: author.id, workerType: author.agentType }),
        });
      });
      if (json) printJson(context, comment);
      else printLine(context, comment.id);
    });
}
