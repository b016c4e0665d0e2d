import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { Frame, Request as PageRequest } from 'playwright-core';
import { launchTestBrowser } from '../test-browser.ts';
import { serveControl } from './control-server.ts';
import { ElectronModule } from './electron-module.ts';

// Stands in for the electron program: `electron APP_DIR` runs the main process that the app's package.json names.
// What is not real here: native menus and dialogs, the sandbox and the fuses, asar archives, and the scheme as
// Chromium sees it. Real are both bundles, the page, its isolated worlds, its policy, and this process.

const appDir = path.resolve(process.argv[2] ?? '.');
const manifest = JSON.parse(fs.readFileSync(path.join(appDir, 'package.json'), 'utf8')) as {
  main: string;
};
const mainFile = path.join(appDir, manifest.main);
const userData = path.join(process.env.SWEATSHOP_HOME ?? appDir, 'stand-in-profile');

const browser = await launchTestBrowser();
const context = await browser.newContext();
const electron = new ElectronModule({
  context,
  appDir,
  userData,
  end(exitCode) {
    // Nothing that is still under way is waited for. The browser goes with this process.
    process.exit(exitCode);
  },
});
await electron.schemes.attach(context, (request, address) => {
  const frame = frameOf(request);
  const window = electron.windows.find((candidate) => frame && candidate.shows(frame.page()));
  if (window) return window.mayNavigate(address, frame?.parentFrame() === null);
  // No window of the app shows this page: one of its pages wants to open another.
  return electron.windows[0]?.webContents.mayOpen(address) ?? false;
});
serveControl(electron);

const requireFromMain = createRequire(mainFile);
const module = { exports: {} };
const run = vm.compileFunction(
  fs.readFileSync(mainFile, 'utf8'),
  ['exports', 'require', 'module', '__filename', '__dirname'],
  { filename: mainFile },
) as (...args: unknown[]) => void;
run(
  module.exports,
  (name: string) => (name === 'electron' ? electron.exports : (requireFromMain(name) as unknown)),
  module,
  mainFile,
  path.dirname(mainFile),
);

/** @returns Null for the first request of a page that is only just being opened. */
function frameOf(request: PageRequest): Frame | null {
  try {
    return request.frame();
  } catch {
    return null;
  }
}
