import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { lockAddress } from '../../src/store/os-lock.ts';
import { askOwner } from '../../src/store/owner-query.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open, type OpenHome } from './store-fixture.ts';

const support = (name: string) => path.join(import.meta.dirname, '../support', name);

type Asked = Awaited<ReturnType<typeof askOwner>>;

async function askFromAnotherProcess(home: string): Promise<Asked> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    support('asker-process.ts'),
    home,
  ]);
  return JSON.parse(stdout) as Asked;
}

async function openHome(): Promise<OpenHome & { readonly home: string }> {
  const home = path.join(temporaryFolder(), 'home');
  return { home, ...(await open(home, new ManualClock())) };
}

/** Sends something to the holder of a home as a stranger may; gives what came back when the holder hangs up. */
async function say(home: string, text: string): Promise<string> {
  const socket = net.connect({ path: lockAddress(realpathSync(home)) ?? '', allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => undefined);
  if (text !== '') socket.write(text);
  await new Promise((resolve) => {
    socket.once('end', resolve).once('close', resolve);
  });
  return answer;
}

const nonceOf = (home: string) =>
  (JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8')) as { nonce: string }).nonce;

describe.skipIf(lockAddress('/') === null)('the owner of a home', () => {
  it('tells another process of the same user how it stands, its last error included', async () => {
    const { home, store, disk, add } = await openHome();
    disk.fault = ({ name }) => (/^(write|open)/.test(name) ? { errno: 'ENOSPC' } : null);
    add('one');
    await expect(store.whenDurable()).rejects.toMatchObject({ code: 'StorageFull' });
    const asked = await askFromAnotherProcess(home);
    expect(asked).toEqual({ answer: `${JSON.stringify(store.status())}\n` });
    expect(store.status()).toMatchObject({ state: 'readOnly', lastError: { code: 'StorageFull' } });
    disk.fault = () => null;
  });

  it('tells nothing to whoever does not know the nonce of its record', async () => {
    const { home } = await openHome();
    const nonce = nonceOf(home);
    expect(JSON.parse(await say(home, `${nonce}\n`))).toMatchObject({ state: 'saved' });
    for (const text of ['\n', `${nonce.slice(1)}\n`, `${nonce} \n`, `${nonce}${nonce}\n`]) {
      expect(await say(home, text)).toBe('');
    }
  });

  it('hangs up on a line without an end, however it comes', async () => {
    const { home } = await openHome();
    const startedMs = performance.now();
    expect(await say(home, 'x'.repeat(10_000))).toBe('');
    expect(performance.now() - startedMs).toBeLessThan(400);
    expect(await say(home, 'half a line')).toBe('');
    expect(await say(home, '')).toBe('');
  });

  it('turns a crowd away and goes on answering', async () => {
    const { home } = await openHome();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => say(home, '')));
    expect(crowd.join('')).toBe('');
    expect(await askOwner(nodeFileSystem, home)).toMatchObject({
      answer: expect.any(String) as string,
    });
  });

  it('is silent where its record is not the one that lies there', async () => {
    const { home } = await openHome();
    writeFileSync(path.join(home, 'lock'), 'half a rec');
    expect(await askOwner(nodeFileSystem, home)).toBe('silent');
  });

  it('is not waited for when it sleeps', async () => {
    const home = temporaryFolder();
    const holder = fork(support('holder-process.ts'), [home]);
    onTestFinished(() => {
      holder.kill('SIGKILL');
    });
    holder.send('open');
    await once(holder, 'message');
    if (process.platform !== 'win32') holder.kill('SIGSTOP');
    expect(await askOwner(nodeFileSystem, home)).toBe('silent');
  });

  it('does not keep its home for the sake of somebody who is connected', async () => {
    const { home, store } = await openHome();
    const connected = say(home, '');
    // The connection is made, and the holder knows of it.
    await setTimeout(50);
    const startedMs = performance.now();
    await store.close();
    expect(performance.now() - startedMs).toBeLessThan(400);
    await connected;
    await open(home);
  });
});

it('is nobody where no process has the home open', async () => {
  expect(await askOwner(nodeFileSystem, temporaryFolder())).toBeNull();
  expect(await askOwner(nodeFileSystem, path.join(temporaryFolder(), 'missing'))).toBeNull();
});
