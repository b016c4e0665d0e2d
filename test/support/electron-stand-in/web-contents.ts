import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { createBridge } from './bridge-world.ts';
import type { IpcMain } from './ipc-main.ts';
import { createPreloadRequire, type MainMessage, type RendererMessage } from './preload-world.ts';
import type { Schemes } from './schemes.ts';

const WORLD = 'preload';
const BINDING = '__standInSend';
const RECEIVER = '__standInReceive';
const TO_PAGE = 'stand-in-to-page';
const TO_PRELOAD = 'stand-in-to-preload';

type OpenHandler = (details: { url: string }) => { action: string };

/** The main process's view of a page: runs the real preload script in an isolated world of a real one. */
export class WebContents extends EventEmitter {
  readonly #ipcMain: IpcMain;
  readonly #schemes: Schemes;
  readonly #contexts = new Set<number>();
  #page: Page | undefined;
  #session: CDPSession | undefined;
  #openHandler: OpenHandler = () => ({ action: 'allow' });

  constructor(ipcMain: IpcMain, schemes: Schemes) {
    super();
    this.#ipcMain = ipcMain;
    this.#schemes = schemes;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** Asks the app whether a page may open a window on an address. */
  mayOpen(url: string): boolean {
    return this.#openHandler({ url }).action !== 'deny';
  }

  send(channel: string, ...args: unknown[]): void {
    for (const context of this.#contexts) this.#deliver(context, { channel, args });
  }

  async attach(page: Page, preloadFile: string): Promise<void> {
    this.#page = page;
    // The app has been asked when the popup wanted to load; there are no windows but the app's own.
    page.on('popup', (popup) => void popup.close());
    const session = (this.#session = await page.context().newCDPSession(page));
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD) this.#contexts.add(context.id);
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.#contexts.delete(executionContextId);
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.#contexts.clear();
    });
    session.on('Runtime.bindingCalled', ({ name, executionContextId, payload }) => {
      if (name !== BINDING) return;
      void this.#onMessage(executionContextId, JSON.parse(payload) as RendererMessage);
    });
    await session.send('Runtime.enable');
    await session.send('Page.enable');
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `(${createBridge.toString()})('${TO_PAGE}', '${TO_PRELOAD}');`,
    });
    // Electron runs the preload script in the top frame only.
    const source = `if (window === window.top) {
      const bridge = (${createBridge.toString()})('${TO_PRELOAD}', '${TO_PAGE}');
      const require = (${createPreloadRequire.toString()})(bridge, '${BINDING}', '${RECEIVER}');
      (function (require, module, exports) {${fs.readFileSync(preloadFile, 'utf8')}
      })(require, { exports: {} }, {});
    }`;
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: WORLD });
  }

  async #onMessage(context: number, { id, channel, args }: RendererMessage): Promise<void> {
    const frame = { url: this.#schemes.toApp(this.#page?.url() ?? ''), parent: null };
    try {
      const value = await this.#ipcMain.invoke({ sender: this, senderFrame: frame }, channel, args);
      this.#deliver(context, { id, value });
    } catch (error) {
      const failure = `Error invoking remote method '${channel}': ${String(error)}`;
      this.#deliver(context, { id, failure });
    }
  }

  #deliver(contextId: number, message: MainMessage): void {
    const expression = `${RECEIVER}(${JSON.stringify(JSON.stringify(message))})`;
    // The page may have gone on to another document in the meantime.
    this.#session?.send('Runtime.evaluate', { contextId, expression }).catch(() => undefined);
  }
}
