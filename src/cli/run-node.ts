import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a process ended: one of both is null. */
export type NodeExit = { readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };

/**
 * Runs a script in a Node of its own until it ends, and passes on to it what asks this process to end.
 *
 * @param executable The Node.
 * @param args The script and its arguments.
 */
export async function runNode(
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<NodeExit> {
  const child = spawn(executable, args, {
    // The channel carries nothing: that it closes tells a browser host that this process is gone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  const passOn = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    return await new Promise<NodeExit>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode, signal) => {
        resolve({ exitCode, signal });
      });
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}

/** Tells whether a process ended as it was asked to, before it listened to signals itself. */
export function isEndAsked({ signal }: NodeExit): boolean {
  return SIGNALS.some((name) => name === signal);
}
