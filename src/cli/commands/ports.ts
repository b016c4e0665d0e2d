import path from 'node:path';
import type { Command } from 'commander';
import { PidSchema } from '../../shared/entities/fields.ts';
import { PORT_BLOCK_SIZE, type PortAllocation } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findProject } from '../find-row.ts';
import { numberBy, valueOption } from '../options.ts';
import { printJson, printLine, printRows } from '../output.ts';
import { formatTime } from '../table.ts';

const ALLOCATE_HELP = `
A folder has one block of a hundred ports and keeps it: asked again, it gives the same. The first of them
is printed. Two folders never get the same, however many ask at once.

Examples:
  sweatshop ports allocate .
  PORT=$(sweatshop ports allocate ~/code/shop --pid $$)`;

const LIST_HELP = `
Examples:
  sweatshop ports list
  sweatshop ports list --json`;

const CLEAN_UP_HELP = `
Examples:
  sweatshop ports cleanup`;

const RELEASE_HELP = `
Examples:
  sweatshop ports release ~/code/shop`;

type Json = { readonly json?: boolean };

/** Adds the commands of `ports`. */
export function addPorts(parent: Command, context: CommandContext): void {
  parent
    .command('allocate')
    .summary('give a folder its ports')
    .description('Gives a project folder its block of ports.')
    .argument('<path>', 'the folder')
    .addOption(valueOption('--pid <number>', 'the process that uses them', numberBy(PidSchema)))
    .option('--project <project>', 'the project of the folder: id or repository name')
    .option('--json', 'print the block as JSON')
    .addHelpText('after', ALLOCATE_HELP)
    .action(
      async (
        folder: string,
        options: Json & { readonly pid?: number; readonly project?: string },
      ) => {
        const { json = false, pid, project } = options;
        const block = await useApp(
          context,
          async (api) =>
            api.ports.allocate({
              projectPath: path.resolve(folder),
              ...(pid !== undefined && { pid }),
              ...(project !== undefined && { projectId: (await findProject(api, project)).id }),
            }),
          { create: true },
        );
        if (json) printJson(context, block);
        else context.stdout.write(`${String(block.basePort)}\n`);
      },
    );
  parent
    .command('list')
    .summary('list the blocks of ports')
    .description('Lists the blocks of ports that folders have.')
    .option('--json', 'print the blocks as JSON')
    .addHelpText('after', LIST_HELP)
    .action(async ({ json = false }: Json) => {
      const blocks = await useApp(context, (api) => api.ports.list());
      printBlocks(context, blocks, json, 'No folder has ports.');
    });
  parent
    .command('cleanup')
    .summary('free ports that nobody uses')
    .description(
      'Frees the blocks of folders that are gone and of processes that ended, and lists them.',
    )
    .option('--json', 'print the freed blocks as JSON')
    .addHelpText('after', CLEAN_UP_HELP)
    .action(async ({ json = false }: Json) => {
      const freed = await useApp(context, (api) => api.ports.cleanUp());
      printBlocks(context, freed, json, 'All blocks are in use.');
    });
  parent
    .command('release')
    .summary('free the ports of a folder')
    .description('Frees the block of ports of a project folder.')
    .argument('<path>', 'the folder')
    .option('--json', 'print the folder as JSON')
    .addHelpText('after', RELEASE_HELP)
    .action(async (folder: string, { json = false }: Json) => {
      const projectPath = path.resolve(folder);
      await useApp(context, (api) => api.ports.release(projectPath));
      if (json) printJson(context, { projectPath });
      else printLine(context, `The ports of ${projectPath} are free.`);
    });
}

function printBlocks(
  context: CommandContext,
  blocks: readonly PortAllocation[],
  json: boolean,
  empty: string,
): void {
  printRows(context, blocks, {
    json,
    columns: [
      {
        head: 'PORTS',
        value: ({ basePort }) => `${String(basePort)}–${String(basePort + PORT_BLOCK_SIZE - 1)}`,
      },
      { head: 'FOLDER', value: ({ projectPath }) => projectPath, isFlexible: true },
      { head: 'PROCESS', value: ({ pid }) => pid },
      { head: 'LAST USED', value: ({ lastUsedAt }) => formatTime(lastUsedAt) },
    ],
    empty,
  });
}
