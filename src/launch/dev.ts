import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ProxyOptions, ViteDevServer } from 'vite';
import { hostSourceDirs } from './bundles.ts';
import { DevHost, spawnBrowserHost, spawnElectron } from './dev-host.ts';
import { findElectronBinary } from './electron-binary.ts';
import { ensureBuilt } from './ensure-built.ts';
import { projectDir } from './project.ts';

const PAGE_PORT = 5317;
const HOST_PORT = 4318;
/** Editors and version control write many files at once. */
const SETTLE_MS = 200;

const { values } = parseArgs({ options: { browser: { type: 'boolean', default: false } } });
const binary = values.browser ? null : await findElectronBinary();
await ensureBuilt(['hosts']);
const server = await servePage();
const pageUrl = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${String(PAGE_PORT)}/`;
const host = new DevHost(
  () =>
    binary?.state === 'installed'
      ? spawnElectron(binary.file, pageUrl)
      : spawnBrowserHost(HOST_PORT),
  (exitCode) => void server.close().finally(() => process.exit(exitCode)),
);
restartOnChange(server, host);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // When it has stopped, everything ends with its exit code.
  process.on(signal, () => void host.stop());
}
if (binary?.state !== 'installed') {
  const { hash } = await host.address();
  console.log(`SweatShop is running at ${pageUrl}${hash}`);
}

async function servePage(): Promise<ViteDevServer> {
  const vite = await import('vite');
  const proxy = Object.fromEntries(
    ['/ws', '/session', '/health'].map((route) => [route, toBrowserHost(route === '/ws')]),
  );
  const started = await vite.createServer({
    configFile: path.join(projectDir, 'vite.renderer.config.ts'),
    root: path.join(projectDir, 'src/renderer'),
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: PAGE_PORT, strictPort: true, proxy },
  });
  return started.listen();
}

/** Passes requests of our own page on as if they came from the page that the browser host serves. */
function toBrowserHost(ws: boolean): ProxyOptions {
  const target = `http://127.0.0.1:${String(HOST_PORT)}`;
  const own = `http://127.0.0.1:${String(PAGE_PORT)}`;
  return {
    target,
    ws,
    changeOrigin: true,
    configure(proxy) {
      // The origin of a foreign page stays, and is refused.
      proxy.on('proxyReq', (outgoing, request) => {
        if (request.headers.origin === own) outgoing.setHeader('Origin', target);
      });
      proxy.on('proxyReqWs', (outgoing, request) => {
        if (request.headers.origin === own) outgoing.setHeader('Origin', target);
      });
      // While the host starts anew, the page tries again by itself.
      proxy.on('error', () => undefined);
    },
  };
}

/** The page reloads itself; the host is built and started again. */
function restartOnChange({ watcher }: ViteDevServer, running: DevHost): void {
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  watcher.add(hostSourceDirs);
  watcher.on('all', (_event, file) => {
    if (!hostSourceDirs.some((folder) => file.startsWith(folder + path.sep))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(() => rebuild(running));
    }, SETTLE_MS);
  });
}

async function rebuild(running: DevHost): Promise<void> {
  try {
    await ensureBuilt(['hosts']);
    await running.restart();
  } catch (error) {
    // The next change may well mend it.
    console.error(error instanceof Error ? error.message : error);
  }
}
