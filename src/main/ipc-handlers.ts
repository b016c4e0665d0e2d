import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { App } from '../core/app.ts';
import { SweatShopError, toWireError } from '../shared/errors.ts';
import { channels } from '../shared/ipc-channels.ts';
import type { Envelope } from '../shared/transport.ts';
import { isPageAddress } from './page.ts';

/** Answers every channel of the contract, and sends its push events to every window. */
export function registerIpcHandlers(app: App): void {
  for (const channel of channels.keys()) {
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<Envelope> => {
      if (!isOwnPage(event)) return forbidden();
      return app.call(channel, args);
    });
  }
  app.onPush((event, payload) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(event, payload);
  });
}

/** Only the top frame of one of our windows is our page; a frame inside it may hold anything. */
function isOwnPage({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  if (senderFrame === null || BrowserWindow.fromWebContents(sender) === null) return false;
  return senderFrame.parent === null && isPageAddress(senderFrame.url);
}

function forbidden(): Envelope {
  const message = 'Only the page of SweatShop may call it.';
  return { ok: false, error: toWireError(new SweatShopError('Forbidden', message)) };
}
