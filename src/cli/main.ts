import fs from 'node:fs/promises';
import path from 'node:path';
import { version } from '../../package.json';
import { openHome } from '../host/open-home.ts';
import { runCommandLine } from './program.ts';

// A reader such as `head` may go before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  version,
  openHome: async (homePath, { readOnly }) =>
    openHome({
      host: 'cli',
      path: homePath,
      wasm: await fs.readFile(path.join(import.meta.dirname, 'sql-wasm.wasm')),
      version,
      readOnly,
    }),
});
