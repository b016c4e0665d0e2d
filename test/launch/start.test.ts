import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectDir, typeScriptFlags } from '../../src/launch/project.ts';
import { readAddress } from '../support/running-server.ts';
import { SocketClient } from '../support/socket-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Env = Record<string, string>;

/** Runs a script of package.json as a person would. */
function npm(args: readonly string[], env: Env): ChildProcess {
  const child = spawn('npm', args, {
    cwd: projectDir,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Runs what `npm start` runs, without npm. */
function start(args: readonly string[], env: Env): ChildProcess {
  const file = path.join(projectDir, 'src/launch/start.ts');
  const child = spawn(process.execPath, [...typeScriptFlags, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function finish(child: ChildProcess) {
  const [stdout, stderr] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

async function connectTo(address: string): Promise<SocketClient> {
  const url = new URL(address);
  const token = url.hash.replace('#token=', '');
  return SocketClient.open({ port: Number(url.port), token });
}

const inBrowser = ['--browser', '--port', '0', '--no-open'];

describe('npm start -- --browser', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'saves and ends when npm gets %s, and can be started again at once',
    async (signal) => {
      const home = { SWEATSHOP_HOME: temporaryFolder() };
      const first = npm(['start', '--', ...inBrowser], home);
      const client = await connectTo(await readAddress(first));
      await client.api.tickets.create({ title: 'kept' });
      const gone = once(client.socket, 'close');
      first.kill(signal);
      const second = npm(['start', '--', ...inBrowser], home);
      await gone;
      const again = await connectTo(await readAddress(second));
      expect(await again.api.tickets.list()).toMatchObject([{ title: 'kept' }]);
      const goneToo = once(again.socket, 'close');
      second.kill();
      await goneToo;
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('exits with 0 after %s', async (signal) => {
    const child = start(inBrowser, { SWEATSHOP_HOME: temporaryFolder() });
    await readAddress(child);
    const startedMs = performance.now();
    child.kill(signal);
    // npm passes a key press on that the terminal has already delivered: that is not impatience.
    child.kill(signal);
    await once(child, 'close');
    expect(child.exitCode).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('prints one line on standard output, and nothing else', async () => {
    const child = start(inBrowser, { SWEATSHOP_HOME: temporaryFolder() });
    const finished = finish(child);
    await readAddress(child);
    child.kill();
    const { stdout } = await finished;
    expect(stdout).toMatch(
      /^SweatShop is running at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/,
    );
  });

  it('says who has the home when another process has it, and exits with 1', async () => {
    const home = { SWEATSHOP_HOME: temporaryFolder() };
    const first = start(inBrowser, home);
    await readAddress(first);
    const { exitCode, stdout, stderr } = await finish(start(inBrowser, home));
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`already running here: process ${String(first.pid)}`);
  });
});

describe('the options', () => {
  it('are explained by --help', async () => {
    const { exitCode, stdout } = await finish(start(['--help'], {}));
    expect(exitCode).toBe(0);
    for (const option of ['--browser', '--port', '--no-open', 'SWEATSHOP_HOME']) {
      expect(stdout).toContain(option);
    }
  });

  it.each([['--port', '70000'], ['--port', 'x'], ['--prot', '1'], ['extra']])(
    'are refused with exit code 2 when they make no sense: %s %s',
    async (...args) => {
      const { exitCode, stderr } = await finish(start(args, {}));
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Usage: npm start');
    },
  );
});

describe('Electron', () => {
  const noDownload = {
    // Nothing listens on this port.
    ELECTRON_MIRROR: 'http://127.0.0.1:1/',
    electron_config_cache: path.join(projectDir, '.vite/no-such-cache'),
  };

  it('that cannot be had is told in one sentence within 2 s, and the browser serves the same app', async () => {
    const child = start(['--port', '0', '--no-open'], {
      ...noDownload,
      SWEATSHOP_HOME: temporaryFolder(),
    });
    const startedMs = performance.now();
    const [sentence] = (await once(child.stderr ?? child, 'data')) as [Buffer];
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(String(sentence)).toMatch(
      /^Electron cannot be started \(.+\), so .+ browser instead\.\n$/,
    );
    const client = await connectTo(await readAddress(child));
    expect(await client.api.app.info()).toMatchObject({ host: 'browser' });
  });

  it('that ends at once, as without a display, is replaced by the browser too', async () => {
    const folder = fakeElectron('exit 127');
    const child = start(['--port', '0', '--no-open'], {
      ELECTRON_OVERRIDE_DIST_PATH: folder,
      SWEATSHOP_HOME: temporaryFolder(),
    });
    const client = await connectTo(await readAddress(child));
    expect(await client.api.tickets.count()).toBe(0);
  });

  it('gets the folder of the app and the signals, and its exit code becomes that of the start', async () => {
    const folder = fakeElectron('trap "exit 7" TERM; echo "app $1"; while :; do sleep 0.05; done');
    const child = start([], { ELECTRON_OVERRIDE_DIST_PATH: folder });
    const finished = finish(child);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({
      exitCode: 7,
      stdout: `app ${projectDir}\n`,
      stderr: '',
    });
  });

  it('runs the built app on the home, and lets it save and end with the start', async () => {
    const program = path.join(projectDir, 'test/support/electron-stand-in/electron.ts');
    const command = [process.execPath, ...typeScriptFlags, program].map((word) => `"${word}"`);
    const home = temporaryFolder();
    const child = start([], {
      ELECTRON_OVERRIDE_DIST_PATH: fakeElectron(`exec ${command.join(' ')} "$@"`),
      SWEATSHOP_HOME: home,
    });
    const finished = finish(child);
    await expect
      .poll(() => fs.readdirSync(home), { timeout: 10_000 })
      .toEqual(expect.arrayContaining(['lock', 'sweatshop.db']));
    child.kill('SIGTERM');
    expect(await finished).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(fs.readdirSync(home)).not.toContain('lock');
  });

  it('that has told why it cannot start is believed', async () => {
    const folder = fakeElectron('exit 3');
    const child = start([], { ELECTRON_OVERRIDE_DIST_PATH: folder });
    expect(await finish(child)).toEqual({ exitCode: 1, stdout: '', stderr: '' });
  });
});

/** Makes a folder with an electron program that runs a shell script. */
function fakeElectron(script: string): string {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'electron'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}
