import fs from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { version } from '../../package.json';
import { checkHome, inspectHome } from '../host/inspect-home.ts';
import { openHome } from '../host/open-home.ts';
import { terminalConfirm } from './confirm.ts';
import { runCommandLine } from './program.ts';

// A reader such as `head` may go before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const readWasm = () => fs.readFile(path.join(import.meta.dirname, 'sql-wasm.wasm'));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  readInput: () => buffer(process.stdin),
  version,
  confirm: terminalConfirm(process.stdin, process.stderr),
  openHome: async (homePath, { readOnly }) =>
    openHome({ host: 'cli', path: homePath, wasm: await readWasm(), version, readOnly }),
  inspectHome: async (homePath) => inspectHome({ path: homePath, wasm: await readWasm() }),
  checkHome: async (homePath) => checkHome({ path: homePath, wasm: await readWasm() }),
});
