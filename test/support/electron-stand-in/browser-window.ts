import { EventEmitter } from 'node:events';
import type { BrowserContext, Page } from 'playwright-core';
import type { IpcMain } from './ipc-main.ts';
import type { Schemes } from './schemes.ts';
import { WebContents } from './web-contents.ts';

type WindowOptions = {
  readonly width?: number;
  readonly height?: number;
  readonly webPreferences?: { readonly preload?: string };
};

/** What windows have in common. */
export type WindowEnvironment = {
  readonly context: BrowserContext;
  readonly ipcMain: IpcMain;
  readonly schemes: Schemes;
  readonly windows: StandInWindow[];
  afterClosed(): void;
};

/** A window whose content is a page of a real Chromium. */
export class StandInWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly options: WindowOptions;
  /** How often the window was brought to the person. */
  shownCount = 0;
  readonly #environment: WindowEnvironment;
  readonly #opening: Promise<Page>;
  #page: Page | undefined;
  #isLoadingFromApp = false;

  constructor(environment: WindowEnvironment, options: WindowOptions) {
    super();
    this.options = options;
    this.#environment = environment;
    this.webContents = new WebContents(environment.ipcMain, environment.schemes);
    environment.windows.push(this);
    this.#opening = this.#open();
  }

  async loadURL(address: string): Promise<void> {
    const page = await this.#opening;
    this.#isLoadingFromApp = true;
    await page.goto(this.#environment.schemes.toBrowser(address));
    this.#isLoadingFromApp = false;
    this.emit('ready-to-show');
  }

  /** Gives the page when it has loaded. */
  async loadedPage(): Promise<Page> {
    const page = await this.#opening;
    await page.waitForFunction(() => location.protocol !== 'about:');
    return page;
  }

  /** Tells whether a navigation that the page began may go on. */
  mayNavigate(address: string, isMainFrame: boolean): boolean {
    if (this.#isLoadingFromApp) return true;
    let isPrevented = false;
    const preventDefault = (): boolean => (isPrevented = true);
    this.webContents.emit('will-frame-navigate', { url: address, isMainFrame, preventDefault });
    return !isPrevented;
  }

  shows(page: Page): boolean {
    return this.#page === page;
  }

  show(): void {
    this.shownCount += 1;
  }

  focus(): void {
    this.emit('focus');
  }

  isMinimized(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return !this.#environment.windows.includes(this);
  }

  close(): void {
    const { windows } = this.#environment;
    const index = windows.indexOf(this);
    if (index < 0) return;
    windows.splice(index, 1);
    void this.#opening.then((page) => page.close());
    this.emit('closed');
    this.#environment.afterClosed();
  }

  async #open(): Promise<Page> {
    const page = await this.#environment.context.newPage();
    this.#page = page;
    const { width = 800, height = 600, webPreferences } = this.options;
    await page.setViewportSize({ width, height });
    await this.webContents.attach(page, webPreferences?.preload ?? '');
    return page;
  }
}
