import path from 'node:path';
import type { Command } from 'commander';
import type { ImportNotice } from '../../core/importers/imported-ticket.ts';
import type { ParsedBacklog } from '../../core/importers/backlog-md/backlog-parser.ts';
import { planImport } from '../../core/importers/plan-import.ts';
import { toImportReport, type ImportReport } from '../../core/services/import-service.ts';
import { apiOf } from '../api-of-home.ts';
import { findBacklogFolder, readBacklogFolder } from '../backlog-folder.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { isHome, refuseDamaged } from '../home.ts';
import { ProgressLine } from '../progress-line.ts';
import { formatPairs } from '../table.ts';

const SOURCE = 'backlog-md';

type Options = { readonly dryRun?: boolean; readonly json?: boolean };

const HELP = `
DIR is the folder that holds tasks/ and completed/, or the project that has it as backlog/.
Nothing in it is ever changed.

A task becomes a ticket with its id, title, status, priority, labels, dependencies, dates, acceptance
criteria, and everything else of its text as the description. Other fields (assignee, milestone,
parent_task_id, references, …) have no place on the board yet and stay in the files.

The import is done as a whole or not at all. A file that cannot be read is named with the line and does
not stop the others. Tasks that are on the board already are left as they are, so it can be run again.

Examples:
  sweatshop import backlog-md ~/code/my-project
  sweatshop import backlog-md ~/code/my-project/backlog --dry-run
  sweatshop import backlog-md . --json`;

/** Adds `backlog-md` to the command `import`. */
export function addImportBacklogMd(parent: Command, context: CommandContext): void {
  parent
    .command('backlog-md')
    .summary('import the tasks of a Backlog.md folder')
    .description('Imports the tasks of a Backlog.md folder as tickets.')
    .argument('<dir>', 'the folder')
    .option('--dry-run', 'only tell what would be imported')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', HELP)
    .action(async (dir: string, options: Options) => {
      const root = await findBacklogFolder(dir);
      const { backlog, report } = options.dryRun
        ? await preview(context, root)
        : await runImport(context, root);
      if (options.json) printJson(context, root, options, backlog, report);
      else printReport(context, root, options, backlog, report);
      context.finish(backlog.failed > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done);
    });
}

type Outcome = { readonly backlog: ParsedBacklog; readonly report: ImportReport };

async function runImport(context: CommandContext, root: string): Promise<Outcome> {
  const progress = new ProgressLine(context.stderr);
  const home = await context.openHome(context.homePath(), { readOnly: false });
  try {
    await refuseDamaged(apiOf(home), home.path);
    const backlog = await readWithProgress(root, progress);
    const report = home.app.services.imports.importTickets(
      SOURCE,
      backlog.tickets,
      (done, total) => {
        progress.draw('Importing', done, total);
      },
    );
    return { backlog, report };
  } finally {
    progress.clear();
    await home.close();
  }
}

/** Finding out what an import would do must make no database, and change none. */
async function preview(context: CommandContext, root: string): Promise<Outcome> {
  const progress = new ProgressLine(context.stderr);
  const homePath = context.homePath();
  const home = isHome(homePath) ? await context.openHome(homePath, { readOnly: true }) : null;
  try {
    if (home) await refuseDamaged(apiOf(home), home.path);
    const backlog = await readWithProgress(root, progress);
    const report = home
      ? home.app.services.imports.preview(SOURCE, backlog.tickets)
      : toImportReport(planImport(backlog.tickets, []));
    return { backlog, report };
  } finally {
    progress.clear();
    await home?.close();
  }
}

function readWithProgress(root: string, progress: ProgressLine): Promise<ParsedBacklog> {
  return readBacklogFolder(root, (done, total) => {
    progress.draw('Reading', done, total);
  });
}

function printJson(
  { stdout }: CommandContext,
  folder: string,
  { dryRun = false }: Options,
  { failed, errors, warnings }: ParsedBacklog,
  report: ImportReport,
): void {
  const document = {
    ...{ source: SOURCE, folder, dryRun },
    ...report,
    ...{ failed, errors, warnings: [...warnings, ...report.warnings] },
  };
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

function printReport(
  { stdout, stderr }: CommandContext,
  root: string,
  { dryRun = false }: Options,
  backlog: ParsedBacklog,
  report: ImportReport,
): void {
  for (const warning of [...backlog.warnings, ...report.warnings]) {
    stderr.write(formatNotice(root, 'warning', warning));
  }
  for (const error of backlog.errors) stderr.write(formatNotice(root, 'error', error));
  stdout.write(
    `${dryRun ? `Nothing was imported from ${root}; it would be:` : `Imported ${root}:`}\n`,
  );
  stdout.write(
    formatPairs([
      ['created', report.created],
      ['already here', report.unchanged],
      ...(report.linked > 0 ? [['of these newly linked', report.linked] as const] : []),
      ['failed', backlog.failed],
    ]),
  );
  if (backlog.failed > 0) {
    stderr.write(
      'Correct the files named above and run the same command again; what is here already stays as it is.\n',
    );
  }
}

/** The form that editors and terminals turn into a link. */
function formatNotice(root: string, kind: string, { file, line, message }: ImportNotice): string {
  const place = line === null ? '' : `:${String(line)}`;
  return `${path.join(root, file)}${place}: ${kind}: ${message}\n`;
}
