import { describe, expect, it } from 'vitest';
import { inspectHome } from '../../../src/store/recovery/inspect-home.ts';
import { CrashFileSystem } from '../../support/crash-file-system.ts';
import { noteEngine } from '../../support/note-engine.ts';
import {
  ALL,
  contents,
  FILE,
  flipBit,
  HOME,
  PREVIOUS,
  replace,
  segments,
  WrittenHome,
  writtenHome,
} from './home-fixture.ts';

async function inspect(disk: CrashFileSystem): Promise<ReturnType<typeof inspectHome>> {
  return inspectHome({ fileSystem: disk, home: HOME, engine: await noteEngine() });
}

describe('an inspection', () => {
  it('tells what file and log hold, and changes nothing', async () => {
    const disk = await writtenHome();
    const before = contents(disk);
    const found = await inspect(disk);
    expect(found).toMatchObject({ seq: 6, durableSeq: 6, publishedSeq: 4 });
    expect(found.bytes).toBe(disk.readFile(FILE).length);
    expect(found.checks.map(({ name, isSound }) => [name, isSound])).toEqual([
      ['sweatshop.db', true],
      ['redo log', true],
      ['previous.db', true],
    ]);
    expect(contents(disk)).toEqual(before);
  });

  it('finds a flipped bit in the file and in the log', async () => {
    const disk = await writtenHome();
    flipBit(disk, FILE, 8 * 5_000);
    expect((await inspect(disk)).checks[0]).toMatchObject({ isSound: false });

    const other = await writtenHome();
    const last = segments(other).at(-1) ?? '';
    flipBit(other, last, 8 * other.readFile(last).indexOf('five'));
    const { checks, seq } = await inspect(other);
    expect(checks[1]).toMatchObject({ name: 'redo log', isSound: false });
    expect(checks[1]?.finding).toContain('2 later changes cannot be read');
    expect(seq).toBe(4);
  });

  it.each([
    [
      'missing',
      (disk: CrashFileSystem) => {
        disk.unlink(FILE);
      },
    ],
    [
      'empty',
      (disk: CrashFileSystem) => {
        replace(disk, FILE, new Uint8Array());
      },
    ],
    [
      'cut short',
      (disk: CrashFileSystem) => {
        replace(disk, FILE, disk.readFile(FILE).subarray(0, 6_000));
      },
    ],
  ])('tells what log and previous.db hold where the file is %s', async (_, spoil) => {
    const disk = await writtenHome();
    spoil(disk);
    const { checks, seq, publishedSeq, damage } = await inspect(disk);
    expect(checks.map(({ name, isSound }) => [name, isSound])).toEqual([
      ['sweatshop.db', false],
      ['redo log', true],
      ['previous.db', true],
    ]);
    expect(checks[1]?.finding).toBe('It holds 4 changes that previous.db lacks.');
    expect({ seq, publishedSeq, damage }).toEqual({ seq: 6, publishedSeq: 0, damage: checks[0] });
  });

  it('tells what the log alone holds where no image can be opened', async () => {
    const disk = await writtenHome();
    disk.unlink(FILE);
    disk.unlink(PREVIOUS);
    const { checks, seq } = await inspect(disk);
    expect(checks.map(({ name }) => name)).toEqual(['sweatshop.db', 'redo log']);
    expect(checks[1]).toMatchObject({ isSound: true, finding: 'It holds the changes 3 to 6.' });
    expect(seq).toBe(6);

    const last = segments(disk).at(-1) ?? '';
    flipBit(disk, last, 8 * disk.readFile(last).indexOf('five'));
    const damaged = (await inspect(disk)).checks[1];
    expect(damaged).toMatchObject({ isSound: false });
    expect(damaged?.finding).toContain(`holds the changes 3 to 4, and is damaged at ${last}`);
    expect(damaged?.finding).toContain('2 later changes cannot be read');

    flipBit(disk, last, 8 * 20);
    expect((await inspect(disk)).checks[1]?.finding).toContain(
      `1 file of it cannot be read at all: ${last}.`,
    );
  });

  it('says which part of the log is missing', async () => {
    const home = await WrittenHome.create();
    const { disk, journal } = home;
    for (const note of ALL.slice(0, 3)) {
      await home.add(note);
      await journal.rotate();
    }
    await home.add('last');
    const all = segments(disk);
    disk.unlink(all.at(-2) ?? '');
    const expected = `and goes on at ${all.at(-1) ?? ''} with change 4: what lies between is missing.`;
    for (const image of [FILE, PREVIOUS]) {
      const [, log] = (await inspect(disk)).checks;
      expect(log).toMatchObject({ name: 'redo log', isSound: false });
      expect(log?.finding).toBe(`It holds the changes 1 to 2, ${expected}`);
      if (disk.stat(image)) disk.unlink(image);
    }
  });

  it('calls no missing log and no spoiled previous.db damage that a person has to decide on', async () => {
    const disk = await writtenHome();
    replace(disk, PREVIOUS, Buffer.from('rotten'));
    const found = await inspect(disk);
    expect(found.damage).toBeNull();
    expect(found.checks.map(({ isSound }) => isSound)).toEqual([true, true, false]);

    const other = await writtenHome();
    for (const segment of segments(other)) other.unlink(segment);
    const { checks, damage, seq } = await inspect(other);
    expect({ damage, seq }).toEqual({ damage: null, seq: 4 });
    expect(checks.map(({ isSound }) => isSound)).toEqual([true, true, true]);
    expect(checks[1]?.finding).toContain('There is none');
  });

  it('calls an older copy in the place of the file an older copy, and the log sound', async () => {
    const covered = await writtenHome();
    replace(covered, FILE, covered.readFile(PREVIOUS));
    expect(await inspect(covered)).toMatchObject({ seq: 6, publishedSeq: 2, damage: null });

    const home = await WrittenHome.create();
    const { disk } = home;
    const first = disk.readFile(FILE);
    for (const note of ALL) {
      await home.add(note);
      await home.publish();
    }
    replace(disk, FILE, first);
    const { checks } = await inspect(disk);
    expect(checks.map(({ isSound }) => isSound)).toEqual([false, true, true]);
    expect(checks[0]?.finding).toContain(
      'an older copy: it holds change 0, and the redo log goes on with',
    );
    disk.unlink(PREVIOUS);
    const alone = (await inspect(disk)).checks;
    expect(alone.map(({ isSound }) => isSound)).toEqual([false, true]);
    expect(alone[1]?.finding).toContain('It holds');
  });

  it('says that there is nothing where there is nothing', async () => {
    const disk = new CrashFileSystem();
    disk.mkdir(HOME);
    const { checks, seq } = await inspect(disk);
    expect(checks.map(({ isSound }) => isSound)).toEqual([false, true]);
    expect(seq).toBe(0);
  });
});
