import { EventEmitter } from 'node:events';
import type { BrowserContext } from 'playwright-core';
import { StandInWindow, type WindowEnvironment } from './browser-window.ts';
import { IpcMain } from './ipc-main.ts';
import { Lifecycle } from './lifecycle.ts';
import { Schemes } from './schemes.ts';

type Permission = (
  contents: null,
  permission: string,
  answer: (isGranted: boolean) => void,
) => void;

/** What the app did to the world outside its windows, and what it asked the person. */
export type Outside = {
  readonly openedInBrowser: string[];
  readonly shownInFolder: string[];
  readonly errorBoxes: { readonly title: string; readonly content: string }[];
  readonly messageBoxes: { readonly message: string; readonly detail: string | undefined }[];
  menu: MenuItem[];
};

type MessageBox = {
  readonly message: string;
  readonly detail?: string;
  readonly cancelId?: number;
  readonly signal?: AbortSignal;
};

type MenuItem = {
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: MenuItem[];
  click?(): void;
};

/** What `require('electron')` gives the app, and what its test may look at. */
export class ElectronModule {
  readonly outside: Outside = {
    openedInBrowser: [],
    shownInFolder: [],
    errorBoxes: [],
    messageBoxes: [],
    menu: [],
  };
  readonly ipcMain = new IpcMain();
  readonly schemes = new Schemes();
  readonly windows: StandInWindow[] = [];
  readonly powerMonitor = new EventEmitter();
  readonly app: Lifecycle;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Presses a button of the message box that is open, by its number. */
  pressButton: (response: number) => void = () => {
    throw new Error('No message box is open.');
  };
  #askPermission: Permission = (_contents, _permission, answer) => {
    answer(true);
  };

  constructor(options: {
    context: BrowserContext;
    appDir: string;
    userData: string;
    end: (exitCode: number) => void;
  }) {
    this.app = new Lifecycle({ ...options, openWindows: () => [...this.windows] });
    this.exports = {
      app: this.app,
      BrowserWindow: this.#createWindowClass(options.context),
      ipcMain: this.ipcMain,
      powerMonitor: this.powerMonitor,
      nativeTheme: { shouldUseDarkColors: false },
      ...this.#createPageModules(),
      ...this.#createOutsideModules(),
    };
  }

  /** Asks the app whether a page gets a permission. */
  async grants(permission: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#askPermission(null, permission, resolve);
    });
  }

  #createWindowClass(context: BrowserContext): unknown {
    const { windows, ipcMain, schemes, app } = this;
    const environment: WindowEnvironment = {
      context,
      ipcMain,
      schemes,
      windows,
      afterClosed: () => {
        app.afterWindowClosed();
      },
    };
    return class BrowserWindow extends StandInWindow {
      constructor(windowOptions: ConstructorParameters<typeof StandInWindow>[1]) {
        super(environment, windowOptions);
        app.emit('browser-window-created', {}, this);
      }

      static getAllWindows(): StandInWindow[] {
        return [...windows];
      }

      static fromWebContents(contents: unknown): StandInWindow | null {
        return windows.find(({ webContents }) => webContents === contents) ?? null;
      }
    };
  }

  #createPageModules(): Record<string, unknown> {
    const { schemes, app } = this;
    return {
      protocol: {
        registerSchemesAsPrivileged: () => {
          app.expectNotReady();
        },
        handle: schemes.handle.bind(schemes),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: Permission) => (this.#askPermission = handler),
          setPermissionCheckHandler: () => undefined,
          setDevicePermissionHandler: () => undefined,
        },
      },
    };
  }

  #createOutsideModules(): Record<string, unknown> {
    const { outside } = this;
    return {
      shell: {
        openExternal: (url: string) => outside.openedInBrowser.push(url),
        showItemInFolder: (file: string) => outside.shownInFolder.push(file),
      },
      dialog: {
        showErrorBox: (title: string, content: string) =>
          outside.errorBoxes.push({ title, content }),
        showMessageBox: ({ message, detail, signal, cancelId }: MessageBox) => {
          outside.messageBoxes.push({ message, detail });
          return new Promise((resolve) => {
            this.pressButton = (response) => {
              resolve({ response });
            };
            signal?.addEventListener('abort', () => {
              resolve({ response: cancelId });
            });
          });
        },
      },
      Menu: {
        buildFromTemplate: (items: MenuItem[]) => items,
        setApplicationMenu: (items: MenuItem[]) => (outside.menu = items),
      },
    };
  }
}
