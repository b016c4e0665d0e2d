import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withBuildLock } from './build-lock.ts';
import {
  bundleNames,
  fingerprintSources,
  listStaleBundles,
  writeStamp,
  type BundleName,
} from './bundles.ts';
import { cliUrl, outputDir, projectDir } from './project.ts';

const { values, positionals } = parseArgs({
  options: { 'if-stale': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? bundleNames.filter(isWanted) : bundleNames;

try {
  const startedMs = performance.now();
  await withBuildLock(outputDir, async () => {
    const names = values['if-stale'] ? listStaleBundles(wanted) : wanted;
    for (const name of names) await build(name);
  });
  printSummary(performance.now() - startedMs);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function isWanted(name: BundleName): boolean {
  return positionals.includes(name);
}

async function build(name: BundleName): Promise<void> {
  const vite = await import('vite');
  const fingerprint = fingerprintSources(name);
  writeStamp(name, null);
  if (name === 'page') {
    await vite.build({
      configFile: path.join(projectDir, 'vite.renderer.config.ts'),
      root: path.join(projectDir, 'src/renderer'),
      logLevel: 'warn',
    });
  } else {
    fs.rmSync(path.join(outputDir, 'build'), { recursive: true, force: true });
    const builder = await vite.createBuilder({
      configFile: path.join(projectDir, 'vite.main.config.ts'),
      root: projectDir,
      logLevel: 'warn',
    });
    for (const target of ['main', 'preload', 'worker', 'queryWorker', 'hosts']) {
      const environment = builder.environments[target];
      if (!environment) throw new Error(`vite.main.config.ts has no environment ${target}.`);
      await builder.build(environment);
    }
    // The `bin` of package.json: a link to it is on the PATH, and outlives this build.
    fs.chmodSync(fileURLToPath(cliUrl), 0o755);
  }
  writeStamp(name, fingerprint);
}

function printSummary(durationMs: number): void {
  // The command line needs no page, so a fresh checkout may have none yet.
  const folders = ['build', 'renderer'].filter((folder) =>
    fs.existsSync(path.join(outputDir, folder)),
  );
  const sizes = folders.map((folder) => {
    const bytes = fs
      .readdirSync(path.join(outputDir, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
    return `.vite/${folder} ${String(Math.round(bytes / 1024))} kB`;
  });
  console.log(`Built in ${(durationMs / 1000).toFixed(1)} s: ${sizes.join(', ')}.`);
}
