import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as v from 'valibot';
import type { SweatShopError } from '../../src/shared/errors.ts';
import { DbStatusSchema } from '../../src/shared/types.ts';
import type { DbStatus } from '../../src/shared/types.ts';
import type { StoreClock } from '../../src/store/clock.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { FaultyFileSystem } from '../support/faulty-file-system.ts';
import { HastyClock, ManualClock } from '../support/manual-clock.ts';
import { NoteDatabase, notesIn } from '../support/note-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Opens a home as the application does: with a database on what its file holds. */
async function open(home: string, clock: StoreClock = new ManualClock()) {
  const disk = new FaultyFileSystem(nodeFileSystem);
  const store = await openStore({ home, fileSystem: disk, clock });
  onTestFinished(() => store.close().catch(() => undefined));
  const { image } = store;
  const database = await NoteDatabase.open(image);
  store.attach(database, image === null);
  disk.reset();
  return { store, database, disk, file: path.join(home, 'sweatshop.db') };
}

async function homeWithNotes(...notes: string[]): Promise<string> {
  const home = path.join(temporaryFolder(), 'home');
  const { store, database } = await open(home);
  for (const note of notes) database.add(note);
  await store.close();
  return home;
}

function tryToOpen(home: string): Promise<Store> {
  return openStore({ home, fileSystem: nodeFileSystem, clock: new HastyClock() });
}

describe('a new home', () => {
  it('is made with everything above it, for its owner only', async () => {
    const home = path.join(temporaryFolder(), 'deep', 'er', 'home');
    const { store, file } = await open(home);
    await store.flush();
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(home, 'lock')).mode & 0o777).toBe(0o600);
  });

  it('gets its file soon after the database was attached, without a further commit', async () => {
    const clock = new ManualClock();
    const home = temporaryFolder();
    const { store, file } = await open(home, clock);
    expect(store.status()).toMatchObject({ state: 'unsaved', bytes: 0, publishedAt: null });
    const saved = nextState(store, 'saved');
    await clock.advance(500);
    await saved;
    expect(await notesIn(readFileSync(file))).toEqual([]);
  });

  it('has no half-made file when its first publication fails', async () => {
    const { store, disk, file } = await open(temporaryFolder());
    disk.fault = ({ name }) => (name === 'fsync' ? { errno: 'EIO' } : null);
    await expect(store.flush()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(existsSync(file)).toBe(false);
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
    const { store, database } = await open(await homeWithNotes('one', 'two'));
    expect(database.notes()).toEqual(['one', 'two']);
    expect(store.status()).toMatchObject({ state: 'saved', seq: 0, publishedSeq: 0 });
  });

  it('loses the temporary files of a crash', async () => {
    const home = await homeWithNotes('one');
    mkdirSync(path.join(home, 'backups'));
    writeFileSync(path.join(home, '.sweatshop-0123456789abcdef.tmp'), 'half');
    writeFileSync(path.join(home, 'backups', '.sweatshop-0123456789abcdef.tmp'), 'half');
    await open(home);
    expect(readdirSync(home).sort()).toEqual(['backups', 'lock', 'sweatshop.db']);
    expect(readdirSync(path.join(home, 'backups'))).toEqual([]);
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
      ['electron', 'browser-token', 'backups'],
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
    expect(readdirSync(folder).sort()).toEqual(['mine.txt', 'sweatshop.db']);
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
    const { store, database } = await open(home);
    database.add('two');
    await store.close();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toBe(elsewhere);
    expect(await notesIn(readFileSync(elsewhere))).toEqual(['one', 'two']);
    expect(readdirSync(path.dirname(elsewhere))).toEqual(['real.db']);
  });
});

describe('a damaged file', () => {
  const damages: Record<string, (file: string, size: number) => void> = {
    'is empty': (file) => {
      writeFileSync(file, '');
    },
    'is shorter than any database': (file) => {
      truncateSync(file, 100);
    },
    'is text': (file) => {
      writeFileSync(file, 'not a database, but long enough to be one. '.repeat(50));
    },
    'lacks its last byte': (file, size) => {
      truncateSync(file, size - 1);
    },
    'lacks its last page': (file, size) => {
      truncateSync(file, size - 4_096);
    },
  };

  it.each(Object.keys(damages))('that %s is refused and left as it is', async (name) => {
    const home = await homeWithNotes(
      ...Array.from({ length: 500 }, (_, index) => `note ${String(index)}`),
    );
    const file = path.join(home, 'sweatshop.db');
    damages[name]?.(file, statSync(file).size);
    const damaged = readFileSync(file);
    await expect(tryToOpen(home)).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
      details: { path: file },
    });
    expect(readFileSync(file).equals(damaged)).toBe(true);
    expect(readdirSync(home)).toEqual(['sweatshop.db']);
  });
});

describe('another program', () => {
  it('that changed the file keeps its change, and the changes here are kept in a copy', async () => {
    const home = await homeWithNotes('one');
    const { store, database, file } = await open(home);
    database.add('ours');
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    await expect(store.flush()).rejects.toMatchObject({ code: 'Conflict' });
    expect(store.status()).toMatchObject({ state: 'failed', lastError: { code: 'Conflict' } });

    const error = await store.close().catch((cause: unknown) => cause);
    const { copy } = (error as { details: { copy: string } }).details;
    expect(error).toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining(copy) as string,
    });
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'theirs']);
    expect(await notesIn(readFileSync(copy))).toEqual(['one', 'ours']);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect((await open(home)).database.notes()).toEqual(['one', 'theirs']);
  });

  it('that changes the file while the new one is being written is noticed', async () => {
    const home = await homeWithNotes('one');
    const { store, database, disk, file } = await open(home);
    database.add('ours');
    disk.fault = ({ name }) => {
      if (name === 'fsync') withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
      return null;
    };
    await expect(store.flush()).rejects.toMatchObject({ code: 'Conflict' });
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'theirs']);
  });

  it('that made a file where none was does not lose it', async () => {
    const home = temporaryFolder();
    const { store, file } = await open(home);
    withSqlite(file, "CREATE TABLE notes (text); INSERT INTO notes VALUES ('theirs')");
    await expect(store.flush()).rejects.toMatchObject({ code: 'Conflict' });
    expect(await notesIn(readFileSync(file))).toEqual(['theirs']);
  });

  it('that removed the file gets it back with all that is in memory', async () => {
    const home = await homeWithNotes('one');
    const { store, database, file } = await open(home);
    unlinkSync(file);
    database.add('two');
    await store.flush();
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
  });

  it('that has a write-ahead log open is not mixed with our file, and saving goes on when it is gone', async () => {
    const home = await homeWithNotes('one');
    const { store, database, file } = await open(home);
    writeFileSync(`${file}-wal`, '');
    database.add('two');
    await expect(store.flush()).rejects.toMatchObject({
      code: 'Conflict',
      details: { path: `${file}-wal` },
    });
    unlinkSync(`${file}-wal`);
    await store.flush();
    expect(store.status()).toMatchObject({ state: 'saved', lastError: null });
  });

  it.each(['-wal', '-journal'])(
    'that died and left a %s is asked for before anything is read',
    async (suffix) => {
      const home = await homeWithNotes('one');
      writeFileSync(path.join(home, `sweatshop.db${suffix}`), 'something');
      await expect(tryToOpen(home)).rejects.toMatchObject({ code: 'Conflict' });
    },
  );

  it('that left an empty journal, as SQLite may, is no hindrance', async () => {
    const home = await homeWithNotes('one');
    writeFileSync(path.join(home, 'sweatshop.db-journal'), '');
    const { store, database } = await open(home);
    database.add('two');
    await store.flush();
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
      const { store, database, disk, file } = await open(home);
      database.add('two');
      disk.fault = ({ name }) => (name === 'open' ? { errno } : null);
      await expect(store.flush()).rejects.toMatchObject({ code, details: { path: file, errno } });
      const { lastError, state } = store.status();
      expect(state).toBe('failed');
      expect(lastError?.message).toContain(file);
      disk.fault = () => null;
      database.add('three');
      await store.flush();
      expect(store.status()).toMatchObject({
        state: 'saved',
        lastError: null,
        seq: 2,
        publishedSeq: 2,
      });
      expect(await notesIn(readFileSync(file))).toEqual(['one', 'two', 'three']);
    },
  );

  it('in any one operation of a flush loses nothing, and is not taken for another program', async () => {
    for (const isDone of [false, true]) {
      for (let k = 1; ; k++) {
        const home = await homeWithNotes('one');
        const { store, database, disk, file } = await open(home, new HastyClock());
        database.add('two');
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
        database.add('three');
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
      const { store, database, disk, file } = await open(home, new HastyClock());
      database.add('two');
      disk.fault = ({ name, path: where }) =>
        name === 'fsync' && where === home ? { errno: 'EIO' } : null;
      await expect(store.flush()).rejects.toMatchObject({ code: 'Unavailable' });
      let renames = 0;
      disk.fault = ({ name }) => (name === 'rename' && ++renames === 1 ? { errno } : null);
      await store.flush().catch(() => undefined);
      await store.flush();
      expect(renames).toBe(2);
      expect(store.status()).toMatchObject({ state: 'saved', lastError: null });
      expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
    },
  );

  it('at close gives the home free, and says so', async () => {
    const home = await homeWithNotes('one');
    const { store, database, disk } = await open(home);
    database.add('two');
    disk.fault = ({ name }) => (name === 'write' ? { errno: 'ENOSPC' } : null);
    await expect(store.close()).rejects.toMatchObject({ code: 'StorageFull' });
    expect((await open(home)).database.notes()).toEqual(['one']);
  });

  it('while the owner is written down does not keep anybody from the data', async () => {
    const home = await homeWithNotes('one');
    const disk = new FaultyFileSystem(nodeFileSystem);
    disk.fault = ({ name }) => (name === 'write' ? { errno: 'ENOSPC' } : null);
    const store = await openStore({ home, fileSystem: disk, clock: new HastyClock() });
    expect(await notesIn(store.image ?? new Uint8Array())).toEqual(['one']);
    await store.close();
  });
});

describe('keepCopy', () => {
  it('copies the file as it was, for its owner only, under a name of its own each time', async () => {
    const home = await homeWithNotes('one');
    chmodSync(path.join(home, 'sweatshop.db'), 0o644);
    const store = await tryToOpen(home);
    const copies = [store.keepCopy('before 0020_epics'), store.keepCopy('before 0020_epics')];
    await store.close();
    expect(copies.map((copy) => path.relative(home, copy))).toEqual([
      expect.stringMatching(/^backups\/2026-01-01T00-00-00\.\d{3}Z-before-0020_epics\.db$/),
      expect.stringMatching(/^backups\/2026-01-01T00-00-00\.\d{3}Z-before-0020_epics(-2)?\.db$/),
    ]);
    expect(new Set(copies).size).toBe(2);
    for (const copy of copies) {
      expect(await notesIn(readFileSync(copy))).toEqual(['one']);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
    }
    expect(statSync(path.join(home, 'backups')).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing half-made whichever operation fails', async () => {
    for (let k = 1; ; k++) {
      const home = await homeWithNotes('one');
      const { store, disk, file } = await open(home);
      const fired: number[] = [];
      disk.fault = ({ index }) => {
        if (index !== k) return null;
        fired.push(index);
        return { errno: 'ENOSPC', isDone: true };
      };
      const error = errorOf(() => store.keepCopy('test'));
      expect(error?.code).toBe(fired.length > 0 ? 'StorageFull' : undefined);
      const folder = path.join(home, 'backups');
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        expect(readFileSync(path.join(folder, name)).equals(readFileSync(file))).toBe(true);
      }
      if (fired.length === 0) break;
    }
  });

  it('has nothing to copy in a new home', async () => {
    const { store } = await open(temporaryFolder());
    expect(() => store.keepCopy('test')).toThrow(expect.objectContaining({ code: 'NotFound' }));
  });
});

describe('status', () => {
  it('has the form of the contract at every stage', async () => {
    const home = temporaryFolder();
    const { store, database, file } = await open(home);
    const stages: DbStatus[] = [store.status()];
    store.onStatusChanged((status) => stages.push(status));
    await store.flush();
    database.add('one');
    await store.close();
    stages.push(store.status());
    for (const stage of stages) expect(v.parse(DbStatusSchema, stage)).toEqual(stage);
    expect(stages.map(({ state }) => state)).toEqual([
      'unsaved',
      'saving',
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
    const { store } = await open(temporaryFolder());
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const states: string[] = [];
    store.onStatusChanged(() => {
      throw new Error('a faulty listener');
    });
    const stop = store.onStatusChanged(({ state }) => states.push(state));
    await store.flush();
    expect(states).toEqual(['saving', 'saved']);
    expect(await warned).toMatchObject({ message: 'a faulty listener' });
    stop();
    await store.close();
    expect(states).toHaveLength(2);
  });
});

describe('close', () => {
  it('saves what is not saved, also when it is called twice', async () => {
    const home = temporaryFolder();
    const { store, database } = await open(home);
    database.add('one');
    await Promise.all([store.close(), store.close()]);
    expect(readdirSync(home)).toEqual(['sweatshop.db']);
    expect((await open(home)).database.notes()).toEqual(['one']);
  });

  it('also saves what is committed while it saves', async () => {
    const home = await homeWithNotes('one');
    const { store, database, disk } = await open(home);
    database.add('two');
    disk.fault = ({ name, path: where }) => {
      if (name === 'fsync' && where !== home && !database.notes().includes('three')) {
        database.add('three');
      }
      return null;
    };
    await store.close();
    expect((await open(home)).database.notes()).toEqual(['one', 'two', 'three']);
  });

  it('refuses to save afterwards', async () => {
    const { store } = await open(temporaryFolder());
    await store.close();
    await expect(store.flush()).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('of a store without a database changes nothing', async () => {
    const home = temporaryFolder();
    await (await tryToOpen(home)).close();
    expect(readdirSync(home)).toEqual([]);
  });
});

function nextState(store: Store, state: DbStatus['state']): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onStatusChanged((status) => {
      if (status.state !== state) return;
      stop();
      resolve();
    });
  });
}

function errorOf(action: () => unknown): SweatShopError | null {
  try {
    action();
    return null;
  } catch (error) {
    return error as SweatShopError;
  }
}

function withSqlite(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}
