import type { Command } from 'commander';
import type { Agent, Comment, EventRecord, Ticket, TicketRun } from '../../shared/types.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findTicket } from '../find-row.ts';
import { printFacts, printJson, printText } from '../output.ts';
import { formatTime } from '../table.ts';
import { toTerminalLine } from '../terminal-text.ts';

const HISTORY_LENGTH = 50;

type Related = Pick<Ticket, 'id' | 'title' | 'status'>;

/** A ticket with everything that hangs on it. */
type TicketDetail = Ticket & {
  readonly agent: Agent | null;
  /** Those of `dependsOn`, as far as they exist. */
  readonly dependencies: readonly Related[];
  /** The ids out of `dependsOn` that hold it up. */
  readonly blockedBy: readonly string[];
  readonly runs: readonly TicketRun[];
  readonly comments: readonly Comment[];
  /** The newest first. */
  readonly history: readonly EventRecord[];
};

const HELP = `
ID is the id of the ticket, at least four characters with which it starts, or the id its source gave it.

Examples:
  sweatshop tickets show tkt_V1StGXR8
  sweatshop tickets show V1St
  sweatshop tickets show TASK-12 --json`;

/** Adds `show` to the command `tickets`. */
export function addTicketsShow(parent: Command, context: CommandContext): void {
  parent
    .command('show')
    .summary('show all of a ticket')
    .description('Shows a ticket with what it waits for, its runs, comments and history.')
    .argument('<id>', 'the ticket')
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { json = false }: { readonly json?: boolean }) => {
      const detail = await useApp(context, async (api) => detailOf(api, await findTicket(api, id)));
      if (json) printJson(context, detail);
      else printTicket(context, detail);
    });
}

async function detailOf(api: SweatShopApi, ticket: Ticket): Promise<TicketDetail> {
  const { id, assignedAgentId, dependsOn } = ticket;
  const [agent, cards, runs, comments, history] = await Promise.all([
    assignedAgentId === undefined ? null : api.agents.get(assignedAgentId),
    api.tickets.cards({ ids: [id, ...dependsOn], archived: 'include' }),
    api.runs.list(id),
    api.comments.list({ ticketId: id }),
    api.events.list({ ticketId: id, limit: HISTORY_LENGTH }),
  ]);
  const own = cards.find((card) => card.id === id);
  const dependencies = cards
    .filter((card) => card.id !== id)
    .map(({ title, status, ...card }) => ({ id: card.id, title, status }));
  return {
    ...ticket,
    agent,
    dependencies,
    blockedBy: own?.blockedBy ?? [],
    runs,
    comments,
    history,
  };
}

function printTicket(context: CommandContext, ticket: TicketDetail): void {
  printFacts(context, [
    ['id', ticket.id],
    ['title', ticket.title],
    ['status', ticket.status],
    ['priority', ticket.priority],
    ['kind', ticket.kind],
    ['labels', ticket.labels.join(', ')],
    ['agent', ticket.agent && `${ticket.agent.name} (${ticket.agent.id}), ${ticket.agent.status}`],
    ['for agents', ticket.agentType],
    ['plan', formatPlan(ticket)],
    ['project', ticket.projectId],
    ['epic', ticket.epicId],
    ['stage', ticket.stageId],
    ['branch', ticket.branchName],
    ['worktree', ticket.worktreePath],
    ['repository', ticket.repoPath ?? ticket.repoUrl],
    ['GitHub', ticket.githubUrl ?? ticket.githubId],
    ['source', ticket.source],
    ['external id', ticket.externalId],
    ['created', formatTime(ticket.createdAt)],
    ['changed', formatTime(ticket.updatedAt)],
    ['archived', ticket.archivedAt && formatTime(ticket.archivedAt)],
  ]);
  printText(context, 'Description', ticket.description);
  printText(context, 'Acceptance criteria', ticket.acceptanceCriteria);
  printLines(context, 'Waits for', ticket.dependencies, ({ id, title, status }) => {
    return `${ticket.blockedBy.includes(id) ? status : 'done'}  ${id}  ${title}`;
  });
  printLines(context, 'Runs', ticket.runs, formatRun);
  for (const { createdAt, workerId, workerType, content } of ticket.comments) {
    const author = toTerminalLine(workerId ?? workerType ?? 'a person');
    printText(context, `Comment of ${author}, ${formatTime(createdAt)}`, content);
  }
  printLines(context, 'History, the newest first', ticket.history, formatEvent);
}

function printLines<T>(
  context: CommandContext,
  heading: string,
  items: readonly T[],
  format: (item: T) => string,
): void {
  printText(context, heading, items.map((item) => toTerminalLine(format(item))).join('\n'));
}

function formatPlan({ executionPlan, lastCompletedStage }: Ticket): string {
  if (executionPlan.length === 0) return '';
  return `${executionPlan.join(' → ')} (last completed: ${lastCompletedStage})`;
}

function formatRun(run: TicketRun): string {
  const tokens = run.promptTokensUsed + run.completionTokensUsed;
  return [
    `${formatTime(run.startedAt)}: ${run.status}`,
    `agent ${run.agentId}`,
    `${String(run.humanInterventionCount)} intervention(s)`,
    `${tokens.toLocaleString('en')} tokens`,
  ].join(', ');
}

function formatEvent({ createdAt, eventType, actor, before, after, reason }: EventRecord): string {
  const fields = Object.entries(after ?? {}).map(
    ([field, value]) => `${field} ${formatValue(before?.[field])} → ${formatValue(value)}`,
  );
  const what = fields.length > 0 ? fields.join(', ') : eventType;
  return `${formatTime(createdAt)}  ${actor}  ${what}${reason ? ` (${reason})` : ''}`;
}

/** A long text that changed would hide all else that did. */
function formatValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
