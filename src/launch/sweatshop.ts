import { ensureBuilt } from './ensure-built.ts';
import { cliUrl } from './project.ts';

// The command line reads its arguments from this process, and ends it with its own exit code.
try {
  // Only the browser needs the page.
  await ensureBuilt(process.argv.includes('serve') ? ['hosts', 'page'] : ['hosts']);
  await import(cliUrl);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
