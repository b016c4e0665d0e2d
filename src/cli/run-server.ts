import fs from 'node:fs';
import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { isEndAsked, runNode } from './run-node.ts';

/**
 * Runs the browser host until it ends, and passes on to it what asks this process to end.
 *
 * @param bundleDir The folder of the bundles.
 * @param home The folder of its data.
 * @param args Of the browser host.
 * @returns What this process shall end with.
 * @throws SweatShopError Unavailable where the page was not built.
 */
export async function runServer(
  bundleDir: string,
  home: string,
  args: readonly string[],
): Promise<ExitCode> {
  if (!fs.existsSync(path.join(bundleDir, '../renderer/index.html'))) {
    throw new SweatShopError(
      'Unavailable',
      'The page is not built. Run npm run build, and try again.',
    );
  }
  const exit = await runNode(process.execPath, [path.join(bundleDir, 'server.js'), ...args], {
    ...process.env,
    SWEATSHOP_HOME: home,
  });
  return exit.exitCode === 0 || isEndAsked(exit) ? EXIT_CODES.done : EXIT_CODES.failed;
}
