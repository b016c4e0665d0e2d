import path from 'node:path';
import {
  BrowserWindow,
  dialog,
  nativeTheme,
  shell,
  type Session,
  type WebContents,
} from 'electron';
import { messageOf } from '../shared/errors.ts';
import { isPageAddress, pageUrl } from './page.ts';

const backgrounds = { dark: '#16171a', light: '#ffffff' };

/** Opens a window on the page, where the last one of this person stood. */
export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    name: 'sweatshop',
    windowStatePersistence: true,
    title: 'SweatShop',
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: path.join(import.meta.dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  keepOnPage(window.webContents);
  window.loadURL(pageUrl()).catch((error: unknown) => {
    // A window that is closed while it loads needs no explanation.
    if (window.isDestroyed()) return;
    dialog.showErrorBox('SweatShop cannot show its page', messageOf(error));
  });
  return window;
}

/** Brings the window of a running app to the person, or opens one where all were closed. */
export function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) {
    openWindow();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Refuses every permission but copying text, which the page does at a click. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(permission === 'clipboard-sanitized-write');
  });
  session.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );
  session.setDevicePermissionHandler(() => false);
}

/** A window shows the page and nothing else; links of the web go to the browser. */
function keepOnPage(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openInBrowser(url);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isPageAddress(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) openInBrowser(event.url);
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}

function openInBrowser(address: string): void {
  const protocol = URL.parse(address)?.protocol;
  if (protocol === 'https:' || protocol === 'http:') void shell.openExternal(address);
}
