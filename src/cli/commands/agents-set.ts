import type { Command } from 'commander';
import {
  IdSchema,
  JsonObjectSchema,
  LineSchema,
  PidSchema,
  PortSchema,
} from '../../shared/entities/fields.ts';
import type { AgentPatch, AgentStatus } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findProject } from '../find-row.ts';
import type { NONE } from '../options.ts';
import {
  choiceOption,
  clearableOption,
  numberBy,
  objectBy,
  orNull,
  parsedBy,
  valueOption,
} from '../options.ts';
import { printAgent } from '../print-agent.ts';
import { withoutUndefined } from '../without-undefined.ts';

/** The steps that take no words; the others have a command of their own. */
const REPORTED_STATUSES = [
  'BRANCHING',
  'DEVELOPING',
  'PROVISIONING',
  'QA_READY',
  'MERGING',
  'IDLE',
] as const satisfies readonly AgentStatus[];

const HELP = `
An agent that nobody has met yet appears under the id. What is not named stays as it is; none clears a
field. A status further on in the work is reached through those between: BRANCHING, DEVELOPING,
PROVISIONING, QA_READY. To ask is sweatshop agents ask, to report an error sweatshop agents fail.

Examples:
  sweatshop agents set builder-1 --pid $$ --worktree "$PWD" --type coder
  sweatshop agents set builder-1 --status DEVELOPING --branch passkeys
  sweatshop agents set builder-1 --port none --json`;

type Options = {
  readonly name?: string;
  readonly status?: (typeof REPORTED_STATUSES)[number];
  readonly type?: string;
  readonly project?: string;
  readonly branch?: string;
  readonly worktree?: string;
  readonly pid?: number | typeof NONE;
  readonly port?: number | typeof NONE;
  readonly queue?: string;
  readonly session?: string;
  readonly command?: string;
  readonly metrics?: Record<string, unknown> | typeof NONE;
  readonly json?: boolean;
};

const line = parsedBy(LineSchema);

/** Adds `set` to the command `agents`. */
export function addAgentsSet(parent: Command, context: CommandContext): void {
  parent
    .command('set')
    .summary('tell what an agent is and does')
    .description('Stores what the program of an agent says of it.')
    .argument('<id>', 'the id of the agent, as a whole', parsedBy(IdSchema))
    .addOption(valueOption('--name <name>', 'what people call it', line))
    .addOption(choiceOption('--status <status>', 'how far it is', REPORTED_STATUSES))
    .addOption(valueOption('--type <type>', 'coder, reviewer, … or a worker type', line))
    .addOption(clearableOption('--project <project>', 'id or repository name', line))
    .addOption(clearableOption('--branch <branch>', 'the branch it works on', line))
    .addOption(clearableOption('--worktree <path>', 'the folder it works in', line))
    .addOption(clearableOption('--pid <number>', 'its process', numberBy(PidSchema)))
    .addOption(clearableOption('--port <number>', 'its port', numberBy(PortSchema)))
    .addOption(clearableOption('--queue <name>', 'the queue it takes tickets from', line))
    .addOption(clearableOption('--session <id>', 'what its program needs to go on', line))
    .addOption(clearableOption('--command <command>', 'what starts it', line))
    .addOption(clearableOption('--metrics <json>', 'what it counts', objectBy(JsonObjectSchema)))
    .option('--json', 'print the agent as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { json = false, ...options }: Options) => {
      const agent = await useApp(
        context,
        async (api) => {
          const { name, status, type } = options;
          const project = orNull(options.project);
          const patch: AgentPatch = withoutUndefined({
            ...{ name, status, agentType: type },
            projectId: typeof project === 'string' ? (await findProject(api, project)).id : project,
            branchName: orNull(options.branch),
            worktreePath: orNull(options.worktree),
            pid: orNull(options.pid),
            port: orNull(options.port),
            queueName: orNull(options.queue),
            sessionId: orNull(options.session),
            command: orNull(options.command),
            metrics: orNull(options.metrics),
          });
          return api.agents.report(id, patch);
        },
        { create: true },
      );
      printAgent(context, agent, json);
    });
}
