import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectHome } from '../../src/host/inspect-home.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import type { DbStatus } from '../../src/shared/types.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOLDER = path.join(import.meta.dirname, '../support/holder-process.ts');

async function open(home: string): Promise<Home> {
  const opened = await openHome({ host: 'cli', path: home, wasm: readSqlWasm(), version: '1.2.3' });
  onTestFinished(() => opened.close().catch(() => undefined));
  return opened;
}

const inspect = (home: string): Promise<DbStatus> =>
  inspectHome({ path: home, wasm: readSqlWasm() });

describe.skipIf(!['linux', 'win32'].includes(process.platform))('a home in use', () => {
  it('stands as its owner says, on a full disk too', async (context) => {
    const disk = mountSmallDisk(8);
    if (!disk) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const home = path.join(disk, 'home');
    const { app } = await open(home);
    const ballast = path.join(disk, 'ballast');
    fillDisk(ballast);
    const answer = await app.call('ticket:create', [
      { title: 'Large', description: 'x'.repeat(200_000) },
    ]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'StorageFull' } });
    expect(await inspect(home)).toMatchObject({
      state: 'readOnly',
      owner: { pid: process.pid },
      lastError: { code: 'StorageFull' },
    });
    unlinkSync(ballast);
  });

  it('is read from its files, and said to be, when the owner does not answer', async () => {
    const home = path.join(temporaryFolder(), 'home');
    await (await open(home)).close();
    const holder = fork(HOLDER, [home]);
    onTestFinished(() => {
      holder.kill('SIGKILL');
    });
    holder.send('open');
    await once(holder, 'message');
    // What cannot be read beside an owner at work may be half of what it writes.
    writeFileSync(path.join(home, 'backups/previous.db'), 'rotten');
    const status = await inspect(home);
    expect(status).toMatchObject({ state: 'saved', owner: { pid: holder.pid }, lastError: null });
    expect(status.notices).toEqual([expect.stringContaining('from the files alone')]);
    unlinkSync(path.join(home, 'lock'));
    expect((await inspect(home)).notices).toEqual([expect.stringContaining('files alone')]);
  });
});

it('is read from the files, without a word about an owner, where there is none', async () => {
  const home = path.join(temporaryFolder(), 'home');
  await (await open(home)).close();
  expect(existsSync(path.join(home, 'lock'))).toBe(false);
  expect(await inspect(home)).toMatchObject({ state: 'saved', owner: null, notices: [] });
});
