import { spawn } from 'node:child_process';
import { projectDir } from './project.ts';

/** With this the app ends when it could not start and has told the person why. */
const REFUSED_EXIT_CODE = 3;
/** What ends sooner, and not well, never had a window: no display, or a sandbox the system forbids. */
const START_MS = 5_000;

/** How a run of Electron ended; `unusable` says that the app never came up. */
export type ElectronRun =
  | { readonly state: 'ended'; readonly exitCode: number }
  | { readonly state: 'unusable'; readonly why: string };

/**
 * Runs the built app in Electron until it ends, and passes on the signals that ask this process to end.
 *
 * @param file The Electron program.
 */
export async function runElectron(file: string): Promise<ElectronRun> {
  const startedMs = performance.now();
  const child = spawn(file, [projectDir], { stdio: 'inherit' });
  let wasAskedToEnd = false;
  const passOn = (signal: NodeJS.Signals): void => {
    wasAskedToEnd = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ state: 'unusable', why: error.message });
    });
    child.on('close', (exitCode, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, passOn);
      const isEarly = performance.now() - startedMs < START_MS;
      const isRefusal = exitCode === REFUSED_EXIT_CODE;
      if (exitCode !== 0 && !isRefusal && isEarly && !wasAskedToEnd) {
        const how = signal ? `the signal ${signal}` : `exit code ${String(exitCode)}`;
        resolve({ state: 'unusable', why: `it ended at once with ${how}` });
      } else {
        resolve({ state: 'ended', exitCode: isRefusal ? 1 : (exitCode ?? 1) });
      }
    });
  });
}
