import type { Page } from 'playwright-core';
import type { Control, ControlAnswer, ControlRequest } from './control.ts';
import type { ElectronModule } from './electron-module.ts';

type Implementation = {
  [Name in keyof Control]: (
    ...args: Parameters<Control[Name]>
  ) => ReturnType<Control[Name]> | Promise<ReturnType<Control[Name]>>;
};

/** Answers what the test asks, when a test started this process. */
export function serveControl(electron: ElectronModule): void {
  if (!process.send) return;
  const control = createControl(electron);
  process.on('message', (request: ControlRequest) => {
    void answer(control, request).then((message) => process.send?.(message));
  });
  // A test that ends, however it ends, takes the app with it.
  process.on('disconnect', () => process.exit(1));
}

async function answer(
  control: Implementation,
  { id, name, args }: ControlRequest,
): Promise<ControlAnswer> {
  try {
    const run = control[name] as (...args: readonly unknown[]) => unknown;
    return { id, value: await run(...args) };
  } catch (error) {
    return { id, failure: String(error) };
  }
}

function createControl(electron: ElectronModule): Implementation {
  const { app, ipcMain, outside, powerMonitor, schemes, windows } = electron;
  return {
    async evaluate(source, argument) {
      return (await firstPage(electron)).evaluate(`(${source})(${JSON.stringify(argument)})`);
    },
    async reload() {
      await (await firstPage(electron)).reload();
    },
    async screenshot(file) {
      await (await firstPage(electron)).screenshot({ path: file });
    },
    closeWindows() {
      for (const window of [...windows]) window.close();
    },
    chooseMenuItem(...labels) {
      let items = outside.menu;
      for (const label of labels) {
        const item = items.find((candidate) => (candidate.label ?? candidate.role) === label);
        if (!item) throw new Error(`The menu has no ${label}.`);
        if (item.role === 'quit') app.quit();
        item.click?.();
        items = item.submenu ?? [];
      }
    },
    invokeAs({ url, isTop }, channel, args) {
      const senderFrame = { url, parent: isTop ? null : {} };
      return ipcMain.invoke({ sender: windows[0]?.webContents, senderFrame }, channel, args);
    },
    async fetch(address) {
      const response = await schemes.answer(address);
      const { status } = response;
      return { status, headers: Object.fromEntries(response.headers), body: await response.text() };
    },
    grants: (permission) => electron.grants(permission),
    pressButton(button) {
      electron.pressButton(button);
    },
    outside() {
      // The functions in the menu cannot cross.
      return { ...outside, menu: [] };
    },
    windows: () =>
      windows.map(({ shownCount, options }) => ({
        shownCount,
        webPreferences: { ...options.webPreferences },
      })),
    emitShutdown() {
      let isDelayed = false;
      powerMonitor.emit('shutdown', { preventDefault: () => (isDelayed = true) });
      return isDelayed;
    },
  };
}

async function firstPage({ windows }: ElectronModule): Promise<Page> {
  const [window] = windows;
  if (!window) throw new Error('The app has no window.');
  return window.loadedPage();
}
