import fs from 'node:fs';
import { messageOf } from '../shared/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl+C reaches the process from the terminal and, a moment later, once more through npm. */
const SAME_REQUEST_MS = 1_000;
const CLOSE_BUDGET_MS = 8_000;
const PARENT_POLL_MS = 100;
const FIRST_SIGNAL_EXIT_CODE = 128;

/** What asks a process to end: a signal, or the death of the npm or the command that started it. */
export type EndRequest = {
  readonly onFirst: () => void;
  /** A later request, made by somebody who does not want to wait. */
  readonly onImpatient: (exitCode: number) => void;
};

/**
 * Listens for requests to end this process.
 *
 * @returns A function that stops listening.
 */
export function onEndRequest({ onFirst, onImpatient }: EndRequest): () => void {
  let firstMs: number | null = null;
  const request = (exitCode: number): void => {
    const nowMs = performance.now();
    if (firstMs === null) {
      firstMs = nowMs;
      onFirst();
    } else if (nowMs - firstMs > SAME_REQUEST_MS) {
      onImpatient(exitCode);
    }
  };
  const onSignal = (_signal: NodeJS.Signals, number: number): void => {
    request(FIRST_SIGNAL_EXIT_CODE + number);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const onParentDeath = (): void => {
    if (firstMs === null) request(0);
  };
  const stopWatching = onNpmDeath(onParentDeath);
  // Only for a process that was started with a channel.
  process.once('disconnect', onParentDeath);
  process.channel?.unref();
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('disconnect', onParentDeath);
    stopWatching();
  };
}

/**
 * Gives `close` a limited time.
 *
 * @param close Saves and lets go of everything.
 * @param budgetMs After this long it is given up.
 * @throws What `close` threw, or Error when it took too long.
 */
export async function closeWithin(
  close: () => Promise<void>,
  budgetMs = CLOSE_BUDGET_MS,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`SweatShop did not close within ${String(budgetMs / 1_000)} seconds.`));
    }, budgetMs);
  });
  try {
    await Promise.race([close(), overrun]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Keeps a process that has no window running until it is asked to end, then closes and exits.
 *
 * Exits with 0 when everything was closed, with 1 when closing failed or after an exception that nobody caught.
 *
 * @param close Saves and lets go of everything.
 */
export function closeOnEndRequest(close: () => Promise<void>): void {
  let isClosing = false;
  const end = async (exitCode: number): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    try {
      await closeWithin(close);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(1);
    }
    process.exit(exitCode);
  };
  onEndRequest({ onFirst: () => void end(0), onImpatient: (exitCode) => process.exit(exitCode) });
  const onUncaught = (error: unknown): void => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`,
    );
    void end(1);
  };
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
}

/** npm passes on SIGINT and SIGTERM only, and the shell between it and us passes on nothing. */
function onNpmDeath(listener: () => void): () => void {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parents = livingParents();
  const timer = setInterval(() => {
    if (livingParents() === parents) return;
    clearInterval(timer);
    listener();
  }, PARENT_POLL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Names the parent, and the parent's own where the parent is but a shell that runs one command. */
function livingParents(): string {
  const parent = process.ppid;
  try {
    const [, option] = fs.readFileSync(`/proc/${String(parent)}/cmdline`, 'utf8').split('\0');
    if (option !== '-c') return String(parent);
    const stat = fs.readFileSync(`/proc/${String(parent)}/stat`, 'utf8');
    // The name of the program is in parentheses and may hold anything; after it come state and parent.
    const grandparent = stat.slice(stat.lastIndexOf(')')).split(' ')[2] ?? '';
    return `${String(parent)} ${grandparent}`;
  } catch {
    // Elsewhere than on Linux the shell has put itself in the place of its command.
    return String(parent);
  }
}
