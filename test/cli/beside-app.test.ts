import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { connectToOwner } from '../../src/host/local-socket/owner-connection.ts';
import { createApi } from '../../src/shared/api.ts';
import { readAddress, startServer } from '../support/running-server.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome } from './run-command.ts';

const cli = path.join(import.meta.dirname, '../../.vite/build/cli.js');

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

function start(...args: string[]): ChildProcess {
  // As from a shell: what npm starts has its own way to notice that the parent is gone.
  const env = { ...process.env, npm_lifecycle_event: undefined };
  const child = spawn(process.execPath, [cli, '--home', home, ...args], { env });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function run(...args: string[]) {
  const child = start(...args);
  const written = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (written.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (written.stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...written };
}

async function connect() {
  const connection = await connectToOwner(home, 5_000);
  if (!connection) throw new Error('Nobody was there.');
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}

async function makeDatabase(): Promise<void> {
  const opened = await openTestHome(home);
  opened.app.services.tickets.create({ title: 'x' });
  await opened.close();
}

describe('a command beside the app', () => {
  it('sees what the app has in memory, at once', async () => {
    const server = await startServer(home);
    const { api } = await server.connect();
    await api.tickets.create({ title: 'x' });
    const { exitCode, stdout, stderr } = await run('status', '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      runningIn: 'browser',
      database: { owner: { pid: server.process.pid } },
      tickets: { backlog: 1, ready: 0 },
      waiting: [],
    });
  });

  it('is one of fifteen at once that all get an answer', async () => {
    await startServer(home);
    const all = await Promise.all(Array.from({ length: 15 }, () => run('status', '--json')));
    expect(all.map(({ exitCode }) => exitCode)).toEqual(all.map(() => 0));
  });

  it.skipIf(process.platform === 'win32')(
    'says that it does not know how its call ended when the app is killed; the next one works without it',
    async () => {
      const server = await startServer(home);
      const connection = await connect();
      await createApi(connection).tickets.create({ title: 'answered' });
      server.process.kill('SIGSTOP');
      const underWay = expect(
        connection.invoke('ticket:create', [{ title: 'not answered' }]),
      ).rejects.toMatchObject({ code: 'Unavailable' });
      server.process.kill('SIGKILL');
      await underWay;
      expect(existsSync(path.join(home, 'sweatshop.sock'))).toBe(true);
      const { exitCode, stdout } = await run('status', '--json');
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ runningIn: null, tickets: { backlog: 1 } });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'takes over where the app is killed before it says hello',
    async () => {
      await makeDatabase();
      const server = await startServer(home);
      server.process.kill('SIGSTOP');
      const running = run('status', '--json');
      setTimeout(() => server.process.kill('SIGKILL'), 600);
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ runningIn: null, tickets: { backlog: 1 } });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'does not wait for ever for an app that hangs',
    async () => {
      const server = await startServer(home);
      server.process.kill('SIGSTOP');
      const { exitCode, stderr } = await run('status', '--busy-timeout', '0.3');
      server.process.kill('SIGCONT');
      expect(exitCode).toBe(4);
      expect(stderr).toContain(`process ${String(server.process.pid)}`);
    },
  );
});

describe('a command beside an app whose disk is full', () => {
  it('says that the app holds what could not be saved, which is there once', async ({ skip }) => {
    const disk = mountSmallDisk(4);
    if (disk === null) return skip('This user may not mount a file system.');
    home = path.join(disk, 'home');
    const { api } = await (await startServer(home)).connect();
    await api.tickets.create({ title: 'x' });
    fillDisk(path.join(disk, 'rest'));
    // More than the redo log has room for.
    const description = path.join(temporaryFolder(), 'description');
    writeFileSync(description, 'x'.repeat(500_000));
    const { exitCode, stderr } = await run(
      ...['tickets', 'add', '--title', 'held', '--description-file', description],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/disk is full.*SweatShop that is running holds the change/s);
    expect(stderr).toContain('Do not run the command again');
    const refused = await run('tickets', 'add', '--title', 'refused');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).not.toContain('holds the change');
    rmSync(path.join(disk, 'rest'));
    const titles = (await api.tickets.list({})).map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['x', 'held']));
    expect(titles).toHaveLength(2);
  });
});

describe('fifteen commands at once without an app', () => {
  it('all get through', async () => {
    await makeDatabase();
    const all = await Promise.all(Array.from({ length: 15 }, () => run('status', '--json')));
    expect(all.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      all.map(() => ({ exitCode: 0, stderr: '' })),
    );
  });
});

describe('sweatshop serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'serves the home until %s, and lets go of it',
    async (signal) => {
      const child = start('serve', '--port', '0', '--no-open');
      const url = new URL(await readAddress(child));
      expect((await fetch(`${url.origin}/health`)).status).toBe(200);
      await createApi(await connect()).tickets.create({ title: 'x' });

      child.kill(signal);
      await once(child, 'close');
      expect(child.exitCode).toBe(0);
      await expect(fetch(`${url.origin}/health`)).rejects.toThrow();
      expect(existsSync(path.join(home, 'lock'))).toBe(false);
      expect(existsSync(path.join(home, 'sweatshop.sock'))).toBe(false);
    },
  );

  it.skipIf(process.platform === 'win32')('leaves no server behind when it is killed', async () => {
    const child = start('serve', '--port', '0', '--no-open');
    const url = new URL(await readAddress(child));
    child.kill('SIGKILL');
    const isServed = () =>
      fetch(`${url.origin}/health`).then(
        () => true,
        () => false,
      );
    await expect.poll(isServed, { timeout: 5_000 }).toBe(false);
    await expect.poll(() => existsSync(path.join(home, 'lock'))).toBe(false);
  });

  it('refuses a home that is served already, and what is no port', async () => {
    await startServer(home);
    const second = await run('serve', '--no-open');
    expect(second.exitCode).toBe(4);
    expect(second.stderr).toContain('is running already');
    for (const port of ['-1', '65536', 'x', '']) {
      expect(await run('serve', '--no-open', `--port=${port}`)).toMatchObject({ exitCode: 2 });
    }
  });

  it('ends with 1 when the port is taken', async () => {
    const { port } = await startServer(path.join(temporaryFolder(), 'other'));
    const { exitCode, stderr } = await run('serve', '--no-open', '--port', String(port));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('taken by another program');
  });
});
