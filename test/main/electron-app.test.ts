import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { connectToOwner } from '../../src/host/local-socket/owner-connection.ts';
import { createApi } from '../../src/shared/api.ts';
import { contract } from '../../src/shared/ipc-channels.ts';
import { RunningApp } from '../support/electron-stand-in/launch-app.ts';
import { startServer } from '../support/running-server.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TRY_AGAIN = 0;
const QUIT_WITHOUT_SAVING = 1;
const PAGE = 'app://sweatshop/index.html';

async function startApp(home = temporaryFolder()): Promise<RunningApp> {
  const app = RunningApp.start(home);
  await app.untilReady();
  return app;
}

function readTitles(home: string): unknown[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    return database
      .prepare('SELECT title FROM tickets ORDER BY title')
      .all()
      .map((row) => row.title);
  } finally {
    database.close();
  }
}

describe('a command beside the app', () => {
  it('reaches it, and its window shows what the command changed', async () => {
    const home = temporaryFolder();
    const app = await startApp(home);
    const connection = await connectToOwner(home, 5_000);
    if (!connection) throw new Error('The app does not listen.');
    await createApi(connection).tickets.create({ title: 'from a command' });
    connection.close();
    const listed = await app.evaluate(() => window.sweatshop.tickets.list());
    expect(listed).toMatchObject([{ title: 'from a command' }]);
    app.process.kill('SIGTERM');
    expect(await app.ended()).toBe(0);
    expect(fs.existsSync(path.join(home, 'sweatshop.sock'))).toBe(false);
  });
});

describe('the contract over Electron IPC', () => {
  it('creates, lists and updates tickets, and pushes what changed', async () => {
    const app = await startApp();
    const seen = await app.evaluate(async () => {
      const { tickets, db } = window.sweatshop;
      const changes: unknown[] = [];
      const stop = db.onChanged((change) => changes.push(change));
      const created = await tickets.create({ title: 'x' });
      const updated = await tickets.update(created.id, { priority: 'high' });
      stop();
      await tickets.update(created.id, { priority: 'low' });
      const missing = await tickets.get('tkt_none');
      return { created, updated, listed: await tickets.list(), missing, changes };
    });
    expect(seen.created).toMatchObject({ title: 'x', status: 'backlog', priority: 'medium' });
    expect(seen.updated).toMatchObject({ id: seen.created.id, priority: 'high' });
    expect(seen.listed).toMatchObject([{ id: seen.created.id, priority: 'low' }]);
    expect(seen.missing).toBeNull();
    const change = { tables: { tickets: [seen.created.id] } };
    expect(seen.changes).toMatchObject([change, change]);
  });

  it('rejects bad input with a code and the name of the field, although errors lose these on the bridge', async () => {
    const app = await startApp();
    const failure = await app.evaluate(() =>
      window.sweatshop.tickets
        .create({ title: 'x', priority: 'urgent' as 'high' })
        .catch((error: unknown) => error),
    );
    expect(failure).toMatchObject({
      name: 'SweatShopError',
      code: 'InvalidInput',
      details: { issues: [{ path: 'priority' }] },
    });
  });

  it('refuses a frame that is not the page, and answers the page', async () => {
    const app = await startApp();
    const page = { url: PAGE, isTop: true };
    expect(await app.ask('invokeAs', page, 'ticket:count', [])).toEqual({ ok: true, value: 0 });
    for (const stranger of [
      { url: PAGE, isTop: false },
      { url: 'https://evil.test/index.html', isTop: true },
      { url: 'app://evil/index.html', isTop: true },
      { url: 'app://sweatshop.evil.test/', isTop: true },
      { url: 'about:blank', isTop: true },
    ]) {
      expect(await app.ask('invokeAs', stranger, 'ticket:count', [])).toMatchObject({
        ok: false,
        error: { code: 'Forbidden' },
      });
    }
  });
});

describe('the window', () => {
  it('shows the page in a sandbox that gives it named methods and nothing else', async () => {
    const app = await startApp();
    expect(await app.ask('windows')).toMatchObject([
      { webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } },
    ]);
    const world = await app.evaluate(() => {
      const globals = window as unknown as Record<string, unknown>;
      const names = ['require', 'process', 'module', 'ipcRenderer', '__standInSend'];
      return {
        title: document.title,
        leaked: names.filter((name) => globals[name] !== undefined),
        namespaces: Object.keys(window.sweatshop).sort(),
        isFrozen: Object.isFrozen(window.sweatshop) && Object.isFrozen(window.sweatshop.tickets),
      };
    });
    expect(world).toEqual({
      title: 'SweatShop',
      leaked: [],
      namespaces: Object.keys(contract).sort(),
      isFrozen: true,
    });
  });

  it('runs no script that is not a file of the app', async () => {
    const app = await startApp();
    const ran = await app.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      return 'injected' in window;
    });
    expect(ran).toBe(false);
  });

  it('stays on its page: links of the web go to the browser, other addresses nowhere', async () => {
    const app = await startApp();
    await app.evaluate(() => {
      location.href = 'https://example.com/one';
    });
    await app.evaluate(() => {
      window.open('https://example.com/two');
    });
    await app.evaluate(() => {
      window.open('ftp://example.com/three');
    });
    await expect
      .poll(async () => (await app.ask('outside')).openedInBrowser)
      .toEqual(['https://example.com/one', 'https://example.com/two']);
    expect(await app.evaluate(() => document.title)).toBe('SweatShop');
    expect(await app.ask('windows')).toHaveLength(1);
  });

  it('grants no permission but that to copy text', async () => {
    const app = await startApp();
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read']) {
      expect(await app.ask('grants', permission)).toBe(false);
    }
    expect(await app.ask('grants', 'clipboard-sanitized-write')).toBe(true);
  });

  it('serves the files of the page under a strict policy, and none outside their folder', async () => {
    const app = await startApp();
    const page = await app.ask('fetch', PAGE);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    for (const address of [
      'app://sweatshop/../build/main.cjs',
      'app://sweatshop/..%2fbuild%2fmain.cjs',
      'app://sweatshop/%2e%2e%2fbuild/main.cjs',
      'app://sweatshop/%00',
      'app://sweatshop/%zz',
      'app://sweatshop/assets',
      'app://elsewhere/index.html',
    ]) {
      expect(await app.ask('fetch', address)).toMatchObject({ status: 404 });
    }
  });
});

describe('the end', () => {
  it('comes when the last window closes, with everything saved', async () => {
    const home = temporaryFolder();
    const app = await startApp(home);
    await app.evaluate(() => window.sweatshop.tickets.create({ title: 'kept' }));
    await app.ask('closeWindows').catch(() => undefined);
    expect(await app.ended()).toBe(0);
    expect(readTitles(home)).toEqual(['kept']);

    const again = await startApp(home);
    const tickets = await again.evaluate(() => window.sweatshop.tickets.list());
    expect(tickets).toMatchObject([{ title: 'kept' }]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'comes with %s, with everything saved',
    async (signal) => {
      const home = temporaryFolder();
      const app = await startApp(home);
      await app.evaluate(() => window.sweatshop.tickets.create({ title: 'kept' }));
      app.process.kill(signal);
      expect(await app.ended()).toBe(0);
      expect(readTitles(home)).toEqual(['kept']);
    },
  );

  it('comes by the menu and with the shutdown of the machine, which is held up for saving', async () => {
    const quit = await startApp();
    await quit.ask('chooseMenuItem', '&File', 'quit').catch(() => undefined);
    expect(await quit.ended()).toBe(0);

    const home = temporaryFolder();
    const shutdown = await startApp(home);
    await shutdown.evaluate(() => window.sweatshop.tickets.create({ title: 'kept' }));
    expect(await shutdown.ask('emitShutdown')).toBe(true);
    expect(await shutdown.ended()).toBe(0);
    expect(readTitles(home)).toEqual(['kept']);
  });
});

describe('changes that neither redo log nor file can take at the end', () => {
  /** The app on a disk that is full, with a change in memory that the disk refused; null where none can be made. */
  async function startOnFullDisk(): Promise<RunningApp | null> {
    const disk = mountSmallDisk(16);
    if (disk === null) return null;
    const app = await startApp(path.join(disk, 'home'));
    fillDisk(path.join(disk, 'ballast'));
    const refusal = await app.evaluate(async () => {
      for (;;) {
        try {
          await window.sweatshop.tickets.create({ title: 'big', description: 'x'.repeat(90_000) });
        } catch (error) {
          return (error as { code: string }).code;
        }
      }
    });
    expect(refusal).toBe('StorageFull');
    return app;
  }

  it('are not thrown away before the person said so', async (context) => {
    const app = await startOnFullDisk();
    if (!app) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const boxes = async (): Promise<string[]> =>
      (await app.ask('outside')).messageBoxes.map(({ message }) => message);
    const notSaved = 'Your last changes are not saved.';
    await app.ask('closeWindows');
    await expect.poll(boxes).toEqual([notSaved]);
    await app.ask('pressButton', TRY_AGAIN);
    await expect.poll(boxes).toEqual([notSaved, notSaved]);
    await app.ask('pressButton', QUIT_WITHOUT_SAVING).catch(() => undefined);
    expect(await app.ended()).toBe(1);
  });

  it.each(['SIGTERM', 'shutdown'] as const)(
    'do not hold up %s, which comes while the person is still asked',
    async (end) => {
      const app = await startOnFullDisk();
      if (!app) return;
      await app.ask('closeWindows');
      await expect.poll(async () => (await app.ask('outside')).messageBoxes).toHaveLength(1);
      if (end === 'SIGTERM') app.process.kill(end);
      else await app.ask('emitShutdown');
      expect(await app.ended()).toBe(1);
    },
  );
});

describe('changes that only the redo log could take at the end', () => {
  it('need no question: they are there at the next start', async () => {
    const home = temporaryFolder();
    const app = await startApp(home);
    fs.writeFileSync(path.join(home, 'sweatshop.db-wal'), 'of another program');
    await app.evaluate(() => window.sweatshop.tickets.create({ title: 'kept' }));
    await app.ask('closeWindows');
    expect(await app.ended()).toBe(0);
    expect(fs.existsSync(path.join(home, 'lock'))).toBe(false);
    fs.unlinkSync(path.join(home, 'sweatshop.db-wal'));
    const again = await startApp(home);
    const titles = await again.evaluate(async () =>
      (await window.sweatshop.tickets.list()).map(({ title }) => title),
    );
    expect(titles).toEqual(['kept']);
  });
});

describe('the start', () => {
  it('that is not possible is explained in a box, with the exit code that says so', async () => {
    const home = temporaryFolder();
    await startServer(home);
    const app = RunningApp.start(home);
    expect(await app.ended()).toBe(3);
  });

  it('is refused with the same exit code when the home is no folder', async () => {
    const file = path.join(temporaryFolder(), 'file');
    fs.writeFileSync(file, '');
    expect(await RunningApp.start(file).ended()).toBe(3);
  });

  it('shows no window for a second start before there is a page to show', async () => {
    const home = temporaryFolder();
    await startServer(home);
    const app = RunningApp.start(home);
    await expect
      .poll(() => fs.existsSync(path.join(home, 'electron/SingletonLock')), { timeout: 10_000 })
      .toBe(true);
    process.kill(app.process.pid ?? 0, 'SIGUSR2');
    expect(await app.ended()).toBe(3);
  });

  it('brings the window of the running app forward instead of opening another', async () => {
    const home = temporaryFolder();
    const app = await startApp(home);
    const [before] = await app.ask('windows');
    expect(await RunningApp.start(home).ended()).toBe(0);
    await expect
      .poll(async () => (await app.ask('windows')).map(({ shownCount }) => shownCount))
      .toEqual([(before?.shownCount ?? 0) + 1]);
  });
});
