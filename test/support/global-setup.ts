import { ensureBuilt } from '../../src/launch/ensure-built.ts';
import { unpackTestBrowser } from './test-browser.ts';

/** Makes, unless they are there, the bundles and the browser that end-to-end tests start. */
export async function setup(): Promise<void> {
  await ensureBuilt();
  await unpackTestBrowser();
}
