import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../src/core/database/changes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { notesIn } from '../support/note-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { homeWithNotes, nextState, open, withSqlite } from './store-fixture.ts';

/** The notes in each backup of a kind, oldest first. */
async function backedUp(home: string, kind: string): Promise<string[][]> {
  const folder = path.join(home, 'backups');
  const names = readdirSync(folder).filter((name) => name.includes(`-${kind}-`));
  return Promise.all(names.sort().map((name) => notesIn(readFileSync(path.join(folder, name)))));
}

describe('a program that edits the file while nothing is unsaved (row 54)', () => {
  it('has its edit in memory soon, everybody is told, and the state before is a backup', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, add, notes, database, file } = await open(home, clock);
    const heard: ChangeSet[] = [];
    database.onChange((changes) => heard.push(changes));
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    void clock.advance(1_000);
    await expect.poll(notes).toEqual(['one', 'theirs']);
    expect([...(heard[0] ?? [])]).toEqual([['notes', 'any']]);
    await expect.poll(() => store.status().state).toBe('saved');
    expect(store.status().notices.join()).toContain('Another program edited');
    expect(await backedUp(home, 'foreign')).toEqual([['one']]);
    add('two');
    await store.close();
    expect((await open(home)).notes()).toEqual(['one', 'theirs', 'two']);
  });

  it('is heard at the next save too, before anything is overwritten', async () => {
    const home = await homeWithNotes('one');
    const { store, add, notes, file } = await open(home);
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    add('ours');
    await expect(store.flush()).rejects.toMatchObject({ code: 'Conflict' });
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'theirs']);
    expect(notes()).toEqual(['one', 'ours']);
  });

  it('loses nothing when power fails at once: previous.db and log lead to the edit too', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, add, notes, file } = await open(home, clock);
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    void clock.advance(1_000);
    await expect.poll(notes).toEqual(['one', 'theirs']);
    await expect.poll(() => store.status().state).toBe('saved');
    add('two');
    await store.whenDurable();
    const copy = path.join(temporaryFolder(), 'home');
    execCopy(home, copy);
    writeFileSync(path.join(copy, 'sweatshop.db'), 'rotten');
    expect((await open(copy)).notes()).toEqual(['one', 'theirs', 'two']);
  });

  it.each([
    ['the backup', 'backups'],
    ['the new file', 'sweatshop.db'],
  ])('is not forgotten when there is no room for %s', async (_, place) => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, disk, notes, file } = await open(home, clock);
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    disk.fault = ({ name, path: where }) => {
      const isTheirs = where.startsWith(path.join(home, 'backups'));
      const isFull = name === 'write' && isTheirs === (place === 'backups');
      return isFull ? { errno: 'ENOSPC' } : null;
    };
    for (let second = 1; second <= 5; second++) {
      await clock.advance(1_000);
      await sleep(50);
    }
    expect(notes()).toEqual(['one']);
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'theirs']);
    expect((await backedUp(home, 'foreign')).length).toBeLessThan(2);
    disk.fault = () => null;
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return notes();
      })
      .toEqual(['one', 'theirs']);
    await expect.poll(() => store.status().state).toBe('saved');
    expect(await backedUp(home, 'foreign')).toEqual([['one']]);
  });

  it('that removed the file gets it back', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, file } = await open(home, clock);
    unlinkSync(file);
    const noticed = nextState(store, 'unsaved');
    void clock.advance(2_000);
    await noticed;
    await expect.poll(() => existsSync(file)).toBe(true);
    expect(await notesIn(readFileSync(file))).toEqual(['one']);
  });

  it('that puts something else in its place finds ours there again, and its own in quarantine (row 26)', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, file } = await open(home, clock);
    writeFileSync(file, 'no database');
    void clock.advance(2_500);
    await expect.poll(() => readFileSync(file, 'latin1').startsWith('SQLite')).toBe(true);
    expect(await notesIn(readFileSync(file))).toEqual(['one']);
    const [folder = ''] = readdirSync(path.join(home, 'quarantine'));
    const kept = path.join(home, 'quarantine', folder, 'sweatshop.db');
    expect(readFileSync(kept, 'utf8')).toBe('no database');
    await expect.poll(() => store.status().notices.join()).toContain(kept);
  });

  it('that puts an older copy in its place is not believed: a person decides (row 57)', async () => {
    const home = await homeWithNotes('one');
    const older = path.join(temporaryFolder(), 'older.db');
    const clock = new ManualClock();
    const { store, add, file } = await open(home, clock);
    copyFileSync(file, older);
    add('two');
    await store.flush();
    copyFileSync(older, file);
    const conflict = nextState(store, 'conflict');
    void clock.advance(1_000);
    const { lastError } = await conflict;
    expect(lastError?.message).toContain('an older copy');
    expect(lastError?.message).not.toContain('waited');
    await store.resolveConflict('ours');
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
  });

  it('that only touched the file has done nothing', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, add, file } = await open(home, clock);
    utimesSync(file, 1, 1);
    await clock.advance(2_000);
    add('two');
    await store.flush();
    expect(store.status()).toMatchObject({ state: 'saved', notices: [] });
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
  });

  it.each([
    ['drops a table', 'DROP TABLE notes'],
    ['adds a column', 'ALTER TABLE notes ADD COLUMN colour TEXT'],
  ])('and %s is not followed: a person decides (row 56)', async (_, sql) => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, notes, file } = await open(home, clock);
    withSqlite(file, sql);
    const conflict = nextState(store, 'conflict');
    void clock.advance(1_000);
    expect((await conflict).lastError?.message).toContain('structure');
    expect(notes()).toEqual(['one']);
    await store.resolveConflict('ours');
    expect(await notesIn(readFileSync(file))).toEqual(['one']);
  });

  it.each([
    [
      'another database',
      (file: string, other: string) => {
        copyFileSync(other, file);
      },
    ],
    [
      'which database it is',
      (file: string) => {
        withSqlite(file, 'DELETE FROM _sw_meta');
      },
    ],
  ])('says so when it is about %s, and can still have its way (row 56)', async (words, change) => {
    const home = await homeWithNotes('one');
    const other = await homeWithNotes('other');
    const clock = new ManualClock();
    const { store, add, notes, file } = await open(home, clock);
    change(file, path.join(other, 'sweatshop.db'));
    const conflict = nextState(store, 'conflict');
    void clock.advance(1_000);
    expect((await conflict).lastError?.message).toContain(words);
    await store.resolveConflict('theirs');
    const theirs = notes();
    expect(theirs).toEqual(words === 'another database' ? ['other'] : ['one']);
    add('two');
    await store.close();
    expect((await open(home)).notes()).toEqual([...theirs, 'two']);
  });

  it('cannot put a state from before the last migration in place of a running one', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, notes, file } = await open(home, clock);
    withSqlite(file, "DELETE FROM schema_migrations WHERE name LIKE '0017%'");
    const conflict = nextState(store, 'conflict');
    void clock.advance(1_000);
    expect((await conflict).lastError?.message).toContain('before the last update');
    await expect(store.resolveConflict('theirs')).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('sweatshop db restore') as string,
    });
    expect(store.status().state).toBe('conflict');
    await store.resolveConflict('ours');
    expect(notes()).toEqual(['one']);
  });

  it('is spoken of each time it edits the file', async () => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, notes, file } = await open(home, clock);
    for (const note of ['first', 'second']) {
      withSqlite(file, `INSERT INTO notes VALUES ('${note}')`);
      void clock.advance(61_000);
      await expect.poll(notes).toContain(note);
      await expect.poll(() => store.status().state).toBe('saved');
    }
    const edits = store.status().notices.filter((notice) => notice.includes('edited'));
    expect(edits).toHaveLength(2);
  });
});

describe('a program that edits the file while changes wait to be saved (row 54)', () => {
  async function inConflict() {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const opened = await open(home, clock);
    withSqlite(opened.file, "INSERT INTO notes VALUES ('theirs')");
    opened.add('ours');
    const conflict = nextState(opened.store, 'conflict');
    void clock.advance(1_500);
    const status = await conflict;
    return { home, clock, status, ...opened };
  }

  it('leads to a state of its own in which both versions are kept and writes are still safe', async () => {
    const { home, status, store, add } = await inConflict();
    expect(status.lastError).toMatchObject({ code: 'Conflict' });
    expect(status.lastError?.message).toContain('waited to be saved');
    expect(await backedUp(home, 'unsaved')).toEqual([['one', 'ours']]);
    expect(await backedUp(home, 'foreign')).toEqual([['one', 'theirs']]);
    add('more');
    await store.whenDurable();
    expect(store.status()).toMatchObject({ state: 'conflict' });
  });

  it('ends with ours when a person says so', async () => {
    const { home, store, add, file } = await inConflict();
    expect(await store.resolveConflict('ours')).toMatchObject({ state: 'saved', lastError: null });
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'ours']);
    add('two');
    await store.close();
    expect((await open(home)).notes()).toEqual(['one', 'ours', 'two']);
  });

  it('ends with theirs when a person says so, and ours is a backup', async () => {
    const { home, store, add, notes, file } = await inConflict();
    expect(await store.resolveConflict('theirs')).toMatchObject({ state: 'saved' });
    expect(notes()).toEqual(['one', 'theirs']);
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'theirs']);
    expect(await backedUp(home, 'replaced')).toEqual([['one', 'ours']]);
    add('two');
    await store.close();
    expect((await open(home)).notes()).toEqual(['one', 'theirs', 'two']);
  });

  it.each([
    ['theirs', 'copyFile'],
    ['ours', 'write'],
  ])('does not fill the disk with copies while %s cannot be copied', async (_, failing) => {
    const home = await homeWithNotes('one');
    const clock = new ManualClock();
    const { store, disk, add, file } = await open(home, clock);
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    disk.fault = ({ name }) => (name === failing ? { errno: 'EIO' } : null);
    add('ours');
    for (let second = 1; second <= 5; second++) {
      await clock.advance(1_000);
      await sleep(50);
    }
    expect(store.status().state).not.toBe('conflict');
    const copies = readdirSync(path.join(home, 'backups')).filter((name) =>
      /unsaved|foreign/.test(name),
    );
    expect(copies.length).toBeLessThan(2);
    disk.fault = () => null;
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return store.status().state;
      })
      .toBe('conflict');
    expect(await backedUp(home, 'unsaved')).toEqual([['one', 'ours']]);
  });

  it('keeps theirs once more when it was edited again before the decision', async () => {
    const { home, store, file } = await inConflict();
    withSqlite(file, "INSERT INTO notes VALUES ('theirs again')");
    await store.resolveConflict('ours');
    expect((await backedUp(home, 'foreign')).at(-1)).toEqual(['one', 'theirs', 'theirs again']);
  });

  it('can be left undecided: closing loses neither', async () => {
    const { home, store } = await inConflict();
    await store.close();
    const everything = [
      ...(await backedUp(home, 'unsaved')),
      ...(await backedUp(home, 'foreign')),
    ].flat();
    expect(everything).toEqual(expect.arrayContaining(['ours', 'theirs']));
  });

  it('has nothing to decide without a conflict', async () => {
    const { store } = await open(await homeWithNotes('one'));
    await expect(store.resolveConflict('ours')).rejects.toMatchObject({ code: 'Conflict' });
  });
});

describe('a program that is at work in the file', () => {
  it.each(['-wal', '-journal'])(
    'with a %s keeps us from saving until it is done (row 55)',
    async (suffix) => {
      const home = await homeWithNotes('one');
      const { store, add, file } = await open(home);
      writeFileSync(`${file}${suffix}`, 'something');
      add('two');
      await expect(store.flush()).rejects.toMatchObject({
        code: 'Conflict',
        details: { path: `${file}${suffix}` },
      });
      await store.whenDurable();
      unlinkSync(`${file}${suffix}`);
      await store.flush();
      expect(store.status()).toMatchObject({ state: 'saved', lastError: null });
    },
  );

  it('is told of before what it has changed so far, which nobody can judge yet (row 55)', async () => {
    const { store, add, file } = await open(await homeWithNotes('one'));
    withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
    writeFileSync(`${file}-wal`, 'something');
    add('two');
    await expect(store.flush()).rejects.toMatchObject({ details: { path: `${file}-wal` } });
  });

  it('that left an empty journal, as SQLite may, is no hindrance', async () => {
    const { store, add, file } = await open(await homeWithNotes('one'));
    writeFileSync(`${file}-journal`, '');
    add('two');
    await store.flush();
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
  });

  it('in the moment when it is replaced has its version kept (row 54)', async () => {
    const home = await homeWithNotes('one');
    const { store, add, disk, file } = await open(home);
    add('two');
    disk.fault = ({ name, path: where }) => {
      if (name === 'rename' && where === file)
        withSqlite(file, "INSERT INTO notes VALUES ('theirs')");
      return null;
    };
    await store.flush();
    disk.fault = () => null;
    await expect.poll(() => store.status().notices.join()).toContain('in the moment');
    expect(await notesIn(readFileSync(file))).toEqual(['one', 'two']);
    expect(await backedUp(home, 'foreign')).toEqual([['one', 'theirs']]);
  });
});

function execCopy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (name) => path.basename(name) !== 'lock' });
}
