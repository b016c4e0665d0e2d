import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WireError } from '../../src/shared/errors.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import type { Database } from '../../src/core/database/database.ts';
import type { Store } from '../../src/store/store.ts';
import { HastyClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStoreOn } from './store-fixture.ts';

const HOLDER = path.join(import.meta.dirname, '../support/holder-process.ts');

type Answer = { readonly isOpen: boolean; readonly error?: WireError };

function startHolder(home: string): ChildProcess {
  const child = fork(HOLDER, [home]);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function order(child: ChildProcess, what: 'open' | 'close'): Promise<Answer> {
  child.send(what);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function open(home: string): Promise<Store<Database>> {
  const store = await openStoreOn(nodeFileSystem, home, new HastyClock());
  onTestFinished(() => store.close());
  return store;
}

/** Leaves the record of a holder that did not close. */
function writeRecord(home: string, record: object): void {
  const complete = { startedAt: '2026-01-01T00:00:00.000Z', nonce: 'n', ...record };
  writeFileSync(path.join(home, 'lock'), JSON.stringify(complete));
}

describe('the lock of a home', () => {
  it('tells a second process who holds it', async () => {
    const home = temporaryFolder();
    const holder = startHolder(home);
    expect(await order(holder, 'open')).toEqual({ isOpen: true });
    const error: unknown = await open(home).catch((cause: unknown) => cause);
    const { startedAt } = JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8')) as {
      startedAt: string;
    };
    expect(error).toMatchObject({
      code: 'Busy',
      details: { pid: holder.pid, host: hostname(), startedAt },
    });
    const written = new RegExp(
      `^SweatShop is already running here: process ${String(holder.pid)} on host ${hostname()}, ` +
        String.raw`since \d+ \w+ \d{4}, \d\d:\d\d\. Quit it first, or work in its window\.$`,
    );
    expect((error as Error).message).toMatch(written);
    const [, said = ''] = /since (.*)\. Quit/.exec((error as Error).message) ?? [];
    expect(Date.parse(said)).toBe(Math.floor(Date.parse(startedAt) / 60_000) * 60_000);
  });

  it('keeps out a second store in the same process', async () => {
    const home = temporaryFolder();
    await open(home);
    await expect(open(home)).rejects.toMatchObject({
      code: 'Busy',
      details: { pid: process.pid },
    });
  });

  it('is one lock, whichever link leads to the home', async () => {
    const home = temporaryFolder();
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(home, link);
    await open(home);
    await expect(open(link)).rejects.toMatchObject({ code: 'Busy' });
  });

  it('is free at once when its holder is killed', async () => {
    const home = temporaryFolder();
    const holder = startHolder(home);
    await order(holder, 'open');
    await kill(holder);
    expect(existsSync(path.join(home, 'lock'))).toBe(true);
    const store = await open(home);
    expect(store.status().owner).toEqual({ pid: process.pid, host: hostname() });
  });

  it.skipIf(process.platform === 'win32')('stays taken while its holder is suspended', async () => {
    const home = temporaryFolder();
    const holder = startHolder(home);
    await order(holder, 'open');
    holder.kill('SIGSTOP');
    await expect(open(home)).rejects.toMatchObject({ code: 'Busy' });
  });

  it('is free after a close, and leaves no file', async () => {
    const home = temporaryFolder();
    const holder = startHolder(home);
    await order(holder, 'open');
    await order(holder, 'close');
    expect(existsSync(path.join(home, 'lock'))).toBe(false);
    await open(home);
  });

  it('goes to exactly one of eight processes that meet a dead holder’s', async () => {
    const home = temporaryFolder();
    const dead = startHolder(home);
    await order(dead, 'open');
    const record = readFileSync(path.join(home, 'lock'));
    await kill(dead);
    const contenders = Array.from({ length: 8 }, () => startHolder(home));
    for (let round = 0; round < 20; round++) {
      writeFileSync(path.join(home, 'lock'), record);
      const answers = await Promise.all(contenders.map((contender) => order(contender, 'open')));
      expect(answers.filter(({ isOpen }) => isOpen)).toHaveLength(1);
      const losers = answers.flatMap(({ error }) => (error ? [error.code] : []));
      expect(losers).toEqual(Array.from({ length: 7 }, () => 'Busy'));
      await Promise.all(contenders.map((contender) => order(contender, 'close')));
    }
  });

  it.each(['nothing', 'half a rec', '{"pid":"x"}', '[]', 'x'.repeat(10_000)])(
    'does not depend on a lock file that holds %s',
    async (text) => {
      const home = temporaryFolder();
      writeFileSync(path.join(home, 'lock'), text === 'nothing' ? '' : text);
      await open(home);
      await expect(open(home)).rejects.toMatchObject({ code: 'Busy' });
    },
  );

  it('does not depend on a lock file that is a folder', async () => {
    const home = temporaryFolder();
    mkdirSync(path.join(home, 'lock'));
    await open(home);
    await expect(open(home)).rejects.toMatchObject({ code: 'Busy' });
  });

  it('is refused where the record names another machine, with what to do about it', async () => {
    const home = temporaryFolder();
    const file = path.join(home, 'lock');
    writeRecord(home, { pid: 4242, host: 'another-machine' });
    await expect(open(home)).rejects.toMatchObject({
      code: 'Busy',
      message: expect.stringContaining(file) as string,
      details: { pid: 4242, host: 'another-machine' },
    });
    expect(existsSync(file)).toBe(true);
    writeRecord(home, { pid: 4242, host: 'another-machine', startedAt: 'once' });
    await expect(open(home)).rejects.toMatchObject({
      message: expect.stringContaining('process 4242 on host another-machine. Close') as string,
    });
  });
});

describe.skipIf(process.platform !== 'linux')('a record on Linux', () => {
  const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const startTimeOf = (pid: number) =>
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)
      ?.split(' ')[19];

  it('keeps others out whose network namespace hides the lock of a living holder', async () => {
    const home = temporaryFolder();
    const pid = process.ppid;
    const processStartTime = startTimeOf(pid);
    writeRecord(home, { pid, host: hostname(), bootId: bootId(), processStartTime });
    await expect(open(home)).rejects.toMatchObject({ code: 'Busy', details: { pid } });
  });

  it('does not keep anybody out when another process got the number of its holder', async () => {
    const home = temporaryFolder();
    const pid = process.ppid;
    writeRecord(home, { pid, host: hostname(), bootId: bootId(), processStartTime: '1' });
    await open(home);
  });

  it('does not keep anybody out after the machine was started anew', async () => {
    const home = temporaryFolder();
    const pid = process.ppid;
    const processStartTime = startTimeOf(pid);
    writeRecord(home, { pid, host: hostname(), bootId: 'an earlier start', processStartTime });
    await open(home);
  });
});
