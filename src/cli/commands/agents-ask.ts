import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import * as v from 'valibot';
import { SweatShopError } from '../../shared/errors.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ChatMessage } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { findAgent } from '../find-row.ts';
import { numberBy, readText, valueOption } from '../options.ts';
import { printJson } from '../output.ts';
import { printAgent } from '../print-agent.ts';
import { toTerminalText } from '../terminal-text.ts';

/** How often the database is looked into where no application tells of the answer. */
const POLL_MS = 1_000;
/** How often an application that tells of answers is asked all the same, for it may be gone. */
const CHECK_MS = 5_000;
const MAX_TIMEOUT_SECONDS = 31_536_000;
/** Far more than is said between a question and its answer. */
const CONVERSATION_LENGTH = 1_000;

const HELP = `
The agent stands still until a person answers: in the window, or with sweatshop agents answer. It must be
DEVELOPING. With --wait the command ends when the answer is there, and prints it; it keeps nobody from the
database meanwhile. Without a question it waits for the answer to the last one.

It ends with 7 when nobody answered within --timeout; the question stays open, and --json prints null.

Examples:
  sweatshop agents ask builder-1 "May I drop the old column?"
  answer=$(sweatshop agents ask builder-1 "Which colour?" --wait --timeout 3600)
  answer=$(sweatshop agents ask builder-1 --wait)`;

type Options = { readonly wait?: boolean; readonly timeout?: number; readonly json?: boolean };

/** The question whose answer somebody waits for. */
type OpenQuestion = { readonly agentId: string; readonly messageId: string };

/** Adds `ask` to the command `agents`. */
export function addAgentsAsk(parent: Command, context: CommandContext): void {
  parent
    .command('ask')
    .summary('ask a person')
    .description('Puts the question of an agent to a person, and waits for the answer.')
    .argument('<id>', 'the agent')
    .argument('[question]', 'the question; - reads it from standard input')
    .option('--wait', 'wait for the answer and print it')
    .addOption(
      valueOption(
        '--timeout <seconds>',
        'how long to wait at most (default: as long as it takes)',
        numberBy(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_TIMEOUT_SECONDS))),
      ),
    )
    .option('--json', 'print the agent, or with --wait the answer, as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, text: string | undefined, options: Options) => {
      const { wait = false, timeout = Infinity, json = false } = options;
      if (text === undefined && !wait) {
        throw new SweatShopError('InvalidInput', 'Give a question, or --wait for an answer.');
      }
      const question = text === undefined ? undefined : await readText(context, text);
      const deadlineMs = performance.now() + timeout * 1_000;
      if (!wait && question !== undefined) {
        const agent = await useApp(context, async (api) =>
          api.agents.ask((await findAgent(api, id)).id, question),
        );
        printAgent(context, agent, json);
        return;
      }
      const answer = await waitForAnswer(context, id, question, deadlineMs);
      if (answer === null) context.finish(EXIT_CODES.timedOut);
      if (json) printJson(context, answer);
      else if (answer === null) {
        context.stderr.write('Nobody answered in time; the question stays open.\n');
      } else printAnswer(context, answer);
    });
}

/** A program gets the words as they are. */
function printAnswer({ stdout }: CommandContext, { content }: ChatMessage): void {
  stdout.write(`${stdout.isTTY ? toTerminalText(content) : content}\n`);
}

async function waitForAnswer(
  context: CommandContext,
  agentName: string,
  text: string | undefined,
  deadlineMs: number,
): Promise<ChatMessage | null> {
  const look = (api: SweatShopApi, question: OpenQuestion) =>
    nullWhilePassing(() => answerWithin(api, question, deadlineMs));
  const first = await useApp(context, async (api) => {
    const question = await openQuestion(api, agentName, text);
    return { question, answer: await look(api, question) };
  });
  let { answer } = first;
  while (answer === null && performance.now() < deadlineMs) {
    await sleep(Math.max(0, Math.min(POLL_MS, deadlineMs - performance.now())));
    answer = await nullWhilePassing(() => useApp(context, (api) => look(api, first.question)));
  }
  return answer;
}

async function openQuestion(
  api: SweatShopApi,
  agentName: string,
  text: string | undefined,
): Promise<OpenQuestion> {
  const { id: agentId, name } = await findAgent(api, agentName);
  if (text !== undefined) await api.agents.ask(agentId, text);
  const messages = await api.chat.history(agentId, { limit: CONVERSATION_LENGTH });
  const question = messages.findLast(({ role }) => role === 'agent');
  if (question) return { agentId, messageId: question.id };
  throw new SweatShopError('Conflict', `${name} has asked nothing yet.`, { agentId });
}

/** The application may end, and another process may have the database, while somebody waits. */
async function nullWhilePassing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const isPassing =
      error instanceof SweatShopError && (error.code === 'Busy' || error.code === 'Unavailable');
    if (!isPassing) throw error;
    return null;
  }
}

/**
 * Looks for the answer, and waits for it where that keeps nobody from the database.
 *
 * @returns Null when there is none yet, so that the command has to look again later.
 */
async function answerWithin(
  api: SweatShopApi,
  question: OpenQuestion,
  deadlineMs: number,
): Promise<ChatMessage | null> {
  const answer = await findAnswer(api, question);
  const { host } = await api.app.info();
  // As this host the command itself has the database, and nobody could answer before it lets go.
  if (answer !== null || host === 'cli') return answer;
  return waitBeside(api, question, deadlineMs);
}

async function waitBeside(
  api: SweatShopApi,
  question: OpenQuestion,
  deadlineMs: number,
): Promise<ChatMessage | null> {
  let wake: () => void = () => undefined;
  const onNews = ({ agentId }: { readonly agentId: string }) => {
    if (agentId === question.agentId) wake();
  };
  const unsubscribe = [api.chat.onMessage(onNews), api.agents.onStatusChanged(onNews)];
  try {
    for (;;) {
      const news = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const answer = await findAnswer(api, question);
      const leftMs = deadlineMs - performance.now();
      if (answer !== null || leftMs <= 0) return answer;
      const timer = new AbortController();
      await Promise.race([news, quiet(Math.min(CHECK_MS, leftMs), timer.signal)]);
      timer.abort();
    }
  } finally {
    for (const stop of unsubscribe) stop();
  }
}

async function quiet(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** @throws SweatShopError Conflict when nobody will answer any more. */
async function findAnswer(
  api: SweatShopApi,
  { agentId, messageId }: OpenQuestion,
): Promise<ChatMessage | null> {
  const agent = await api.agents.get(agentId);
  const messages = await api.chat.history(agentId, { limit: CONVERSATION_LENGTH });
  const asked = messages.findIndex(({ id }) => id === messageId);
  const answer = messages.find(({ role }, index) => role === 'user' && index > asked);
  if (answer) return answer;
  if (agent?.status === 'NEEDS_INPUT') return null;
  throw new SweatShopError(
    'Conflict',
    `${agent?.name ?? agentId} does not wait for an answer any more: it is ${agent?.status ?? 'deleted'}.`,
    { agentId },
  );
}
