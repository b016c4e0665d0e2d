import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { ParsedSource } from '../../core/importers/import-row.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ImportReport } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { hasDatabase } from '../home.ts';
import { printImport, type ImportOutcome } from '../import-report.ts';
import { uploadSource } from '../import-upload.ts';
import { ProgressLine } from '../progress-line.ts';
import { listReaders, lookAt, recognise } from '../sources/find-source.ts';
import { readMapping } from '../sources/read-mapping.ts';
import { sourceReaders } from '../sources/source-readers.ts';
import type { SourceCandidate, SourceReader } from '../sources/source-reader.ts';
import { toTerminalLine } from '../terminal-text.ts';

/** Beyond this a backup is made sooner than it is found out whether one is needed. */
const MAX_ROWS_TO_TRY = 10_000;

type Options = {
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly map?: readonly string[];
  readonly mapping?: string;
  readonly source?: string;
  readonly adopt?: boolean;
};

const HELP = `
What can be imported:
${listReaders(sourceReaders)}

Nothing in the source is ever changed. What it is, is told from its content, unless you name it.

The import is done as a whole or not at all, and it can be run again: a row that is here already takes
over what changed in the source, keeps what was changed here, and both are reported where they differ.
What was deleted here stays deleted. Every row is kept as it was in the table import_records, with what
has no place of its own. Before it changes a database that is there, it makes a backup, and names it.

Tables (csv, json): the names of columns are understood as other boards write them, in any case; --map
says what they do not. A row with an id is that ticket in every import; one without is told by its title.
Give --source for each system whose ids begin anew, or tickets of one take those of another for theirs.
A table with a row that is no ticket, or with two of the same id, is refused as a whole.

Examples:
  sweatshop import ~/code/my-project
  sweatshop import backlog-md ~/code/my-project/backlog --dry-run
  sweatshop import tickets.csv --map "What=title" --map "Owner=ignore"
  sweatshop import export.json --source deathmark
  gh issue list --state all --limit 1000 --json number,title,body,labels,state,stateReason,createdAt,updatedAt,closedAt,url,comments > issues.json
  sweatshop import issues.json --json`;

/** Adds `import`. */
export function addImport(parent: Command, context: CommandContext): void {
  parent
    .command('import')
    .summary('bring in tickets and more from elsewhere')
    .description(
      'Brings in what other systems wrote, and takes over their changes when it is run again.',
    )
    .usage('[options] [from] <path>')
    .argument('<path...>', 'the file or folder; before it, where need be, the name of what it is')
    .option('--from <name>', 'what the source is, the same as before the path')
    .option('--dry-run', 'only tell what would be imported')
    .option('--map <column=field>', 'what a column becomes, or ignore (again for more)', collect)
    .option('--mapping <file>', 'the same for many columns, as a JSON object')
    .option('--source <name>', 'the system that a table comes from, such as deathmark')
    .option('--adopt', 'set the files of the source aside afterwards, as agent-farm itself does')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', HELP)
    .action((words: readonly string[], options: Options, command: Command) =>
      runImport(context, command, words, options),
    );
}

async function runImport(
  context: CommandContext,
  command: Command,
  words: readonly string[],
  options: Options,
): Promise<void> {
  const { from, path: name } = divideWords(command, words, options);
  const named = from === undefined ? null : readerCalled(command, from);
  const candidate = await lookAt(name);
  const reader = named ?? (await recognise(candidate, sourceReaders));
  checkOptions(command, reader, options);
  if (!named) {
    context.stderr.write(
      `${toTerminalLine(candidate.path)} is ${reader.name}: ${reader.summary}.\n`,
    );
  }
  const progress = new ProgressLine(context.stderr);
  try {
    const parsed = await reader.read(candidate, {
      onProgress: (done, total) => {
        progress.draw('Reading', done, total);
      },
      mapping: await readMapping(options.map ?? [], options.mapping ?? null),
      system: options.source ?? null,
      readWasm: context.readWasm,
    });
    const outcome = await importInto(context, parsed, progress, options);
    progress.clear();
    const isComplete = outcome.notices.every(({ severity }) => severity !== 'error');
    const adopted =
      options.adopt && isComplete && !outcome.dryRun ? await adopt(reader, candidate) : [];
    printImport(context, { ...outcome, adopted }, options.json ?? false);
    context.finish(isComplete ? EXIT_CODES.done : EXIT_CODES.incomplete);
  } finally {
    progress.clear();
  }
}

async function importInto(
  context: CommandContext,
  parsed: ParsedSource,
  progress: ProgressLine,
  { dryRun = false }: Options,
): Promise<Omit<ImportOutcome, 'adopted'>> {
  const isThere = hasDatabase(context.homePath());
  const work = async (api: SweatShopApi) => {
    const upload = (isTrial: boolean) =>
      uploadSource(api, parsed, isTrial, (label, done, total) => {
        progress.draw(label, done, total);
      });
    // One that changes nothing, as each but the first of a nightly import, shall not leave a copy behind every time.
    const isKept =
      isThere &&
      !dryRun &&
      (parsed.rows.length > MAX_ROWS_TO_TRY || changesRows(await upload(true)));
    const backup = isKept ? await api.db.backup() : null;
    const report = await upload(dryRun);
    return { ...report, notices: [...parsed.notices, ...report.notices], backup };
  };
  if (!dryRun) return useApp(context, work, { create: true });
  if (isThere) return useApp(context, work, { readOnly: true });
  return inTemporaryHome(context, (temporary) =>
    useApp(temporary, work, { create: true, readOnly: true }),
  );
}

function changesRows({ counts }: ImportReport): boolean {
  return counts.some(({ created, changed }) => created + changed > 0);
}

/** Finding out what an import would do must make no database. */
async function inTemporaryHome<T>(
  context: CommandContext,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'sweatshop-'));
  try {
    return await work({ ...context, homePath: () => folder });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

async function adopt(reader: SourceReader, candidate: SourceCandidate): Promise<readonly string[]> {
  return (await reader.adopt?.(candidate)) ?? [];
}

function divideWords(
  command: Command,
  words: readonly string[],
  { from }: Options,
): { readonly from: string | undefined; readonly path: string } {
  const [first = '', second, ...more] = words;
  if (more.length > 0) command.error('error: Name one file or folder at a time.');
  if (second === undefined) {
    if (from === undefined && sourceReaders.some(({ name }) => name === first)) {
      command.error(`error: Name the file or folder: sweatshop import ${first} PATH.`);
    }
    return { from, path: first };
  }
  if (from !== undefined)
    command.error('error: Say what the source is once, with --from or before the path.');
  return { from: first, path: second };
}

function readerCalled(command: Command, name: string): SourceReader {
  const reader = sourceReaders.find((reader) => reader.name === name);
  return (
    reader ??
    command.error(
      `error: "${name}" is no source that is known. There are:\n${listReaders(sourceReaders)}`,
    )
  );
}

function checkOptions(command: Command, reader: SourceReader, options: Options): void {
  const { map, mapping, source } = options;
  const isTable = [map, mapping, source].some((option) => option !== undefined);
  if (isTable && !reader.isTable) {
    command.error(
      `error: --map, --mapping and --source are for tables; ${reader.name} says itself what is what.`,
    );
  }
  if (options.adopt && !reader.adopt) {
    command.error(`error: --adopt is not for ${reader.name}: its files stay as they are.`);
  }
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
