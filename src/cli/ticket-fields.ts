import type { Command } from 'commander';
import {
  TICKET_KINDS,
  TICKET_PRIORITIES,
  TICKET_SOURCES,
  TICKET_STATUSES,
  type TicketPatch,
} from '../shared/types.ts';
import { GithubNumberSchema, IdSchema, LineSchema } from '../shared/entities/fields.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import type { CommandContext } from './command-context.ts';
import { findProject, findTicket } from './find-row.ts';
import {
  choiceOption,
  clearableOption,
  listOption,
  NONE,
  orNull,
  numberBy,
  parsedBy,
  readText,
  readTextFile,
  valueOption,
} from './options.ts';
import { withoutUndefined } from './without-undefined.ts';

/** The options of {@link addTicketFields} as they are parsed. */
export type TicketFieldOptions = {
  readonly title?: string;
  readonly description?: string;
  readonly descriptionFile?: string;
  readonly acceptance?: string;
  readonly acceptanceFile?: string;
  readonly status?: TicketPatch['status'];
  readonly priority?: TicketPatch['priority'];
  readonly kind?: TicketPatch['kind'];
  readonly source?: TicketPatch['source'];
  readonly label?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly plan?: readonly string[];
  readonly project?: string;
  readonly epic?: string;
  readonly stage?: string;
  readonly agentType?: string;
  readonly externalId?: string;
  readonly branch?: string;
  readonly worktree?: string;
  readonly repoPath?: string;
  readonly repoUrl?: string;
  readonly githubId?: number | typeof NONE;
  readonly githubUrl?: string;
};

const line = parsedBy(LineSchema);
const id = parsedBy(IdSchema);

/** Adds an option for each field of a ticket that people set. */
export function addTicketFields(command: Command): Command {
  return command
    .addOption(valueOption('--title <title>', 'one line', line))
    .option('--description <markdown>', 'what is to be done; - reads it from standard input')
    .option('--description-file <file>', 'the same from a file')
    .option('--acceptance <markdown>', 'when it is done; - reads it from standard input')
    .option('--acceptance-file <file>', 'the same from a file')
    .addOption(choiceOption('--status <status>', 'its column', TICKET_STATUSES))
    .addOption(choiceOption('--priority <priority>', 'how much it matters', TICKET_PRIORITIES))
    .addOption(choiceOption('--kind <kind>', 'what kind of work it is', TICKET_KINDS))
    .addOption(choiceOption('--source <source>', 'the system it comes from', TICKET_SOURCES))
    .addOption(listOption('--label <labels>', 'its labels, separated by commas', line))
    .addOption(listOption('--depends-on <ids>', 'the tickets it waits for', id))
    .addOption(listOption('--plan <types>', 'the worker types that work on it, in order', line))
    .addOption(clearableOption('--project <project>', 'id or repository name', line))
    .addOption(clearableOption('--epic <id>', 'the epic it belongs to', id))
    .addOption(clearableOption('--stage <id>', 'the stage of the epic', id))
    .addOption(clearableOption('--agent-type <type>', 'the type of agent it is for', line))
    .addOption(clearableOption('--external-id <id>', 'the id that its source gave it', line))
    .addOption(clearableOption('--branch <branch>', 'the branch of the work', line))
    .addOption(clearableOption('--worktree <path>', 'the worktree of the work', line))
    .addOption(clearableOption('--repo-path <path>', 'the repository on this machine', line))
    .addOption(clearableOption('--repo-url <url>', 'the repository elsewhere', line))
    .addOption(
      clearableOption('--github-id <number>', 'its GitHub issue', numberBy(GithubNumberSchema)),
    )
    .addOption(clearableOption('--github-url <url>', 'the address of that issue', line));
}

/**
 * Gives the fields that the options name.
 *
 * @throws SweatShopError NotFound for a project or ticket; InvalidInput for a text that cannot be read.
 */
export async function toTicketFields(
  context: CommandContext,
  api: SweatShopApi,
  options: TicketFieldOptions,
  texts: TicketTexts,
): Promise<TicketPatch> {
  const { title, status, priority, kind, source } = options;
  const project = orNull(options.project);
  return withoutUndefined({
    ...{ title, status, priority, kind, source, ...texts },
    labels: withoutNone(options.label),
    dependsOn: await findAll(api, withoutNone(options.dependsOn)),
    executionPlan: withoutNone(options.plan),
    projectId: typeof project === 'string' ? (await findProject(api, project)).id : project,
    epicId: orNull(options.epic),
    stageId: orNull(options.stage),
    agentType: orNull(options.agentType),
    externalId: orNull(options.externalId),
    branchName: orNull(options.branch),
    worktreePath: orNull(options.worktree),
    repoPath: orNull(options.repoPath),
    repoUrl: orNull(options.repoUrl),
    githubId: orNull(options.githubId),
    githubUrl: orNull(options.githubUrl),
  });
}

/** The long texts of a ticket, as far as options give them. */
export type TicketTexts = Pick<TicketPatch, 'description' | 'acceptanceCriteria'>;

/** Reads the long texts; before the application is asked, for standard input may take its time. */
export async function readTicketTexts(
  context: CommandContext,
  options: TicketFieldOptions,
): Promise<TicketTexts> {
  const { description, descriptionFile, acceptance, acceptanceFile } = options;
  const read = async (text: string | undefined, file: string | undefined) => {
    if (file !== undefined) return readTextFile(context, file);
    return text === undefined ? undefined : readText(context, text);
  };
  return withoutUndefined({
    description: await read(description, descriptionFile),
    acceptanceCriteria: await read(acceptance, acceptanceFile),
  });
}

async function findAll(
  api: SweatShopApi,
  names: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (names === undefined) return undefined;
  return Promise.all(names.map(async (name) => (await findTicket(api, name)).id));
}

/** A list is cleared by the word that clears other fields. */
function withoutNone(values: readonly string[] | undefined): string[] | undefined {
  return values?.length === 1 && values[0] === NONE ? [] : values && [...values];
}
