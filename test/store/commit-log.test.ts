import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SweatShopError } from '../../src/shared/errors.ts';
import { CommitLog } from '../../src/store/commit-log.ts';
import { openJournal } from '../../src/store/journal/journal.ts';
import { FaultyFileSystem } from '../support/faulty-file-system.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  DATABASE_UUID,
  emptyDisk,
  FOLDER,
  makeTransaction,
  readAll,
} from './journal/log-fixture.ts';

function setUp({ disk = emptyDisk() } = {}) {
  const faulty = new FaultyFileSystem(disk);
  const clock = new ManualClock();
  let changes = 0;
  let highestNumber = 0;
  const log = new CommitLog({
    openJournal: () =>
      openJournal({
        fileSystem: faulty,
        clock,
        folder: FOLDER,
        databaseUuid: DATABASE_UUID,
        after: { lastSeq: 0, lastCrc: 0, highestNumber: highestNumber++ },
      }),
    durableSeq: 0,
    clock,
    onChanged: () => changes++,
    onRemoved: () => undefined,
  });
  const fail = (errno: string, ...names: string[]) => {
    faulty.fault = ({ name }) => (names.includes(name) ? { errno } : null);
  };
  const heal = () => {
    faulty.fault = () => null;
  };
  return { disk, faulty, clock, log, fail, heal, changes: () => changes };
}

/** Lets what runs on the disk come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await nextTurn();
}

/** The numbers that a power cut now would leave, whatever it does. */
function kept(disk: ReturnType<typeof emptyDisk>): number[] {
  return readAll(disk.crash(1)).transactions.map(({ seq }) => seq);
}

describe('the log of commits', () => {
  it('tells that a commit is safe when the disk holds it, and not before', async () => {
    const { disk, log } = setUp();
    await log.start();
    for (const seq of [1, 2, 3]) log.append(makeTransaction(seq));
    expect(log.durableSeq).toBe(0);
    await log.whenDurable();
    expect(log.durableSeq).toBe(3);
    expect(kept(disk)).toEqual([1, 2, 3]);
  });

  it('has nothing to wait for when nothing was appended', async () => {
    const { log } = setUp();
    await expect(log.whenDurable()).resolves.toBeUndefined();
  });

  it.each([
    ['a full disk', 'ENOSPC', 'StorageFull', ['writeSync', 'write']],
    ['a sync that fails', 'EIO', 'Unavailable', ['fdatasync', 'fsync', 'fdatasyncSync']],
    ['a disk that turned read-only', 'EROFS', 'ReadOnly', ['writeSync', 'write']],
  ])(
    'tells those who wait of %s, refuses, and takes all in by itself later (rows 28, 31)',
    async (_, errno, code, names) => {
      const { disk, clock, log, fail, heal } = setUp();
      await log.start();
      log.append(makeTransaction(1));
      await log.whenDurable();
      fail(errno, ...names, 'open');
      log.append(makeTransaction(2));
      log.append(makeTransaction(3));
      await expect(log.whenDurable()).rejects.toMatchObject({ code });
      expect(log.refusal).toMatchObject({ code });
      expect(log.durableSeq).toBe(1);
      await expect(log.whenDurable()).rejects.toMatchObject({ code });
      await clock.advance(3_500);
      await settle();
      expect(log.refusal).toMatchObject({ code });
      heal();
      await clock.advance(30_000);
      await settle();
      expect(log.refusal).toBeNull();
      await log.whenDurable();
      expect(log.durableSeq).toBe(3);
      expect(kept(disk)).toEqual([1, 2, 3]);
      log.append(makeTransaction(4));
      await log.whenDurable();
      expect(kept(disk)).toEqual([1, 2, 3, 4]);
    },
  );

  it('opens on a disk that refuses it, and is there when the disk takes it (row 35)', async () => {
    const { disk, clock, log, fail, heal } = setUp();
    fail('EROFS', 'open', 'mkdir');
    await log.start();
    expect(log.refusal).toMatchObject({ code: 'ReadOnly' });
    heal();
    await clock.advance(1_000);
    await settle();
    expect(log.refusal).toBeNull();
    log.append(makeTransaction(1));
    await log.whenDurable();
    expect(kept(disk)).toEqual([1]);
  });

  it('goes on where the disk took only a part of what had waited', async () => {
    const { disk, faulty, clock, log, fail, heal } = setUp();
    await log.start();
    log.append(makeTransaction(1));
    await log.whenDurable();
    fail('ENOSPC', 'writeSync');
    for (const seq of [2, 3, 4]) log.append(makeTransaction(seq));
    await expect(log.whenDurable()).rejects.toMatchObject({ code: 'StorageFull' });
    let syncs = 0;
    faulty.fault = ({ name }) => {
      if (name === 'fdatasync') syncs++;
      return name === 'writeSync' && syncs > 0 ? { errno: 'ENOSPC' } : null;
    };
    await clock.advance(1_000);
    await settle();
    expect(log.refusal).toMatchObject({ code: 'StorageFull' });
    heal();
    await clock.advance(30_000);
    await settle();
    expect(log.refusal).toBeNull();
    expect(log.durableSeq).toBe(4);
    expect(kept(disk)).toEqual([1, 2, 3, 4]);
  });

  it('does not begin again behind a segment of another process that it met at its start', async () => {
    const { disk, clock, log } = setUp();
    const other = setUp({ disk });
    await other.log.start();
    await log.start();
    expect(log.refusal).toMatchObject({ code: 'Conflict' });
    await expect(log.journal()).rejects.toMatchObject({ code: 'Conflict' });
    await clock.advance(60_000);
    await settle();
    expect(log.refusal).toMatchObject({ code: 'Conflict' });
    other.log.append(makeTransaction(1));
    await expect(other.log.whenDurable()).resolves.toBeUndefined();
  });

  it('leaves nothing behind that an attempt makes while it ends', async () => {
    const { disk, faulty, clock, log, fail, heal } = setUp();
    fail('EROFS', 'open');
    await log.start();
    heal();
    await clock.advance(1_000);
    await log.close();
    const before = faulty.operations.length;
    await settle();
    expect(faulty.operations.length).toBe(before);
    expect(disk.readdir(FOLDER)).toEqual([]);
  });

  it('leaps over what only a durable image holds', async () => {
    const { disk, log } = setUp();
    await log.start();
    log.append(makeTransaction(1));
    await log.whenDurable();
    await log.notePublished(5);
    expect(log.durableSeq).toBe(5);
    log.append(makeTransaction(6));
    await log.whenDurable();
    expect(readAll(disk.crash(1), 5).transactions.map(({ seq }) => seq)).toEqual([6]);
    // From before the image the log leads nowhere, and says so.
    expect(readAll(disk.crash(1), 0).reading.end.kind).toBe('gap');
  });

  it('leaps later when it cannot start a segment at once', async () => {
    const { disk, clock, log, fail, heal } = setUp();
    await log.start();
    fail('ENOSPC', 'open', 'writeSync', 'write');
    await log.notePublished(5);
    expect(log.refusal).toMatchObject({ code: 'StorageFull' });
    heal();
    await clock.advance(1_000);
    await settle();
    log.append(makeTransaction(6));
    await log.whenDurable();
    expect(readAll(disk.crash(1), 5).transactions.map(({ seq }) => seq)).toEqual([6]);
  });

  it('answers the first commit behind a mark that could not be synced', async () => {
    const { log, fail, heal } = setUp();
    await log.start();
    fail('EIO', 'fdatasync');
    const journal = await log.journal();
    const mark = { imageSeq: 0, size: 1, sha256: new Uint8Array(32) };
    await expect(journal.appendIntent(mark)).rejects.toMatchObject({ code: 'Unavailable' });
    heal();
    log.append(makeTransaction(1));
    await expect(log.whenDurable()).resolves.toBeUndefined();
    expect(log.durableSeq).toBe(1);
  });

  it('is open again when an image holds the value that no log can hold', async () => {
    const { log } = setUp();
    await log.start();
    const broken = makeTransaction(1);
    log.append({ ...broken, statements: [{ sql: 'INSERT', params: ['\ud800'], changes: 1 }] });
    await expect(log.whenDurable()).rejects.toMatchObject({ code: 'InvalidInput' });
    expect((await log.journal()).state).toBe('open');
    await log.notePublished(1);
    expect(log.refusal).toBeNull();
    log.append(makeTransaction(2));
    await expect(log.whenDurable()).resolves.toBeUndefined();
  });

  it('refuses for as long as it is held, in the words of whoever holds it', async () => {
    const { log } = setUp();
    await log.start();
    log.hold(new SweatShopError('Busy', 'A moment.'));
    expect(log.refusal).toMatchObject({ code: 'Busy' });
    expect(log.failure).toBeNull();
    log.release();
    expect(log.refusal).toBeNull();
  });

  it('stops for good when another process writes the journal (row 46)', async () => {
    const { clock, faulty, log } = setUp();
    await log.start();
    const other = await openJournal({
      fileSystem: faulty,
      clock,
      folder: FOLDER,
      databaseUuid: DATABASE_UUID,
      after: { lastSeq: 0, lastCrc: 0, highestNumber: 1 },
    });
    await other.append(makeTransaction(1));
    log.append(makeTransaction(1));
    await expect(log.whenDurable()).rejects.toMatchObject({ code: 'Conflict' });
    await clock.advance(100_000);
    await settle();
    expect(log.refusal).toMatchObject({ code: 'Conflict' });
    expect(clock.pendingTimers).toBe(0);
  });
});
