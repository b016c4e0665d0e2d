import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as v from 'valibot';
import { DbStatusSchema } from '../../src/shared/types.ts';
import type { DbStatus } from '../../src/shared/types.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { FaultyFileSystem } from '../support/faulty-file-system.ts';
import { HastyClock, ManualClock } from '../support/manual-clock.ts';
import { notesIn, notesOf } from '../support/note-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { homeWithNotes, nextState, open, openStoreOn, tryToOpen } from './store-fixture.ts';

/** What a home that was closed in peace holds. */
const AT_REST = ['backups', 'journal', 'sweatshop.db'];

describe('a new home', () => {
  it('is made with everything above it, for its owner only', async () => {
    const home = path.join(temporaryFolder(), 'deep', 'er', 'home');
    const { store, file } = await open(home);
    await store.flush();
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(home, 'lock')).mode & 0o777).toBe(0o600);
  });

  it('has its file before anything can be written', async () => {
    const { store, file } = await open(temporaryFolder());
    expect(store.status()).toMatchObject({ state: 'saved', lastError: null });
    expect(await notesIn(readFileSync(file))).toEqual([]);
  });

  it('takes no writes until its first publication succeeds, and then by itself (rows 28, 67)', async () => {
    const home = temporaryFolder();
    const clock = new ManualClock();
    const disk = new FaultyFileSystem(nodeFileSystem);
    const file = path.join(home, 'sweatshop.db');
    disk.fault = ({ name, path: where }) =>
      name === 'fsync' && where.startsWith(path.join(home, '.sweatshop-'))
        ? { errno: 'ENOSPC' }
        : null;
    const store = await openStoreOn(disk, home, clock);
    onTestFinished(() => store.close());
    expect(store.status()).toMatchObject({ state: 'readOnly', lastError: { code: 'StorageFull' } });
    expect(existsSync(file)).toBe(false);
    const { add, notes } = notesOf(required(store.database));
    expect(() => {
      add('one');
    }).toThrow(expect.objectContaining({ code: 'StorageFull' }));
    expect(notes()).toEqual([]);
    disk.fault = () => null;
    const saved = nextState(store, 'saved');
    await clock.advance(1_000);
    await saved;
    add('one');
    await store.whenDurable();
    expect(notes()).toEqual(['one']);
  });
});

describe('an existing home', () => {
  it('is closed to others when it was open to them', async () => {
    const home = await homeWithNotes('one');
    chmodSync(home, 0o755);
    await open(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('gives back what was saved', async () => {
    const { store, notes } = await open(await homeWithNotes('one', 'two'));
    expect(notes()).toEqual(['one', 'two']);
    expect(store.status()).toMatchObject({ state: 'saved', seq: 3, publishedSeq: 3 });
  });

  it('loses the temporary files of a crash', async () => {
    const home = await homeWithNotes('one');
    writeFileSync(path.join(home, '.sweatshop-0123456789abcdef.tmp'), 'half');
    writeFileSync(path.join(home, 'backups', '.sweatshop-0123456789abcdef.tmp'), 'half');
    await open(home);
    expect(readdirSync(home).sort()).toEqual(['backups', 'journal', 'lock', 'sweatshop.db']);
    expect(readdirSync(path.join(home, 'backups'))).not.toContain(
      '.sweatshop-0123456789abcdef.tmp',
    );
  });

  it('is not written to when nothing changed', async () => {
    const home = await homeWithNotes('one');
    const before = statSync(path.join(home, 'sweatshop.db'));
    const { store } = await open(home);
    await store.flush();
    await store.close();
    const after = statSync(path.join(home, 'sweatshop.db'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });
});

describe('a folder that was there before', () => {
  it.each([
    ['is sticky', 0o1777, []],
    ['is sticky and holds a database', 0o1777, ['sweatshop.db']],
    ['holds the files of others', 0o755, ['theirs.txt']],
    ['holds the files of others beside a lock', 0o750, ['lock', 'theirs.txt']],
  ])('and %s is refused and stays as it is', async (_, mode, names) => {
    const folder = temporaryFolder();
    for (const name of names) writeFileSync(path.join(folder, name), '');
    chmodSync(folder, mode);
    await expect(tryToOpen(folder)).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('SWEATSHOP_HOME') as string,
      details: { path: folder },
    });
    expect(statSync(folder).mode & 0o7777).toBe(mode);
    expect(readdirSync(folder).sort()).toEqual(names);
  });

  it.runIf(process.getuid?.() === 0)('and is empty but of another user is refused', async () => {
    const folder = temporaryFolder();
    chownSync(folder, 12_345, 12_345);
    chmodSync(folder, 0o755);
    await expect(tryToOpen(folder)).rejects.toMatchObject({ code: 'Conflict' });
    expect(statSync(folder).mode & 0o7777).toBe(0o755);
  });

  it.each([
    ['is empty', []],
    [
      'holds only what SweatShop puts there before the first save',
      ['electron', 'browser-token', 'backups', 'journal'],
    ],
  ])('and %s is closed to others', async (_, names) => {
    const folder = temporaryFolder();
    for (const name of names) mkdirSync(path.join(folder, name));
    chmodSync(folder, 0o755);
    await open(folder);
    expect(statSync(folder).mode & 0o7777).toBe(0o700);
  });

  it('and is private already may hold anything', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'mine.txt'), '');
    const { store } = await open(folder);
    await store.close();
    expect(readdirSync(folder).sort()).toEqual([...AT_REST, 'mine.txt'].sort());
  });
});

describe('a path that holds something else', () => {
  it.each(['file', 'FIFO'])('refuses a home that is a %s', async (kind) => {
    const home = path.join(temporaryFolder(), 'home');
    if (kind === 'file') writeFileSync(home, '');
    else execFileSync('mkfifo', [home]);
    await expect(tryToOpen(home)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it.each(['folder', 'FIFO', 'dangling link'])('refuses a database that is a %s', async (kind) => {
    const home = temporaryFolder();
    const file = path.join(home, 'sweatshop.db');
    if (kind === 'folder') mkdirSync(file);
    else if (kind === 'FIFO') execFileSync('mkfifo', [file]);
    else symlinkSync(path.join(home, 'nowhere'), file);
    await expect(tryToOpen(home)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('follows a link, replaces the file it leads to, and keeps the link', async () => {
    const home = await homeWithNotes('one');
    const elsewhere = path.join(temporaryFolder(), 'real.db');
    const link = path.join(home, 'sweatshop.db');
    writeFileSync(elsewhere, readFileSync(link));
    unlinkSync(link);
    symlinkSync(elsewhere, link);
    const { store, add } = await open(home);
    add('two');
    await store.close();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toBe(elsewhere);
    expect(await notesIn(readFileSync(elsewhere))).toEqual(['one', 'two']);
    expect(readdirSync(path.dirname(elsewhere))).toEqual(['real.db']);
  });
});

describe('a disk that fails', () => {
  it.each([
    ['ENOSPC', 'StorageFull'],
    ['EDQUOT', 'StorageFull'],
    ['EFBIG', 'StorageFull'],
    ['EACCES', 'ReadOnly'],
    ['EROFS', 'ReadOnly'],
    ['EIO', 'Unavailable'],
  ])(
    'with %s is told as %s with the path, and the next flush saves everything',
    async (errno, code) => {
      const home = await homeWithNotes('one');
      const { store, add, disk, file } = await open(home);
      add('two');
      disk.fault = ({ name, path: where }) =>
        name === 'open' && where.includes('.sweatshop-') ? { errno } : null;
      await expect(store.flush()).rejects.toMatchObject({ code, details: { path: file, errno } });
      const { lastError, state } = store.status();
      expect(state).toBe('failed');
      expect(lastError?.message).toContain(file);
      disk.fault = () => null;
      add('three');
      await store.flush();
      expect(store.status()).toMatchObject({
        state: 'saved',
        lastError: null,
        seq: 4,
        durableSeq: 4,
        publishedSeq: 4,
      });
      expect(await notesIn(readFileSync(file))).toEqual(['one', 'two', 'three']);
    },
  );

  it('in any one operation of a flush loses nothing, and is not taken for another program', async () => {
    for (const isDone of [false, true]) {
      for (let k = 1; ; k++) {
        const home = await homeWithNotes('one');
        const { store, add, disk, file } = await open(home, new HastyClock());
        add('two');
        const fired: number[] = [];
        disk.fault = ({ index }) => {
          if (index !== k) return null;
          fired.push(index);
          return { errno: 'EIO', isDone };
        };
        await store.flush().catch(() => undefined);
        expect([['one'], ['one', 'two']]).toContainEqual(await notesIn(readFileSync(file)));
        disk.fault = () => null;
        await store.flush();
        add('three');
        await store.close();
        expect(await notesIn(readFileSync(file))).toEqual(['one', 'two', 'three']);
        if (fired.length === 0) break;
      }
    }
  });

  it.each([
    ['EIO', 'fails'],
    ['EPERM', 'is tried again'],
  ])(
    'when the folder cannot be synced and the next rename meets %s and %s, is not taken for another program',
    async (errno) => {
      const home = await homeWithNotes('one');
      const { store, add, disk, file } = await open(home, new HastyClock());
      add('two');
      disk.fault = ({ name, path: where }) =>
        name === 'fsync' && where === home ? { errno: 'EIO' } : null;
      await expect(store.flush()).rejects.toMatchObject({ code: 'Unavailable' });
      let renames = 0;
      disk.fault = ({ name, path: where }) =>
        name === 'rename' && where === file && ++renames === 1 ? { errno } : null;
      await store.flush().catch(() => undefined);
      await store.flush();
      expect(renames).toBe(2);
      expect(store.status()).toMatchObject({ state: 'saved', lastError: null });
      expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
    },
  );

  it('at close keeps nobody: the redo log has what the file lacks', async () => {
    const home = await homeWithNotes('one');
    const { store, add, disk } = await open(home);
    add('two');
    disk.fault = ({ name, path: where }) =>
      name === 'write' && where.includes('.sweatshop-') ? { errno: 'ENOSPC' } : null;
    await store.close();
    expect(await notesIn(readFileSync(path.join(home, 'sweatshop.db')))).toEqual(['one']);
    expect((await open(home)).notes()).toEqual(['one', 'two']);
  });

  it('at close, in log and file, is told, gives the home free and keeps a copy where it can', async () => {
    const home = await homeWithNotes('one');
    const { store, add, disk } = await open(home);
    disk.fault = ({ path: where }) =>
      where.includes('journal') || where.startsWith(path.join(home, '.sweatshop-'))
        ? { errno: 'EIO' }
        : null;
    add('two');
    const error: unknown = await store.close().catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'Unavailable',
      details: { copy: expect.any(String) as string },
    });
    const { copy } = (error as { details: { copy: string } }).details;
    expect(await notesIn(readFileSync(copy))).toEqual(['one', 'two']);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect((await open(home)).notes()).toEqual(['one']);
  });

  it('while the owner is written down does not keep anybody from the data', async () => {
    const home = await homeWithNotes('one');
    const disk = new FaultyFileSystem(nodeFileSystem);
    disk.fault = ({ name }) => (name === 'write' ? { errno: 'ENOSPC' } : null);
    const store = await openStoreOn(disk, home, new HastyClock());
    expect(notesOf(required(store.database)).notes()).toEqual(['one']);
    await store.close();
  });
});

describe('a backup that is put in place on a disk that fails', () => {
  it('is gone on with when only its name could not be synced, before anything more is answered', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, disk, add, notes } = await open(home, clock);
    const { name } = await store.backup();
    add('two');
    await store.flush();
    let isRenamed = false;
    disk.fault = (operation) => {
      if (operation.name === 'rename' && operation.path.endsWith('sweatshop.db')) isRenamed = true;
      const isName = isRenamed && operation.name === 'fsync' && operation.path === home;
      return isName ? { errno: 'EIO' } : null;
    };
    await expect(store.restore(name)).rejects.toMatchObject({ code: 'Unavailable' });
    const answered = await Promise.resolve()
      .then(() => {
        add('three');
        return store.whenDurable();
      })
      .then(
        () => true,
        () => false,
      );
    const copy = path.join(temporaryFolder(), 'home');
    cpSync(home, copy, { recursive: true, filter: (each) => path.basename(each) !== 'lock' });
    const after = (await open(copy)).notes();
    expect(after).toEqual(answered ? ['one', 'two', 'three'] : ['one']);
    disk.fault = () => null;
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return store.status().state;
      })
      .toBe('saved');
    expect(notes()).toEqual(['one']);
    add('four');
    await store.close();
    expect((await open(home)).notes()).toEqual(['one', 'four']);
  });
});

describe('a decision after damage', () => {
  it('is carried out once, and before the home is free for others', async () => {
    const home = path.join(temporaryFolder(), 'home');
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(path.join(home, 'sweatshop.db'), 'rotten');
    const store = await openStoreOn(nodeFileSystem, home, new ManualClock());
    const decisions = Promise.allSettled([store.recover('empty'), store.recover('empty')]);
    await store.close();
    expect(existsSync(path.join(home, 'lock'))).toBe(false);
    const journal = readdirSync(path.join(home, 'journal'));
    const [first, second] = await decisions;
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'Busy' } });
    expect(readdirSync(path.join(home, 'journal'))).toEqual(journal);
    expect((await open(home)).notes()).toEqual([]);
  });
});

describe('a redo log that grows because the file cannot be saved', () => {
  it('is warned of when it is long, and not before (row 66)', async () => {
    const { store, add, file } = await open(await homeWithNotes('one'));
    writeFileSync(`${file}-wal`, '');
    add('two');
    await store.flush().catch(() => undefined);
    expect(store.status().notices).toEqual([]);
    const segment = path.join(path.dirname(file), 'journal', '0000999999.swj');
    writeFileSync(segment, '');
    truncateSync(segment, 300 * 1024 * 1024);
    await store.flush().catch(() => undefined);
    expect(store.status().notices.join()).toContain('redo log has grown beyond 256 MB');
    unlinkSync(segment);
    unlinkSync(`${file}-wal`);
  });
});

describe('a redo log that is removed while it is in use', () => {
  it.each(['journal', '.'])(
    'in %s costs no answered write: everything is published anew first',
    async (what) => {
      const home = await homeWithNotes('one');
      const { store, add } = await open(home, new HastyClock());
      add('two');
      await store.whenDurable();
      rmSync(path.join(home, what), { recursive: true });
      add('three');
      // Answered or not, as it is met by this commit or by the save that follows: kept it is.
      await store.whenDurable().catch(() => undefined);
      await expect.poll(() => store.status().state).toBe('saved');
      add('four');
      await store.whenDurable();
      // As a kill leaves it.
      const copy = path.join(temporaryFolder(), 'home');
      cpSync(home, copy, { recursive: true, filter: (name) => path.basename(name) !== 'lock' });
      expect((await open(copy)).notes()).toEqual(['one', 'two', 'three', 'four']);
    },
  );
});

describe('status', () => {
  it('has the form of the contract at every stage', async () => {
    const home = temporaryFolder();
    const { store, add, file } = await open(home);
    const stages: DbStatus[] = [store.status()];
    store.onStatusChanged((status) => stages.push(status));
    add('one');
    await store.close();
    stages.push(store.status());
    for (const stage of stages) expect(v.parse(DbStatusSchema, stage)).toEqual(stage);
    expect(stages.map(({ state }) => state)).toEqual([
      'saved',
      'unsaved',
      'saving',
      'saved',
      'saved',
    ]);
    expect(stages.at(-2)).toMatchObject({
      path: file,
      bytes: statSync(file).size,
      owner: { pid: process.pid },
      seq: 2,
      publishedSeq: 2,
      publishedAt: new Date(Math.floor(statSync(file).mtimeMs)).toISOString(),
    });
    expect(stages.at(-1)?.owner).toBeNull();
  });

  it('goes on being told to others when one listener throws', async () => {
    const { store, add } = await open(temporaryFolder());
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const states: string[] = [];
    store.onStatusChanged(() => {
      throw new Error('a faulty listener');
    });
    const stop = store.onStatusChanged(({ state }) => states.push(state));
    add('one');
    await store.flush();
    expect(states).toEqual(['unsaved', 'saving', 'saved']);
    expect(await warned).toMatchObject({ message: 'a faulty listener' });
    stop();
    await store.close();
    expect(states).toHaveLength(3);
  });
});

describe('close', () => {
  it('saves what is not saved, also when it is called twice', async () => {
    const home = temporaryFolder();
    const { store, add } = await open(home);
    add('one');
    await Promise.all([store.close(), store.close()]);
    expect(readdirSync(home).sort()).toEqual(AT_REST);
    expect((await open(home)).notes()).toEqual(['one']);
  });

  it('also saves what is committed while it saves', async () => {
    const home = await homeWithNotes('one');
    const { store, add, notes, disk } = await open(home);
    add('two');
    disk.fault = ({ name, path: where }) => {
      if (name === 'fsync' && where !== home && !notes().includes('three')) {
        add('three');
      }
      return null;
    };
    await store.close();
    expect((await open(home)).notes()).toEqual(['one', 'two', 'three']);
  });

  it('refuses to save afterwards', async () => {
    const { store } = await open(temporaryFolder());
    await store.close();
    await expect(store.flush()).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

function required<T>(value: T | null): T {
  if (value === null) throw new Error('There is no database.');
  return value;
}
