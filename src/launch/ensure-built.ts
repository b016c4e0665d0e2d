import { spawn } from 'node:child_process';
import path from 'node:path';
import { listStaleBundles, type BundleName } from './bundles.ts';
import { projectDir, typeScriptFlags } from './project.ts';

/**
 * Builds what is missing or out of date, and nothing else.
 *
 * The build runs in a process of its own, so that the bundler does not stay in the memory of the app.
 *
 * @param names The bundles that are needed; all by default.
 * @throws Error with the output of the build when it fails.
 */
export async function ensureBuilt(names?: readonly BundleName[]): Promise<void> {
  const stale = listStaleBundles(names);
  if (stale.length === 0) return;
  process.stderr.write('Building SweatShop…\n');
  const build = path.join(import.meta.dirname, 'build.ts');
  const child = spawn(
    process.execPath,
    [...typeScriptFlags, build, '--if-stale', ...stale],
    // A test runner sets NODE_ENV, which would make the bundles differ from those of a start.
    {
      cwd: projectDir,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`SweatShop could not be built.\n${output.trim()}`);
}
