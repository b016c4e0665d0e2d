import fs from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { version } from '../../package.json';
import type { startEngine } from '../host/open-home.ts';
import { terminalConfirm } from './confirm.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { runCommandLine } from './program.ts';
import { runServer } from './run-server.ts';

/**
 * Runs the command that the arguments of this process name, with what the process gives.
 *
 * SQLite and all that needs it are loaded only by a command that opens a home itself.
 *
 * @param bundleDir The folder of the bundles.
 */
export async function runProcess(bundleDir: string): Promise<void> {
  // A reader such as `head` may go before everything is written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(
      `sweatshop: The output could not be written (${error.code ?? error.message}).\n`,
    );
    process.exit(EXIT_CODES.failed);
  });
  const wasmFile = path.join(bundleDir, 'sql-wasm.wasm');
  let wasm: Uint8Array | undefined;
  const readWasm = () => fs.readFile(wasmFile);
  let engine: ReturnType<typeof startEngine> | undefined;

  process.exitCode = await runCommandLine(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    readInput: () => buffer(process.stdin),
    version,
    readWasm,
    confirm: terminalConfirm(process.stdin, process.stderr),
    serve: (homePath, args) => runServer(bundleDir, homePath, args),
    openHome: async (homePath, { readOnly }) => {
      const { openHome, startEngine } = await import('../host/open-home.ts');
      wasm ??= await readWasm();
      // Once for all tries: what waits for the lock must not keep the processor from who has it.
      engine ??= startEngine(wasm);
      return openHome({
        ...{ host: 'cli', path: homePath, wasm, version, readOnly },
        engine: await engine,
      });
    },
    inspectHome: async (homePath) => {
      const { inspectHome } = await import('../host/inspect-home.ts');
      return inspectHome({ path: homePath, wasm: await readWasm() });
    },
    checkHome: async (homePath) => {
      const { checkHome } = await import('../host/inspect-home.ts');
      return checkHome({ path: homePath, wasm: await readWasm() });
    },
  });
}
