import { spawn } from 'node:child_process';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs the browser host until it ends, and passes on to it what asks this process to end.
 *
 * @param serverFile Its bundle.
 * @param home The folder of its data.
 * @param args Of the browser host.
 * @returns What this process shall end with.
 */
export async function runServer(
  serverFile: string,
  home: string,
  args: readonly string[],
): Promise<ExitCode> {
  const child = spawn(process.execPath, [serverFile, ...args], {
    // The channel carries nothing: that it closes tells the browser host that this process is gone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SWEATSHOP_HOME: home },
  });
  const passOn = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    const isSound = await new Promise<boolean>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode, signal) => {
        resolve(exitCode === 0 || isAsked(signal));
      });
    });
    return isSound ? EXIT_CODES.done : EXIT_CODES.failed;
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}

/** A signal that comes before the browser host listens to signals ends it as it was asked to. */
function isAsked(signal: NodeJS.Signals | null): boolean {
  return SIGNALS.some((name) => name === signal);
}
