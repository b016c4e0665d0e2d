import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { useApp, useDatabase } from '../../src/cli/app-connection.ts';
import type { CommandContext } from '../../src/cli/command-context.ts';
import { startLocalSocket } from '../../src/host/local-socket/local-socket.ts';
import type { Envelope } from '../../src/shared/transport.ts';
import { startOwner } from '../support/home-owner.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

function contextOf(busyTimeoutMs = 2_000, given: Partial<CommandContext> = {}): CommandContext {
  return {
    ...{ stdout: process.stdout, stderr: process.stderr, version: '1.2.3', confirm: null },
    serve: () => Promise.reject(new Error('not asked for')),
    openHome: openTestHome,
    readWasm: () => Promise.resolve(readSqlWasm()),
    readInput: () => Promise.resolve(new Uint8Array()),
    inspectHome: () => Promise.reject(new Error('not asked for')),
    checkHome: () => Promise.reject(new Error('not asked for')),
    homePath: () => home,
    busyTimeoutMs: () => busyTimeoutMs,
    finish: () => undefined,
    ...given,
  };
}

const refusesToOpen = {
  openHome: () => Promise.reject(new Error('The command opened the home itself.')),
};

const addTicket = (context: CommandContext) =>
  useApp(context, (api) => api.tickets.create({ title: 'x' }), { create: true });

describe('without a SweatShop that runs', () => {
  it('a command opens the home, and frees it whatever happens', async () => {
    await expect(useApp(contextOf(), () => Promise.resolve())).rejects.toMatchObject({
      code: 'NotFound',
    });
    await addTicket(contextOf());
    const failing = useApp(contextOf(), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await useApp(contextOf(), (api) => api.tickets.count())).toBe(1);
  });

  it('many at once get through one after the other, and nothing is lost', async () => {
    await addTicket(contextOf());
    await Promise.all(Array.from({ length: 15 }, () => addTicket(contextOf(10_000))));
    expect(await useApp(contextOf(), (api) => api.tickets.count())).toBe(16);
  });

  it('a command waits for another one that is not done yet', async () => {
    const first = useApp(contextOf(), () => sleep(300), { create: true });
    await sleep(100);
    await addTicket(contextOf());
    await first;
  });

  it('gives up in the time it was given, and says who has it and what to do', async () => {
    await startOwner(home, { listens: false });
    const startedMs = performance.now();
    const failure = useApp(contextOf(300), () => Promise.resolve());
    await expect(failure).rejects.toMatchObject({
      code: 'Busy',
      details: { pid: process.pid },
      message: expect.stringMatching(
        /process \d+ on host .* It did not answer commands for 0\.3 s; --busy-timeout/,
      ) as string,
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await expect(useApp(contextOf(0), () => Promise.resolve())).rejects.toMatchObject({
      code: 'Busy',
    });
  });
});

describe('beside a SweatShop that runs', () => {
  it('a command works with it, and neither closes it nor opens the home itself', async () => {
    const owner = await startOwner(home);
    const context = contextOf(2_000, refusesToOpen);
    const created = await addTicket(context);
    expect(await useApp(context, (api) => api.tickets.list())).toEqual([created]);
    expect(owner.home.app.services.tickets.list()).toEqual([created]);
    const backup = await useDatabase(context, (api) => api.db.backup());
    expect(backup.facts).toMatchObject({ tickets: 1 });
  });

  it('hears errors as the app says them', async () => {
    await startOwner(home);
    const failure = useApp(contextOf(2_000, refusesToOpen), (api) =>
      api.tickets.update('tkt_none', { title: 'y' }),
    );
    await expect(failure).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('waits for one that is being started', async () => {
    const { home: opened } = await startOwner(home, { listens: false });
    const counted = useApp(contextOf(5_000), (api) => api.tickets.count());
    await sleep(200);
    const socket = await startLocalSocket({ app: opened.app, homePath: home, version: '1' });
    onTestFinished(() => socket.close());
    expect(await counted).toBe(0);
  });

  it('takes over where one was closed meanwhile', async () => {
    const owner = await startOwner(home, { listens: false });
    const counted = useApp(contextOf(5_000), (api) => api.tickets.count());
    await sleep(150);
    await owner.close();
    expect(await counted).toBe(0);
  });

  it('says when the one that runs is of another version and does not know a call', async () => {
    const call = (): Promise<Envelope> => {
      const error = {
        code: 'NotFound',
        message: '',
        details: { channel: 'ticket:count' },
      } as const;
      return Promise.resolve({ ok: false, error });
    };
    await startOwner(home, { version: '0.9.0', call });
    const failure = useDatabase(contextOf(2_000, refusesToOpen), (api) => api.tickets.count());
    await expect(failure).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringMatching(
        /is version 0\.9\.0 .* this command is version 1\.2\.3/,
      ) as string,
    });
  });

  it('keeps away from a database that waits to be recovered, except to look after it', async () => {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home, 'sweatshop.db'), 'no database'.repeat(1_000));
    mkdirSync(path.join(home, 'backups'), { recursive: true });
    await startOwner(home);
    const context = contextOf(2_000, refusesToOpen);
    const report = await useDatabase(context, (api) => api.db.recovery());
    expect(report).not.toBeNull();
    await expect(useApp(context, (api) => api.tickets.count())).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
    });
  });
});
