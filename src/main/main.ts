import fs from 'node:fs';
import path from 'node:path';
import { app, dialog, session } from 'electron';
import { withLocalSocket } from '../host/local-socket/local-socket.ts';
import { openHomeWhenFree } from '../host/open-home-when-free.ts';
import { messageOf } from '../shared/errors.ts';
import { registerIpcHandlers } from './ipc-handlers.ts';
import { setMenu } from './menu.ts';
import { registerPageScheme, servePage } from './page.ts';
import { closeBeforeQuit } from './quit.ts';
import { denyPermissions, openWindow, showWindow } from './window.ts';

/** Tells the launcher that the person knows why the app did not start. */
const REFUSED_EXIT_CODE = 3;

try {
  separateProfiles();
  app.enableSandbox();
  registerPageScheme();
  if (app.requestSingleInstanceLock()) void start();
  else app.quit();
} catch (error) {
  refuseToStart(error);
}

/** Each home has its own instance, so each needs its own lock and its own profile. */
function separateProfiles(): void {
  const home = process.env.SWEATSHOP_HOME;
  if (!home) return;
  const profile = path.join(path.resolve(home), 'electron');
  fs.mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
}

async function start(): Promise<void> {
  await app.whenReady();
  try {
    const opening = openHomeWhenFree({
      host: 'electron',
      wasm: fs.readFileSync(path.join(import.meta.dirname, 'sql-wasm.wasm')),
      version: app.getVersion(),
    }).then((opened) => withLocalSocket(opened, app.getVersion()));
    closeBeforeQuit(opening);
    const home = await opening;
    denyPermissions(session.defaultSession);
    servePage();
    registerIpcHandlers(home.app);
    setMenu(home.app, path.join(home.path, 'sweatshop.db'));
  } catch (error) {
    refuseToStart(error);
    return;
  }
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Whoever starts the app again before this is waiting for the same first window.
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  openWindow();
}

function refuseToStart(error: unknown): void {
  dialog.showErrorBox('SweatShop cannot start', messageOf(error));
  app.exit(REFUSED_EXIT_CODE);
}
