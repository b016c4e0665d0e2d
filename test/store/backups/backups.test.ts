import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SweatShopError } from '../../../src/shared/errors.ts';
import { Backups, type PublishedFile } from '../../../src/store/backups/backups.ts';
import type { FileSystem } from '../../../src/store/file-system.ts';
import { nodeFileSystem } from '../../../src/store/node-file-system.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { DirectInspector } from './backup-fixture.ts';
import {
  HOUR_MS,
  makeImage,
  openBackups,
  SCHEMA_VERSION,
  SettableClock,
  START_MS,
} from './backup-fixture.ts';

type Ground = {
  home: string;
  folder: string;
  clock: SettableClock;
  backups: Backups;
  inspector: DirectInspector;
};

function open(home = temporaryFolder()): Ground {
  const clock = new SettableClock();
  const folder = path.join(home, 'backups');
  return { home, folder, clock, ...openBackups(nodeFileSystem, home, clock) };
}

/** Puts an image where sweatshop.db is, as a publication does. */
function publish(home: string, image: Uint8Array): PublishedFile {
  const file = path.join(home, 'sweatshop.db');
  writeFileSync(file, image);
  const sha256 = createHash('sha256').update(image).digest();
  return { path: file, sha256, schemaVersion: SCHEMA_VERSION };
}

function flipBit(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Makes SQLite see the damage: the root page of a table gets an impossible type. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes[4_096] = 0xff;
  writeFileSync(file, bytes);
}

describe('a new backup', () => {
  it('is whole, private, numbered, and says what it holds', async () => {
    const { backups, folder } = open();
    const image = makeImage(12, 40);
    const backup = await backups.writeImage(image, 'manual');
    expect(backup).toEqual({
      name: '000001-manual-2026-06-01T12-00-00.000Z.db',
      path: path.join(folder, backup.name),
      kind: 'manual',
      createdAt: '2026-06-01T12:00:00.000Z',
      bytes: image.length,
      facts: { seq: 40, tickets: 12, changedAt: '2026-06-01T10:00:00.000Z' },
      problem: null,
    });
    expect(readFileSync(backup.path).equals(image)).toBe(true);
    expect(statSync(backup.path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual([backup.name]);
    expect((await backups.writeImage(image, 'manual')).name).toMatch(/^000002-/);
  });

  it('is opened and checked before it gets its name', async () => {
    const { backups, inspector, folder } = open();
    await backups.writeImage(makeImage(1), 'manual');
    expect(inspector.files).toEqual([expect.stringMatching(/^\.sweatshop-[0-9a-f]{16}\.tmp$/)]);
    const damaged = makeImage(100);
    damaged[4_096] = 0xff;
    for (const image of [damaged, damaged.subarray(0, 5_000), new Uint8Array(0)]) {
      await expect(backups.writeImage(image, 'manual')).rejects.toMatchObject({
        code: 'DatabaseCorrupt',
        message: expect.stringContaining(
          'A backup of the present state could not be made',
        ) as string,
      });
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('that exists nowhere else is kept also when nothing can check it', async () => {
    const home = temporaryFolder();
    const backups = new Backups({
      fileSystem: nodeFileSystem,
      clock: new SettableClock(),
      home,
      inspector: {
        inspect: () => Promise.reject(new SweatShopError('Unavailable', 'No memory.')),
        close: () => Promise.resolve(),
      },
    });
    const image = makeImage(3);
    await expect(backups.writeImage(image, 'manual')).rejects.toMatchObject({
      code: 'Unavailable',
    });
    const backup = await backups.writeImage(image, 'unsaved');
    expect(backup).toMatchObject({ kind: 'unsaved', facts: null, problem: 'No memory.' });
    expect(readdirSync(path.join(home, 'backups'))).toEqual([backup.name]);
    expect(readFileSync(backup.path).equals(image)).toBe(true);
    const damaged = makeImage(100);
    damaged[4_096] = 0xff;
    await expect(open().backups.writeImage(damaged, 'unsaved')).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
    });
  });

  it('of a file never shares its place on the disk', async () => {
    const { backups, home } = open();
    const image = makeImage(3);
    const { path: file } = publish(home, image);
    chmodSync(file, 0o644);
    const backup = await backups.copyFile(file, 'foreign');
    expect(statSync(backup.path).ino).not.toBe(statSync(file).ino);
    expect(statSync(backup.path).mode & 0o777).toBe(0o600);
    flipBit(file, 4_200);
    expect(readFileSync(backup.path).equals(image)).toBe(true);
  });

  it('of a file on another disk is a copy like any other (row 40)', async (context) => {
    const other = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/sweatshop-test-') : null;
    const { backups, home } = open();
    if (other === null || statSync(other).dev === statSync(home).dev) {
      context.skip('There is no second disk.');
      return;
    }
    onTestFinished(() => {
      rmSync(other, { recursive: true });
    });
    const image = makeImage(3);
    writeFileSync(path.join(other, 'real.db'), image);
    symlinkSync(path.join(other, 'real.db'), path.join(home, 'sweatshop.db'));
    const backup = await backups.copyFile(path.join(home, 'sweatshop.db'), 'foreign');
    expect(readFileSync(backup.path).equals(image)).toBe(true);
  });

  it('of a damaged or missing file is refused, and leaves nothing', async () => {
    const { backups, home, folder } = open();
    const { path: file } = publish(home, makeImage(3));
    truncateSync(file, 5_000);
    await expect(backups.copyFile(file, 'foreign')).rejects.toMatchObject({
      code: 'DatabaseCorrupt',
      message: expect.not.stringContaining('.tmp') as string,
    });
    unlinkSync(file);
    await expect(backups.copyFile(file, 'foreign')).rejects.toMatchObject({ code: 'NotFound' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a file is refused when the disk kept less of it than it says (row 29)', async () => {
    const home = temporaryFolder();
    const forgetful: FileSystem = {
      ...nodeFileSystem,
      copyFile: async (from, to) => {
        await nodeFileSystem.copyFile(from, to);
        truncateSync(to, statSync(to).size - 1);
      },
    };
    const { backups } = openBackups(forgetful, home);
    const { path: file } = publish(home, makeImage(3));
    await expect(backups.copyFile(file, 'foreign')).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('The disk kept') as string,
    });
    expect(readdirSync(path.join(home, 'backups'))).toEqual([]);
  });

  it('comes one after the other, however many are asked for at once', async () => {
    const { backups } = open();
    const image = makeImage(2);
    const made = await Promise.all(
      Array.from({ length: 8 }, () => backups.writeImage(image, 'replaced')),
    );
    expect(made.map(({ name }) => name.slice(0, 6))).toEqual(
      Array.from({ length: 8 }, (_, index) => `00000${String(index + 1)}`),
    );
  });

  it('waits for room on a disk that is really full (row 28)', async (context) => {
    const disk = mountSmallDisk();
    if (!disk) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const { backups, folder } = open(disk);
    const older = await backups.writeImage(makeImage(5), 'manual');
    const ballast = path.join(disk, 'ballast');
    writeFileSync(ballast, new Uint8Array(900_000));
    const image = makeImage(20_000);
    await expect(backups.writeImage(image, 'manual')).rejects.toMatchObject({
      code: 'StorageFull',
    });
    expect(readdirSync(folder)).toEqual([older.name]);
    unlinkSync(ballast);
    await backups.writeImage(image, 'manual');
    expect((await backups.list()).map(({ facts }) => facts?.tickets)).toEqual([20_000, 5]);
  });
});

describe('the list of backups', () => {
  it('is empty before there is a folder', async () => {
    expect(await open().backups.list()).toEqual([]);
  });

  it('goes by number, whatever the clock says, with earlier names at its end (row 53)', async () => {
    const { backups, clock, folder } = open();
    await backups.writeImage(makeImage(1), 'manual');
    clock.ms = Date.UTC(2040, 0, 1);
    await backups.writeImage(makeImage(2), 'manual');
    clock.ms = Date.UTC(1999, 0, 1);
    await backups.writeImage(makeImage(3), 'manual');
    writeFileSync(path.join(folder, '2026-01-01T00-00-00.000Z-before-migration.db'), makeImage(4));
    writeFileSync(path.join(folder, 'previous.db'), makeImage(5));
    mkdirSync(path.join(folder, 'folder.db'));
    const list = await backups.list();
    expect(list.map(({ kind, facts }) => [kind, facts?.tickets])).toEqual([
      ['manual', 3],
      ['manual', 2],
      ['manual', 1],
      ['migration', 4],
    ]);
    expect(list[0]?.createdAt).toBe('1999-01-01T00:00:00.000Z');
    expect((await backups.writeImage(makeImage(1), 'manual')).name).toMatch(/^000004-/);
  });

  it('tells which cannot be restored, and why (row 27)', async () => {
    const { backups, folder } = open();
    const names: string[] = [];
    for (const tickets of [100, 200, 300]) {
      names.push((await backups.writeImage(makeImage(tickets), 'manual')).name);
    }
    damage(path.join(folder, names[0] ?? ''));
    truncateSync(path.join(folder, names[2] ?? ''), 0);
    const list = await backups.list();
    expect(list.map(({ facts }) => facts?.tickets ?? null)).toEqual([null, 200, null]);
    expect(list.map(({ problem }) => problem === null)).toEqual([false, true, false]);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });

  it('reads each backup once, and again when it changed', async () => {
    const { backups, inspector, home } = open();
    for (const tickets of [1, 2, 3]) await backups.writeImage(makeImage(tickets), 'manual');
    expect(inspector.files).toHaveLength(3);
    await backups.list();
    expect(inspector.files).toHaveLength(3);
    const another = openBackups(nodeFileSystem, home);
    await another.backups.list();
    const list = await another.backups.list();
    expect(another.inspector.files).toHaveLength(3);
    writeFileSync(list[1]?.path ?? '', makeImage(50));
    expect((await another.backups.list()).map(({ facts }) => facts?.tickets)).toEqual([3, 50, 1]);
    expect(another.inspector.files).toHaveLength(4);
  });
});

describe('reading a backup', () => {
  it('gives its bytes', async () => {
    const { backups } = open();
    const image = makeImage(7);
    const { name } = await backups.writeImage(image, 'manual');
    expect(Buffer.from(await backups.read(name)).equals(image)).toBe(true);
  });

  it.each(['../sweatshop.db', '/etc/passwd', 'previous.db', '', '.', 'missing.db', 'a/../000001'])(
    'takes only names from the list, not %j',
    async (name) => {
      const { backups, home } = open();
      publish(home, makeImage(1));
      await backups.writeImage(makeImage(1), 'manual');
      await expect(backups.read(name)).rejects.toMatchObject({ code: 'NotFound' });
    },
  );
});

describe('due backups', () => {
  it('are made on the first occasion, then every hour and every day', async () => {
    const { backups, home, clock } = open();
    const published = publish(home, makeImage(5));
    const kinds = async () => (await backups.takeDue(published)).map(({ kind }) => kind);
    expect(await kinds()).toEqual(['hourly', 'daily']);
    expect(await kinds()).toEqual([]);
    clock.ms += HOUR_MS - 1;
    expect(await kinds()).toEqual([]);
    clock.ms += 1;
    expect(await kinds()).toEqual(['hourly']);
    clock.ms = Date.UTC(2026, 5, 2, 0, 0, 1);
    expect(await kinds()).toEqual(['hourly', 'daily']);
    clock.ms += 23 * HOUR_MS;
    expect(await kinds()).toEqual(['hourly']);
  });

  it.each([
    ['back by years', Date.UTC(2001, 0, 1)],
    ['forward by years', Date.UTC(2050, 0, 1)],
  ])('are made once when the clock is set %s (row 53)', async (_, ms) => {
    const { backups, home, clock } = open();
    const published = publish(home, makeImage(5));
    await backups.takeDue(published);
    clock.ms = ms;
    expect(await backups.takeDue(published)).toHaveLength(2);
    clock.ms += 60_000;
    expect(await backups.takeDue(published)).toHaveLength(0);
    clock.ms += HOUR_MS;
    expect((await backups.takeDue(published)).map(({ name }) => name.slice(0, 13))).toEqual([
      '000005-hourly',
    ]);
  });

  it('are not made of a file that was edited after it was published, but of the next one', async () => {
    const { backups, home, folder } = open();
    const published = publish(home, makeImage(5));
    publish(home, makeImage(6));
    await expect(backups.takeDue(published)).rejects.toMatchObject({ code: 'Busy' });
    expect(readdirSync(folder)).toEqual([]);
    expect(await backups.takeDue(publish(home, makeImage(7)))).toHaveLength(2);
  });

  it('rest for a minute after a failure', async () => {
    const { backups, home, clock, inspector } = open();
    const published = publish(home, makeImage(5));
    truncateSync(published.path, 4_096);
    await expect(backups.takeDue(published)).rejects.toMatchObject({ code: 'DatabaseCorrupt' });
    expect(inspector.files).toHaveLength(1);
    publish(home, makeImage(5));
    expect(await backups.takeDue(published)).toEqual([]);
    clock.ms += 60_000;
    expect(await backups.takeDue(published)).toHaveLength(2);
  });

  it('are rotated by number, an hour at a time, while the clock jumps about (row 53)', async () => {
    const { backups, home, clock } = open();
    const published = publish(home, makeImage(5));
    for (let round = 0; round < 60; round++) {
      clock.ms = START_MS + (round % 2 === 0 ? 1 : -1) * round * HOUR_MS * 30;
      await backups.takeDue(published);
    }
    const list = await backups.list();
    const hourly = list.filter(({ kind }) => kind === 'hourly');
    const daily = list.filter(({ kind }) => kind === 'daily');
    expect([hourly.length, daily.length]).toEqual([24, 7]);
    const numbers = list.map(({ name }) => Number(name.slice(0, 6)));
    expect(Math.max(...numbers)).toBe(120);
    expect(Math.min(...numbers)).toBe(120 - 2 * 24 + 1);
  });

  it('never replace a fuller backup by an emptier one', async () => {
    const { backups, home, clock } = open();
    const full = publish(home, makeImage(1_000));
    await backups.takeDue(full);
    const nearlyEmpty = publish(home, makeImage(3));
    for (let hour = 1; hour <= 40 * 24; hour += 6) {
      clock.ms = START_MS + hour * HOUR_MS;
      await backups.takeDue(nearlyEmpty);
    }
    const list = await backups.list();
    const tickets = (kind: string) =>
      list.filter((backup) => backup.kind === kind).map(({ facts }) => facts?.tickets);
    expect(tickets('hourly')).toEqual([...Array.from({ length: 24 }, () => 3), 1_000]);
    expect(tickets('daily')).toEqual([...Array.from({ length: 7 }, () => 3), 1_000]);
  });

  it('do not count damaged ones, and leave them where they are (row 27)', async () => {
    const { backups, home, clock, folder } = open();
    const published = publish(home, makeImage(200));
    for (let hour = 0; hour < 24; hour++) {
      clock.ms = START_MS + hour * HOUR_MS;
      await backups.takeDue(published);
    }
    const hourly = () => readdirSync(folder).filter((name) => name.includes('-hourly-'));
    expect(hourly()).toHaveLength(24);
    const damaged = hourly().slice(-20);
    for (const name of damaged) damage(path.join(folder, name));
    for (let hour = 24; hour < 34; hour++) {
      clock.ms = START_MS + hour * HOUR_MS;
      await backups.takeDue(published);
    }
    expect(hourly()).toHaveLength(34);
    expect(hourly()).toEqual(expect.arrayContaining(damaged));
  });

  it('are not asked for twice at once', async () => {
    const { backups, home } = open();
    const published = publish(home, makeImage(5));
    await Promise.all(Array.from({ length: 5 }, () => backups.takeDue(published)));
    expect(await backups.list()).toHaveLength(2);
  });
});

describe('the backup before a migration', () => {
  it('is made once for a target and a state, however often it is attempted (row 59)', async () => {
    const { backups, home } = open();
    const image = makeImage(5);
    const first = await backups.ensureBeforeMigration('0018_next.sql', image);
    expect(first.name).toBe('000001-migration-0018_next-2026-06-01T12-00-00.000Z.db');
    for (let attempt = 0; attempt < 15; attempt++) {
      const restarted = openBackups(nodeFileSystem, home).backups;
      expect(await restarted.ensureBeforeMigration('0018_next.sql', image)).toEqual(first);
    }
    expect(await backups.list()).toEqual([first]);
  });

  it('is made again for another state, another target, or when the first one rotted (row 59)', async () => {
    const { backups, folder } = open();
    const { name } = await backups.ensureBeforeMigration('0018_next.sql', makeImage(100));
    await backups.ensureBeforeMigration('0018_next.sql', makeImage(101));
    await backups.ensureBeforeMigration('0019_more.sql', makeImage(101));
    expect(await backups.list()).toHaveLength(3);
    damage(path.join(folder, name));
    const again = await backups.ensureBeforeMigration('0018_next.sql', makeImage(100));
    expect(again.problem).toBeNull();
    expect(await backups.list()).toHaveLength(4);
  });

  it('stays for the step to the present schema while later attempts come and go (row 59)', async () => {
    const { backups, home } = open();
    const step = await backups.ensureBeforeMigration('0017_last.sql', makeImage(5, 5, 16));
    for (let attempt = 1; attempt <= 20; attempt++) {
      await backups.ensureBeforeMigration('0018_next.sql', makeImage(5, 5 + attempt));
    }
    await backups.takeDue(publish(home, makeImage(5)));
    const names = (await backups.list())
      .filter(({ kind }) => kind === 'migration')
      .map(({ name }) => name);
    expect(names).toHaveLength(11);
    expect(names.at(-1)).toBe(step.name);
  });
});

describe('closing', () => {
  it('gives up what is under way, and leaves nothing half-made', async () => {
    const home = temporaryFolder();
    let reject: (error: Error) => void = () => undefined;
    let onInspect: () => void = () => undefined;
    const isInspecting = new Promise<void>((resolve) => {
      onInspect = resolve;
    });
    const backups = new Backups({
      fileSystem: nodeFileSystem,
      clock: new SettableClock(),
      home,
      inspector: {
        inspect: () => {
          onInspect();
          return new Promise((_, rejectInspection) => {
            reject = rejectInspection;
          });
        },
        close: () => {
          reject(new SweatShopError('Unavailable', 'SweatShop is closing.'));
          return Promise.resolve();
        },
      },
    });
    const waiting = [1, 2].map((tickets) =>
      backups.writeImage(makeImage(tickets), 'manual').catch((error: unknown) => error),
    );
    await isInspecting;
    await backups.close();
    for (const result of waiting) expect(await result).toMatchObject({ code: 'Unavailable' });
    expect(readdirSync(path.join(home, 'backups'))).toEqual([]);
    await backups.close();
  });
});
