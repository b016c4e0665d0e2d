import { styleText } from 'node:util';
import type { Command } from 'commander';
import { SearchQuerySchema } from '../../shared/entities/search.ts';
import { SEARCH_KINDS, type SearchHit, type SearchKind } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findProject } from '../find-row.ts';
import { choicesOption, numberBy, valueOption } from '../options.ts';
import { printJson, printLine } from '../output.ts';
import { toTerminalLine } from '../terminal-text.ts';

const HELP = `
Every word must occur; words in double quotes must follow each other, and the last word also finds what
starts with it. Nothing else in the text has a meaning of its own.

Examples:
  sweatshop search passkey
  sweatshop search '"log in" mobile' --kind ticket,comment --limit 5
  sweatshop search time --json`;

type Options = {
  readonly kind?: SearchKind[];
  readonly project?: string;
  readonly archived?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
};

/** Adds the command `search`. */
export function addSearch(parent: Command, context: CommandContext): void {
  parent
    .command('search')
    .summary('search everything')
    .description('Looks through tickets, comments, conversations, logs and artifacts.')
    .argument('<text...>', 'what to look for')
    .addOption(choicesOption('--kind <kinds>', 'only in these', SEARCH_KINDS))
    .option('--project <project>', 'only what belongs to this project')
    .option('--archived', 'archived tickets too')
    .addOption(
      valueOption(
        '--limit <count>',
        'how many at most (default: 20)',
        numberBy(SearchQuerySchema.entries.limit.wrapped),
      ),
    )
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', HELP)
    .action(async (words: string[], options: Options) => {
      const { kind, project, archived, limit, json = false } = options;
      const hits = await useApp(context, async (api) =>
        api.search.find({
          text: words.join(' '),
          ...(kind && { kind }),
          ...(project !== undefined && { projectId: (await findProject(api, project)).id }),
          ...(archived && { includeArchived: true }),
          ...(limit !== undefined && { limit }),
        }),
      );
      if (json) printJson(context, hits);
      else printHits(context, hits);
    });
}

function printHits(context: CommandContext, hits: readonly SearchHit[]): void {
  const { stdout } = context;
  if (hits.length === 0) printLine(context, 'Nothing was found.');
  for (const { kind, id, title, ticketId, snippet } of hits) {
    const about = ticketId === undefined || ticketId === id ? [] : [ticketId];
    printLine(context, kind, id, ...about, title);
    stdout.write(`  ${formatSnippet(snippet, stdout.isTTY ?? false)}\n`);
  }
}

/** Parts meet without a space where the text has none. */
function formatSnippet(parts: SearchHit['snippet'], isTerminal: boolean): string {
  return parts
    .map(({ text, isMatch }) => {
      const harmless = toTerminalLine(`|${text}|`).slice(1, -1);
      return isMatch && isTerminal
        ? styleText('bold', harmless, { validateStream: false })
        : harmless;
    })
    .join('')
    .trim();
}
