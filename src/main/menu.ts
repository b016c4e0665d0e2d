import { Menu, shell, type MenuItemConstructorOptions } from 'electron';
import type { App } from '../core/app.ts';

/** Sets the menu of the app. */
export function setMenu(app: App, databaseFile: string): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        {
          label: 'Save Now',
          accelerator: 'CmdOrCtrl+S',
          // The status bar of every window tells how it went.
          click: () => void app.call('db:flush', []),
        },
        {
          label: 'Show Database File',
          click: () => {
            shell.showItemInFolder(databaseFile);
          },
        },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    { role: 'viewMenu' },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
