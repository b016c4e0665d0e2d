import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from 'vite';
import { ensureBuilt } from './ensure-built.ts';
import { outputDir, projectDir } from './project.ts';

/** What is measured: `core` all that runs outside the page, `ui` the page in a browser. */
const programs = {
  core: { main: 'test/bench/main.ts', probe: 'test/bench/probe.ts' },
  ui: { ui: 'test/bench/ui/main.ts' },
};

const folder = path.join(outputDir, 'bench');
const [name, ...args] = process.argv.slice(2);
if (name !== 'core' && name !== 'ui') throw new Error('Name what to measure: core or ui.');

await build({
  configFile: false,
  root: projectDir,
  logLevel: 'warn',
  build: {
    ...{ ssr: true, outDir: folder, emptyOutDir: false, copyPublicDir: false, minify: false },
    rolldownOptions: { input: programs[name], output: { entryFileNames: '[name].js' } },
  },
});
if (name === 'core') await buildWorker();
else await ensureBuilt();

// With a process of its own it gets the garbage collector at hand, and memory without the bundler.
const child = spawn(
  process.execPath,
  ['--expose-gc', path.join(folder, name === 'core' ? 'main.js' : 'ui.js'), ...args],
  { stdio: 'inherit' },
);
child.on('close', (exitCode) => {
  process.exitCode = exitCode ?? 1;
});

/** The thread that looks at backups is one file, complete in itself, as in the application. */
async function buildWorker(): Promise<void> {
  await build({
    configFile: false,
    root: projectDir,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: 'src/host/image-inspection-worker.ts',
      ...{ outDir: folder, emptyOutDir: false, copyPublicDir: false, minify: false },
      rolldownOptions: {
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
}
