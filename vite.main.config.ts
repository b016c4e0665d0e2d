import fs from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

const require = createRequire(import.meta.url);
const builtins = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** Puts SQLite beside the bundles, where each host finds it in the repository as well as in app.asar. */
function emitSqlWasm(): Plugin {
  return {
    name: 'emit-sql-wasm',
    applyToEnvironment: ({ name }) => name === 'main' || name === 'hosts',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'sql-wasm.wasm',
        source: fs.readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm')),
      });
    },
  };
}

/** One CommonJS file that needs nothing but Electron and Node: the package ships no node_modules. */
function selfContainedBundle(entry: string): EnvironmentOptions {
  const name = path.basename(entry, '.ts');
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron'], builtins },
    build: {
      outDir: '.vite/build',
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      rolldownOptions: {
        input: { [name]: entry },
        platform: 'node',
        external: ['electron', ...builtins],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}

/** Everything that runs outside the page: `main` and `preload` for Electron, `hosts` and `queryWorker` for plain Node, `worker` for both. */
export default defineConfig({
  plugins: [emitSqlWasm()],
  builder: {},
  environments: {
    main: selfContainedBundle('src/main/main.ts'),
    preload: selfContainedBundle('src/main/preload.ts'),
    worker: selfContainedBundle('src/host/image-inspection-worker.ts'),
    queryWorker: selfContainedBundle('src/host/query-worker.ts'),
    hosts: {
      consumer: 'server',
      build: {
        outDir: '.vite/build',
        emptyOutDir: false,
        copyPublicDir: false,
        minify: false,
        rolldownOptions: {
          input: { server: 'src/server/main.ts', cli: 'src/cli/main.ts' },
          platform: 'node',
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
  },
});
