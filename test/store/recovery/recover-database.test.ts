import { describe, expect, it } from 'vitest';
import { notesIn, noteEngine, openNotes } from '../../support/note-engine.ts';
import { CrashFileSystem } from '../../support/crash-file-system.ts';
import {
  FaultyFileSystem,
  type DiskOperation,
  type Fault,
} from '../../support/faulty-file-system.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';
import { editedByHand } from './foreign-hand.ts';
import {
  ALL,
  BACKUPS,
  contents,
  copyOf,
  FILE,
  flipBit,
  HOME,
  JOURNAL,
  PREVIOUS,
  quarantined,
  recover,
  replace,
  reportOf,
  segments,
  settle,
  WrittenHome,
  writtenHome,
} from './home-fixture.ts';

function emptyHome(): CrashFileSystem {
  const disk = new CrashFileSystem();
  disk.mkdir(HOME);
  return disk;
}

function damageFile(disk: CrashFileSystem): void {
  flipBit(disk, FILE, 8 * 5_000);
}

/** Damages the first transaction behind the last publication; the ones behind it prove that it had been there. */
function damageLog(disk: CrashFileSystem): void {
  const last = segments(disk).at(-1) ?? '';
  const bytes = disk.readFile(last);
  flipBit(disk, last, 8 * bytes.indexOf('five'));
}

describe('a home that nothing happened to', () => {
  it('opens fresh where there is nothing', async () => {
    const { recovered } = await recover(emptyHome());
    expect(recovered).toMatchObject({ base: null, mustPublish: true, isReplayed: false });
  });

  it('opens with everything that was answered, and leaves every file as it is (row 3)', async () => {
    const disk = await writtenHome();
    const before = contents(disk);
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    expect(recovered).toMatchObject({ mustPublish: false, isReplayed: true, notices: [] });
    expect(recovered.base).toMatchObject({ seq: 4, intentSegment: expect.any(Number) as number });
    expect(contents(disk)).toEqual(before);
  });

  it('gives the same bytes each time it is opened (rows 12 and 62)', async () => {
    const disk = await writtenHome();
    const [first, second] = [await recover(disk), await recover(disk)];
    expect(first.recovered.database.snapshot()).toEqual(second.recovered.database.snapshot());
  });

  it('goes on behind what it read, again and again', async () => {
    const disk = await writtenHome();
    for (let round = 0; round < 3; round++) {
      const { recovered, notes } = await recover(disk);
      expect(notes).toEqual(ALL);
      await settle(disk, recovered);
    }
  });

  it('takes a database from before there was a log as it is', async () => {
    const disk = emptyHome();
    disk.putFile(FILE, (await noteEngine()).open(null).snapshot());
    const { database, add } = await openNotes(null);
    add('old');
    replace(disk, FILE, database.snapshot());
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(['old']);
    expect(recovered.mustPublish).toBe(true);
  });

  it('starts afresh after a crash in the very first save (row 67)', async () => {
    const disk = (await WrittenHome.create()).disk;
    const [segment = ''] = segments(disk);
    const bytes = disk.readFile(segment);
    disk.unlink(FILE);
    // Only the intent is left of the log: the second record, the mark of the publication, never came to be.
    const intentEnd = 64 + 32 + Math.ceil(bytes.readUInt32LE(64) / 8) * 8;
    replace(disk, segment, bytes.subarray(0, intentEnd));
    const { recovered, notes } = await recover(disk);
    expect(recovered.base).toBeNull();
    expect(notes).toEqual([]);
    expect(quarantined(disk)).toHaveLength(1);
  });
});

describe('a crash', () => {
  it('cuts off what was not answered, and keeps the torn end (rows 13 and 14)', async () => {
    const disk = await writtenHome();
    const last = segments(disk).at(-1) ?? '';
    const bytes = disk.readFile(last);
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
    replace(disk, last, bytes.subarray(0, end - 20));
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL.slice(0, -1));
    expect(recovered).toMatchObject({ mustPublish: false, notices: [] });
    expect(quarantined(disk)).toHaveLength(1);
  });

  it('around the rename leaves an image that the log leads on from (rows 7, 8 and 9)', async () => {
    const disk = await writtenHome();
    replace(disk, FILE, disk.readFile(PREVIOUS));
    expect((await recover(disk)).notes).toEqual(ALL);
  });
});

describe('a damaged database', () => {
  const damages: [string, (disk: CrashFileSystem) => void][] = [
    [
      'missing (row 21)',
      (disk) => {
        disk.unlink(FILE);
      },
    ],
    [
      'empty (row 22)',
      (disk) => {
        replace(disk, FILE, new Uint8Array());
      },
    ],
    ...[1, 4_096, 8_192].map((cut): [string, (disk: CrashFileSystem) => void] => [
      `${String(cut)} bytes short (row 23)`,
      (disk) => {
        replace(disk, FILE, disk.readFile(FILE).subarray(0, -cut));
      },
    ]),
    [
      'a stub (row 23)',
      (disk) => {
        replace(disk, FILE, disk.readFile(FILE).subarray(0, 100));
      },
    ],
    ['changed in one bit (row 24)', damageFile],
    [
      'full of garbage (row 25)',
      (disk) => {
        replace(disk, FILE, disk.readFile(FILE).fill(7, 4_096));
      },
    ],
    [
      'a text (row 26)',
      (disk) => {
        replace(disk, FILE, Buffer.from('Dear diary. '.repeat(99)));
      },
    ],
  ];

  it.each(damages)('that is %s loses nothing, and is kept', async (_, damage) => {
    const disk = await writtenHome();
    damage(disk);
    const isThere = disk.stat(FILE) !== undefined;
    const damaged = isThere ? disk.readFile(FILE) : null;
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    expect(recovered.mustPublish).toBe(true);
    expect(recovered.notices.join(' ')).toContain('Nothing is lost');
    if (damaged) expect(quarantined(disk).some((kept) => kept.equals(damaged))).toBe(true);
    if (damaged) expect(disk.readFile(FILE)).toEqual(damaged);
    await settle(disk, recovered);
    const again = await recover(disk);
    expect(again.notes).toEqual(ALL);
    expect(again.recovered.notices).toEqual([]);
  });

  it('with a damaged previous.db asks, and offers what there is (row 27)', async () => {
    const disk = await writtenHome();
    damageFile(disk);
    replace(disk, PREVIOUS, Buffer.from('nothing'));
    const before = contents(disk);
    const { options, problems } = await reportOf(disk);
    expect(options.map(({ id }) => id)).toEqual(['file']);
    expect(problems.join(' ')).toContain(PREVIOUS);
    expect(contents(disk)).toEqual(before);
  });

  it('with nothing that opens starts empty only when told to (row 27)', async () => {
    const disk = await writtenHome();
    for (const file of [FILE, PREVIOUS]) replace(disk, file, Buffer.from('nothing'));
    const { options } = await reportOf(disk);
    expect(options.map(({ id }) => id)).toEqual(['empty']);
    const log = segments(disk).map((segment) => disk.readFile(segment));
    const { recovered } = await recover(disk, 'empty');
    expect(recovered).toMatchObject({ mustPublish: true, isReplayed: false });
    for (const segment of log) {
      expect(quarantined(disk).some((kept) => kept.equals(segment))).toBe(true);
    }
  });

  it('is rebuilt from the numbered backup that was saved last, too', async () => {
    const disk = await writtenHome();
    replace(disk, `${BACKUPS}/000007-hourly-2026.db`, disk.readFile(FILE));
    damageFile(disk);
    disk.unlink(PREVIOUS);
    expect((await recover(disk)).notes).toEqual(ALL);
  });
});

describe('a damaged log', () => {
  it('asks before it leaves answered changes aside, and does what was decided (row 16)', async () => {
    const disk = await writtenHome();
    damageLog(disk);
    const before = contents(disk);
    const { options, problems } = await reportOf(disk);
    expect(contents(disk)).toEqual(before);
    expect(problems.join(' ')).toContain('2 later changes');
    expect(options[0]).toMatchObject({ id: 'file', isRecommended: true, facts: { seq: 4 } });
    expect(options[0]?.consequence).toContain('2 later changes');

    const { recovered, notes } = await recover(disk, 'file');
    expect(notes).toEqual(ALL.slice(0, 4));
    expect(recovered.database.seq).toBeGreaterThan(6);
    expect(recovered.mustPublish).toBe(true);
    await settle(disk, recovered);
    expect((await recover(disk)).notes).toEqual(ALL.slice(0, 4));
  });

  it('asks again when a crash came before the decision was carried out (row 12)', async () => {
    const disk = await writtenHome();
    damageLog(disk);
    await recover(disk, 'file');
    expect((await reportOf(disk)).options.map(({ id }) => id)).toContain('file');
  });

  it('knows no option that it did not offer', async () => {
    const disk = await writtenHome();
    damageLog(disk);
    await expect(recover(disk, 'empty')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('asks when a segment is missing (row 19)', async () => {
    const disk = await writtenHome();
    disk.unlink(FILE);
    disk.unlink(segments(disk)[0] ?? '');
    const { options } = await reportOf(disk);
    expect(options[0]).toMatchObject({ id: 'previous' });
  });

  it('does not matter where the database holds what was in it (row 16)', async () => {
    const disk = await writtenHome();
    const older = segments(disk).at(-2) ?? '';
    flipBit(disk, older, 8 * disk.readFile(older).indexOf('three'));
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    expect(recovered.notices.join(' ')).toContain('holds everything');
  });

  it('of another database is put aside (row 20)', async () => {
    const disk = await writtenHome();
    const other = await writtenHome();
    const stranger = `${JOURNAL}/0000000099.swj`;
    disk.putFile(stranger, other.readFile(segments(other).at(-1) ?? ''));
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    expect(disk.stat(stranger)).toBeUndefined();
    expect(quarantined(disk)).toHaveLength(1);
    expect(recovered.notices.join(' ')).toContain('another database');
  });

  it('of a newer SweatShop is refused, and nothing changes (row 58)', async () => {
    const disk = await writtenHome();
    const { encodeSegmentHeader } = await import('../../../src/store/journal/segment.ts');
    const { crc32 } = await import('node:zlib');
    const header = Buffer.from(
      encodeSegmentHeader({
        databaseUuid: '11111111-2222-4333-8444-555555555555',
        number: 50,
        firstSeq: 1,
        salt: 1,
        previousCrc: 0,
        createdAtMs: 0,
      }),
    );
    header.writeUInt32LE(2, 8);
    header.writeUInt32LE(crc32(header.subarray(16), crc32(header.subarray(0, 12))), 12);
    disk.putFile(`${JOURNAL}/0000000050.swj`, header);
    const before = contents(disk);
    await expect(recover(disk)).rejects.toMatchObject({ code: 'DatabaseTooNew' });
    expect(contents(disk)).toEqual(before);
  });
});

describe('a log that does not tell the checksum any more', () => {
  it('is named itself, and not only the file', async () => {
    const home = await WrittenHome.create();
    await home.add('one', 'two');
    await home.publish();
    await home.add('three');
    const { disk } = home;
    const last = segments(disk).at(-1) ?? '';
    const bytes = disk.readFile(last);
    // The intent of the file and all behind it.
    bytes.fill(0x55, 64, 64 + 40);
    replace(disk, last, bytes);
    const { problems } = await reportOf(disk);
    expect(problems.join(' ')).toContain(last);
    expect(problems.join(' ')).toContain('redo log is damaged');
    expect(problems.join(' ')).not.toContain('is not as it was saved');
  });
});

describe('a file that another program changed', () => {
  it('is taken over with the changes made since (row 54)', async () => {
    const disk = await writtenHome();
    replace(disk, FILE, editedByHand(disk.readFile(FILE), "INSERT INTO notes VALUES ('theirs')"));
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(['one', 'two', 'three', 'four', 'theirs', 'five', 'six']);
    expect(recovered).toMatchObject({ mustPublish: true, mustKeepFile: true });
    await settle(disk, recovered);
    expect((await recover(disk)).notes).toEqual(notes);
  });

  it('asks when what came later does not fit it, and keeps what was not chosen (rows 56 and 61)', async () => {
    for (const decision of ['file', 'previous']) {
      const disk = await writtenHome();
      const theirs = editedByHand(disk.readFile(FILE), 'ALTER TABLE notes RENAME TO remarks');
      replace(disk, FILE, theirs);
      const { options, problems } = await reportOf(disk);
      expect(problems.join(' ')).toContain('2 later changes');
      expect(options.map(({ id }) => id)).toEqual(['previous', 'file']);
      const { notes } = await recover(disk, decision);
      expect(notes).toEqual(decision === 'previous' ? ALL : []);
      expect(quarantined(disk).some((kept) => kept.equals(theirs))).toBe(true);
    }
  });

  it.each([
    ['a table is gone', 'DROP TABLE notes'],
    ['a column is new', 'ALTER TABLE notes ADD COLUMN colour TEXT'],
    ['a trigger is new', 'CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END'],
  ])('asks when %s in it, and recommends what is as it was made (row 56)', async (_, sql) => {
    const home = await WrittenHome.create();
    await home.add('one', 'two');
    await home.publish();
    const { disk } = home;
    replace(disk, FILE, editedByHand(disk.readFile(FILE), sql));
    const { options, problems } = await reportOf(disk);
    expect(problems.join(' ')).toContain('structure');
    expect(options.map(({ id }) => id)).toEqual(['previous', 'file']);
    expect(options[1]?.consequence).toContain('structure');
    expect((await recover(disk, 'previous')).notes).toEqual(['one', 'two']);
  });

  it('is taken over whatever its structure where nothing tells what that was', async () => {
    const disk = await writtenHome();
    disk.unlink(PREVIOUS);
    const sql = 'CREATE INDEX theirs ON notes (text)';
    replace(disk, FILE, editedByHand(disk.readFile(FILE), sql));
    expect((await recover(disk)).notes).toEqual(ALL);
  });

  it('survives a VACUUM with another page size (row 56)', async () => {
    const disk = await writtenHome();
    const sql = 'PRAGMA page_size = 8192; VACUUM';
    replace(disk, FILE, editedByHand(disk.readFile(FILE), sql));
    expect((await recover(disk)).notes).toEqual(ALL);
  });

  it('asks when its identity is gone or another (row 56)', async () => {
    for (const sql of [
      'DELETE FROM _sw_meta',
      "UPDATE _sw_meta SET db_uuid = '11111111-2222-4333-8444-555555555555'",
    ]) {
      const disk = await writtenHome();
      replace(disk, FILE, editedByHand(disk.readFile(FILE), sql));
      const { options } = await reportOf(disk);
      expect(options.map(({ id }) => id).sort()).toEqual(['file', 'previous']);
      expect((await recover(disk, 'file')).notes).toEqual(ALL.slice(0, 4));
    }
  });

  it('says so when an older copy took its place, and loses nothing (row 57)', async () => {
    const disk = await writtenHome();
    replace(disk, FILE, disk.readFile(PREVIOUS));
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    expect(recovered.notices.join(' ')).toContain('older copy');
    expect(recovered.notices.join(' ')).toContain('sweatshop db restore');
    expect(recovered.mustKeepFile).toBe(true);
  });

  it('is called an older copy also when the log has forgotten it (row 57)', async () => {
    const home = await WrittenHome.create();
    const { disk } = home;
    const first = disk.readFile(FILE);
    for (const note of ALL) {
      await home.add(note);
      await home.publish();
    }
    replace(disk, FILE, first);
    const { recovered, notes } = await recover(disk);
    expect(notes).toEqual(ALL);
    const said = recovered.notices.join(' ');
    expect(said).toContain(`${FILE} is an older copy`);
    expect(said).toContain('sweatshop db restore');
    expect(said).not.toContain('damaged');
    expect(quarantined(disk).some((kept) => kept.equals(first))).toBe(true);
  });

  it.each(['-wal', '-journal'])('is not touched beside a filled %s (row 55)', async (suffix) => {
    const disk = await writtenHome();
    disk.putFile(FILE + suffix, Buffer.from('something'));
    const before = contents(disk);
    const error: unknown = await recover(disk).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'Conflict',
      details: { report: { options: [{ id: 'aside' }] } },
    });
    expect(contents(disk)).toEqual(before);

    const { notes } = await recover(disk, 'aside');
    expect(notes).toEqual(ALL);
    expect(disk.stat(FILE + suffix)).toBeUndefined();
    expect(quarantined(disk)).toHaveLength(2);
  });

  it.each(['-wal', '-journal', '-shm'])('minds no empty %s (row 55)', async (suffix) => {
    const disk = await writtenHome();
    disk.putFile(FILE + suffix, new Uint8Array(suffix === '-shm' ? 9 : 0));
    expect((await recover(disk)).notes).toEqual(ALL);
  });

  it('is no file: says so (row 63)', async () => {
    const disk = await writtenHome();
    disk.unlink(FILE);
    disk.mkdir(FILE);
    await expect(recover(disk)).rejects.toMatchObject({ code: 'Conflict' });
  });
});

describe('a disk that fails to read', () => {
  it('is asked once more, and is no damage (row 33)', async () => {
    for (const errno of ['EIO', 'EINTR']) {
      const disk = await writtenHome();
      const faulty = new FaultyFileSystem(disk);
      let failures = 0;
      faulty.fault = ({ name, path }) =>
        name === 'read' && path === FILE && failures++ === 0 ? { errno } : null;
      expect((await recover(faulty)).notes).toEqual(ALL);
    }
  });

  it.each([
    ['EIO', 'Unavailable'],
    ['EACCES', 'ReadOnly'],
  ])(
    'that goes on with %s ends the start, and nothing is touched (rows 33 and 34)',
    async (errno, code) => {
      for (const target of [FILE, JOURNAL]) {
        const disk = await writtenHome();
        const faulty = new FaultyFileSystem(disk);
        const before = contents(disk);
        faulty.fault = ({ name, path }) =>
          (name === 'read' || name === 'open') && path.startsWith(target) ? { errno } : null;
        await expect(recover(faulty)).rejects.toMatchObject({ code });
        expect(contents(disk)).toEqual(before);
      }
    },
  );

  it('only lets what is whole be opened where it refuses writes (row 35)', async () => {
    const disk = await writtenHome();
    const faulty = new FaultyFileSystem(disk);
    const writes = new Set(['write', 'writeSync', 'mkdir', 'link', 'rename', 'unlink', 'truncate']);
    faulty.fault = ({ name }) => (writes.has(name) ? { errno: 'EROFS' } : null);
    expect((await recover(faulty)).notes).toEqual(ALL);
    damageFile(disk);
    await expect(recover(faulty)).rejects.toMatchObject({ code: 'ReadOnly' });
  });
});

/** Every operation of a recovery, and what may go wrong in it. */
describe('a recovery that is cut off', () => {
  const damages: [string, (disk: CrashFileSystem) => void][] = [
    ['of a damaged file', damageFile],
    [
      'of a missing file',
      (disk) => {
        disk.unlink(FILE);
      },
    ],
    [
      'of an edited file',
      (disk) => {
        replace(disk, FILE, editedByHand(disk.readFile(FILE), 'PRAGMA user_version = 3'));
      },
    ],
  ];

  const faults: [string, (k: number) => (operation: DiskOperation) => Fault][] = [
    [
      'fails once',
      (k) =>
        ({ index }) =>
          index === k ? { errno: 'EIO' } : null,
    ],
    [
      'and all later ones fail',
      (k) =>
        ({ index }) =>
          index >= k ? { errno: 'ENOSPC' } : null,
    ],
  ];

  it.each(damages.flatMap(([of, damage]) => faults.map(([how, at]) => ({ of, damage, how, at }))))(
    '$of, where operation k $how, gives everything the next time (rows 12 and 28)',
    { timeout: 60_000 },
    async ({ damage, at }) => {
      const damaged = await writtenHome();
      damage(damaged);
      for (let k = 1, isOver = false; !isOver; k++) {
        const disk = copyOf(damaged);
        const faulty = new FaultyFileSystem(disk);
        faulty.fault = at(k);
        const opened = await recover(faulty).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SweatShopError);
          return null;
        });
        if (opened) await settle(faulty, opened.recovered).catch(() => undefined);
        isOver = faulty.operations.length < k;
        // What became of the first attempt is whatever a power cut at its end leaves.
        expect((await recover(disk.crash(k))).notes, `k = ${String(k)}`).toEqual(ALL);
      }
    },
  );
});

describe('a published image', () => {
  it('holds what the recovery gave', async () => {
    const disk = await writtenHome();
    damageFile(disk);
    await settle(disk, (await recover(disk)).recovered);
    expect(await notesIn(disk.readFile(FILE))).toEqual(ALL);
  });
});
