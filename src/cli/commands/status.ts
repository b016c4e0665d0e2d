import type { Command } from 'commander';
import type { AppInfo } from '../../shared/contract/app.ts';
import { AGENT_STATUSES, type Agent, type AgentStatus } from '../../shared/entities/agent.ts';
import { TICKET_STATUSES, type TicketStatus } from '../../shared/entities/ticket.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { DbStatus } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { printJson, printRows } from '../output.ts';
import { formatPairs, formatTime } from '../table.ts';
import { toTerminalLine } from '../terminal-text.ts';

/** Something that stands still until a person acts. */
type Waiting = {
  readonly kind: 'question' | 'qa' | 'error' | 'gate' | 'vote';
  /** Of the agent, the gate or the proposal. */
  readonly id: string;
  /** The agent, the epic or the proposal. */
  readonly name: string;
  /** What is asked, was done or went wrong; empty where nothing was said. */
  readonly text: string;
  readonly since: string;
};

type Overview = {
  readonly version: string;
  /** How it runs; null where no SweatShop runs. */
  readonly runningIn: Exclude<AppInfo['host'], 'cli'> | null;
  readonly database: DbStatus;
  readonly tickets: Readonly<Record<TicketStatus, number>>;
  readonly agents: Readonly<Record<AgentStatus, number>>;
  /** The longest wait first. */
  readonly waiting: readonly Waiting[];
};

const AGENT_KINDS: Partial<Record<AgentStatus, Waiting['kind']>> = {
  NEEDS_INPUT: 'question',
  QA_READY: 'qa',
  ERROR: 'error',
};

const WAITS: Readonly<Record<Waiting['kind'], string>> = {
  question: 'asks',
  qa: 'ready for QA',
  error: 'error',
  gate: 'gate to approve',
  vote: 'vote is open',
};

const HOSTS = { electron: 'in its window', browser: 'for the browser' } as const;

const HELP = `
It shows one screen: what runs, the tickets in each column, what the agents do, and everything that
waits for a person: questions, work ready for QA, errors, gates, and votes.

Examples:
  sweatshop status
  sweatshop status --json`;

/** Adds `status`. */
export function addStatus(parent: Command, context: CommandContext): void {
  parent
    .command('status')
    .summary('tell what runs and what waits for you')
    .description('Tells what runs, where the tickets are and what waits for a person.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const overview = await useApp(context, readOverview);
      if (json) printJson(context, overview);
      else print(context, overview);
    });
}

async function readOverview(api: SweatShopApi): Promise<Overview> {
  const [info, database, agents, counts, waitingElsewhere] = await Promise.all([
    api.app.info(),
    api.db.status(),
    api.agents.list(),
    Promise.all(TICKET_STATUSES.map((status) => api.tickets.count({ status }))),
    Promise.all([listGates(api), listVotes(api)]),
  ]);
  const waiting = [...(await listAgents(api, agents)), ...waitingElsewhere.flat()];
  return {
    version: info.version,
    runningIn: info.host === 'cli' ? null : info.host,
    database: info.host === 'cli' ? { ...database, owner: null } : database,
    tickets: toRecord(TICKET_STATUSES, (_status, index) => counts[index] ?? 0),
    agents: toRecord(
      AGENT_STATUSES,
      (status) => agents.filter((agent) => agent.status === status).length,
    ),
    waiting: waiting.sort((one, other) => one.since.localeCompare(other.since)),
  };
}

async function listAgents(api: SweatShopApi, agents: readonly Agent[]): Promise<Waiting[]> {
  return Promise.all(
    agents.flatMap((agent) => {
      const kind = AGENT_KINDS[agent.status];
      return kind === undefined ? [] : [describeAgent(api, agent, kind)];
    }),
  );
}

async function describeAgent(
  api: SweatShopApi,
  { id, name, updatedAt }: Agent,
  kind: Waiting['kind'],
): Promise<Waiting> {
  const [last] = kind === 'qa' ? [] : await api.chat.history(id, { limit: 1 });
  return { kind, id, name, text: last?.content ?? '', since: updatedAt };
}

/** A gate waits only once its epic has come to it. */
async function listGates(api: SweatShopApi): Promise<Waiting[]> {
  const epics = await api.epics.list({ status: 'awaiting_gate' });
  const pending = await Promise.all(
    epics.map(async (epic) => {
      const gates = await api.gates.list({ epicId: epic.id, status: 'pending' });
      return gates
        .filter(({ stageId }) => stageId === epic.currentStageId)
        .map(({ id, description }): Waiting => {
          return { kind: 'gate', id, name: epic.title, text: description, since: epic.updatedAt };
        });
    }),
  );
  return pending.flat();
}

async function listVotes(api: SweatShopApi): Promise<Waiting[]> {
  const proposals = await api.proposals.list({ status: 'voting' });
  return proposals.map(({ id, title, votingDeadline, createdAt }) => ({
    ...{ kind: 'vote', id, name: title, since: createdAt },
    text: votingDeadline === undefined ? '' : `until ${formatTime(votingDeadline)}`,
  }));
}

function toRecord<Key extends string>(
  keys: readonly Key[],
  count: (key: Key, index: number) => number,
): Record<Key, number> {
  return Object.fromEntries(keys.map((key, index) => [key, count(key, index)])) as Record<
    Key,
    number
  >;
}

function print(context: CommandContext, overview: Overview): void {
  const { version, runningIn, database, tickets, agents, waiting } = overview;
  const { owner, path } = database;
  const running =
    runningIn === null
      ? 'not running'
      : `running ${HOSTS[runningIn]}${owner === null ? '' : `, process ${String(owner.pid)} on ${owner.host}`}`;
  context.stdout.write(
    formatPairs([
      ['SweatShop', `${version}, ${running}`],
      ['database', `${path} (${database.state})`],
      ['tickets', formatCounts(tickets, 'none')],
      ['agents', formatCounts(agents, 'none')],
    ]),
  );
  if (database.lastError) {
    context.stdout.write(`  ${toTerminalLine(database.lastError.message)}\n`);
  }
  context.stdout.write('\n');
  printRows(context, waiting, {
    json: false,
    empty: 'Nothing waits for you.',
    columns: [
      { head: 'WAITS FOR YOU', value: ({ kind }) => WAITS[kind] },
      { head: 'WHO', value: ({ name }) => name },
      { head: 'WHAT', value: ({ text }) => text, isFlexible: true },
      { head: 'SINCE', value: ({ since }) => formatTime(since) },
      { head: 'ID', value: ({ id }) => id },
    ],
  });
}

/** Gives the counts that are not zero, such as `backlog 3, ready 1`. */
function formatCounts(counts: Readonly<Record<string, number>>, none: string): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${name} ${String(count)}`).join(', ') || none;
}
