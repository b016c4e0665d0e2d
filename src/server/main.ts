import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { withLocalSocket } from '../host/local-socket/local-socket.ts';
import { openHomeWhenFree } from '../host/open-home-when-free.ts';
import { closeOnEndRequest, closeWithin } from '../host/shutdown.ts';
import { messageOf } from '../shared/errors.ts';
import { startBrowserHost } from './browser-host.ts';
import { canOpenBrowser, openBrowser } from './open-browser.ts';
import { loadToken } from './token.ts';

/** Leaves most of the time there is to the last save. */
const HOST_BUDGET_MS = 2_000;

const bundleDir = import.meta.dirname;

// The launcher has refused what is not an option; its other options are none of ours.
const { values } = parseArgs({
  options: { port: { type: 'string' }, 'no-open': { type: 'boolean' } },
  strict: false,
});

try {
  await serve();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  const home = await withLocalSocket(
    await openHomeWhenFree({
      host: 'browser',
      wasm: fs.readFileSync(path.join(bundleDir, 'sql-wasm.wasm')),
      version,
    }),
    version,
  );
  try {
    const host = await startBrowserHost({
      app: home.app,
      token: loadToken(home.path),
      pageDir: path.join(bundleDir, '../renderer'),
      port: typeof values.port === 'string' ? Number(values.port) : undefined,
    });
    closeOnEndRequest(async () => {
      try {
        await closeWithin(() => host.close(), HOST_BUDGET_MS);
      } finally {
        await home.close();
      }
    });
    process.stdout.write(`SweatShop is running at ${host.url}\n`);
    if (values['no-open'] !== true && canOpenBrowser(process.env, process.platform)) {
      openBrowser(host.url, process.platform);
    }
  } catch (error) {
    await home.close();
    throw error;
  }
}
