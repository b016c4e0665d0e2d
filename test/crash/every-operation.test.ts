import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Migration } from '../../src/core/migrations.ts';
import { messageOf, SweatShopError } from '../../src/shared/errors.ts';
import { CrashFileSystem } from '../support/crash-file-system.ts';
import { FaultyFileSystem, type Fault } from '../support/faulty-file-system.ts';
import {
  Account,
  closeHome,
  editedElsewhere,
  freshHomePath,
  imageFromBeforeTheLog,
  inTime,
  notesOf,
  openHomeOn,
  passTime,
  reopen,
  SCHEMAS,
  syncFolder,
  write,
  type OpenedHome,
} from './crash-home.ts';
import { rounds } from './extent.ts';

/** Of every so many operations one is tried; which one, changes with the kind of fault. */
const STRIDE = rounds(40, 1);
/** So many of the states that a power cut may leave are looked at. */
const SURVIVORS = rounds(2, 4);

/** A home on a disk, with what was answered in it. */
type Stage = { disk: CrashFileSystem; readonly home: string; readonly account: Account };

type Scenario = {
  /** What the home is before; nothing goes wrong here. */
  readonly prepare: (stage: Stage) => Promise<void>;
  readonly migrations?: readonly Migration[];
  /** What is done to the open home while something goes wrong; what is refused, is refused. */
  readonly act: (opened: OpenedHome, stage: Stage) => Promise<void>;
};

const fileOf = (home: string) => path.join(home, 'sweatshop.db');

async function add(opened: OpenedHome, { account }: Stage, ...texts: string[]): Promise<void> {
  for (const text of texts) await write(opened, account, { kind: 'add', text });
}

/** Saves; that it fails shows in the status. */
async function flush({ store, clock }: OpenedHome): Promise<void> {
  await inTime(clock, store.flush()).catch(() => undefined);
}

/** Makes a home that holds some notes, saved twice, and some more that only the log has. */
async function prepareUsedHome(stage: Stage): Promise<void> {
  const opened = await openHomeOn(stage.disk, stage.home);
  await add(opened, stage, 'a');
  await flush(opened);
  await add(opened, stage, 'b');
  await flush(opened);
  await add(opened, stage, 'c', 'd');
  await endAbruptly(opened, stage);
}

/** Ends a process at once: what it does to the disk from now on does not count. */
async function endAbruptly(opened: OpenedHome, stage: Stage): Promise<void> {
  const left = stage.disk.crash(0);
  await closeHome(opened);
  stage.disk = left;
}

async function prepareSavedHome(stage: Stage): Promise<void> {
  const opened = await openHomeOn(stage.disk, stage.home);
  await add(opened, stage, 'a');
  await flush(opened);
  await add(opened, stage, 'b');
  await closeHome(opened);
}

const SCENARIOS: Record<string, Scenario> = {
  'the first start': {
    prepare: () => Promise.resolve(),
    act: (opened, stage) => add(opened, stage, 'first'),
  },
  'writes, alone and many at once': {
    prepare: prepareSavedHome,
    act: async (opened, stage) => {
      await add(opened, stage, 'alone');
      await Promise.all(['e', 'f', 'g', 'h'].map((text) => add(opened, stage, text)));
      await write(opened, stage.account, { kind: 'edit', text: 'edited' });
      await write(opened, stage.account, { kind: 'remove', text: '' });
    },
  },
  'saving between writes': {
    prepare: prepareSavedHome,
    act: async (opened, stage) => {
      await add(opened, stage, 'before');
      await Promise.all([flush(opened), add(opened, stage, 'meanwhile')]);
      await add(opened, stage, 'between');
      await flush(opened);
      await add(opened, stage, 'after');
    },
  },
  'a start that runs the log again': {
    prepare: prepareUsedHome,
    act: async (opened, stage) => {
      await add(opened, stage, 'e');
      await flush(opened);
    },
  },
  'a start that migrates a file from before the log': {
    prepare: async (stage) => {
      const { disk, home, account } = stage;
      const notes = ['from before'];
      disk.mkdir(home);
      syncFolder(disk, '/');
      disk.putFile(fileOf(home), await imageFromBeforeTheLog(notes));
      account.answer(account.offer(notes));
    },
    act: (opened, stage) => add(opened, stage, 'e'),
  },
  'a start that runs the log again and migrates': {
    prepare: prepareUsedHome,
    migrations: SCHEMAS.later,
    act: (opened, stage) => add(opened, stage, 'e'),
  },
  'a restored backup': {
    prepare: async (stage) => {
      const opened = await openHomeOn(stage.disk, stage.home);
      await add(opened, stage, 'a');
      await inTime(opened.clock, opened.store.backup());
      await add(opened, stage, 'b');
      await closeHome(opened);
    },
    act: async (opened, stage) => {
      await add(opened, stage, 'c');
      const { store, clock } = opened;
      const backups = await inTime(clock, store.backups()).catch(() => []);
      const backup = backups.find(({ kind }) => kind === 'manual');
      if (!backup) return;
      const number = stage.account.offer(['a, one', 'a, two']);
      await inTime(clock, store.restore(backup.name)).then(
        () => {
          stage.account.answer(number);
        },
        // It may be in place all the same, or not, but what is in memory is what counts from here.
        () => {
          const { database } = store;
          if (database) stage.account.offer(notesOf(database));
        },
      );
      await add(opened, stage, 'd');
      await flush(opened);
    },
  },
  'an edit of another program': {
    prepare: prepareSavedHome,
    act: async (opened, stage) => {
      const { disk, home, account } = stage;
      syncFolder(disk, home);
      disk.putFile(fileOf(home), editedElsewhere(disk.readFile(fileOf(home)), 'theirs'));
      account.answer(account.offer([...account.last, 'theirs']));
      for (let ms = 0; ms < 5_000; ms += 50) await opened.clock.advance(50);
    },
  },
  'a start with a rotten file': {
    prepare: async (stage) => {
      await prepareUsedHome(stage);
      const image = stage.disk.readFile(fileOf(stage.home));
      const middle = image.length >> 1;
      image.writeUInt8(image.readUInt8(middle) ^ 4, middle);
      stage.disk.putFile(fileOf(stage.home), image);
    },
    act: (opened, stage) => add(opened, stage, 'e'),
  },
  'a start without the file': {
    prepare: async (stage) => {
      await prepareUsedHome(stage);
      stage.disk.unlink(fileOf(stage.home));
      syncFolder(stage.disk, stage.home);
    },
    act: (opened, stage) => add(opened, stage, 'e'),
  },
};

type Played = {
  readonly stage: Stage;
  readonly faulty: FaultyFileSystem;
  readonly opened: OpenedHome | null;
  readonly failures: number;
};

/** Brings a home to a path where nothing runs, whatever failed before. */
function moved({ disk, home: oldHome, account }: Stage): Stage {
  const home = freshHomePath();
  if (disk.stat(oldHome)) disk.rename(oldHome, home);
  syncFolder(disk, '/');
  return { disk, home, account: account.copy() };
}

/** Plays a scenario on a copy of the prepared disk while some operations go wrong. */
async function play(
  { act, migrations }: Scenario,
  start: Stage,
  fault: (index: number) => Fault,
): Promise<Played> {
  const stage = moved({ ...start, disk: start.disk.crash(0) });
  const faulty = new FaultyFileSystem(stage.disk);
  let failures = 0;
  faulty.fault = ({ index }) => {
    const result = fault(index);
    if (result) failures++;
    return result;
  };
  let opened: OpenedHome | null = null;
  try {
    opened = await openHomeOn(faulty, stage.home, migrations);
    await act(opened, stage);
  } catch (error) {
    // A start may fail; what is done to an open home may be refused, but that is for its callers to meet.
    if (opened || !(error instanceof SweatShopError)) throw error;
  }
  return { stage, faulty, opened, failures };
}

async function close({ opened }: Played): Promise<void> {
  if (opened) await closeHome(opened);
}

async function expectKept({ migrations }: Scenario, stage: Stage): Promise<void> {
  const { disk, home, account } = moved(stage);
  const { notes, report } = await reopen(disk, home, migrations);
  expect(report?.problems).toBeUndefined();
  if (notes) account.expectKept(notes);
}

/** Loses power in the middle of the next start as well, and then once more. */
async function expectKeptThroughStarts(scenario: Scenario, stage: Stage, k: number): Promise<void> {
  for (const at of [1 + ((k * 7) % 50), 1 + ((k * 13) % 50)]) {
    const played = await play({ ...scenario, act: () => Promise.resolve() }, stage, (index) =>
      index >= at ? { errno: 'EIO' } : null,
    );
    await close(played);
    stage = { ...played.stage, disk: played.stage.disk.crash(k + at) };
  }
  await expectKept(scenario, stage);
}

const FAULTS: [string, Fault][] = [
  ['EIO', { errno: 'EIO' }],
  ['EIO after its work', { errno: 'EIO', isDone: true }],
  ['ENOSPC', { errno: 'ENOSPC' }],
  ['EACCES', { errno: 'EACCES' }],
  ['EMFILE', { errno: 'EMFILE' }],
  ['a short read or write of one byte', { atMostBytes: 1 }],
];

/** Tries one operation after the other, from any one of the first on, until there are no more. */
async function forEveryOperation(attempt: (k: number) => Promise<Played>): Promise<void> {
  for (let k = 1 + Math.floor(Math.random() * STRIDE); ; k += STRIDE) {
    try {
      const { failures } = await attempt(k);
      if (failures === 0) return;
    } catch (error) {
      throw new Error(`At operation ${String(k)}: ${messageOf(error)}`, { cause: error });
    }
  }
}

describe.each(Object.entries(SCENARIOS))('a home under %s', (_, scenario) => {
  const prepared = (async () => {
    const stage = { disk: new CrashFileSystem(), home: freshHomePath(), account: new Account() };
    await scenario.prepare(stage);
    return stage;
  })();

  it('does what it should when nothing goes wrong', async () => {
    const played = await play(scenario, await prepared, () => null);
    const database = played.opened?.store.database;
    expect(database && notesOf(database)).toEqual(played.stage.account.last);
    expect(played.stage.account.answered).toBe(played.stage.account.states.length - 1);
    await expectKept(scenario, { ...played.stage, disk: played.stage.disk.crash(1) });
    await close(played);
    await expectKept(scenario, played.stage);
  });

  it('keeps every answered write when the power fails at any operation, in recovery too (rows 1 to 12, 59, 67)', () =>
    forEveryOperation(async (k) => {
      const played = await play(scenario, await prepared, (index) =>
        index >= k ? { errno: 'EIO' } : null,
      );
      await close(played);
      for (let seed = 1; seed <= SURVIVORS; seed++) {
        const survivor = { ...played.stage, disk: played.stage.disk.crash(1_000 * k + seed) };
        if (seed % 2 === 0) await expectKeptThroughStarts(scenario, survivor, k);
        else await expectKept(scenario, survivor);
      }
      return played;
    }));

  it.each(FAULTS)(
    'keeps every answered write when any operation fails once: %s (rows 28 to 36, 39)',
    (__, fault) =>
      forEveryOperation(async (k) => {
        const played = await play(scenario, await prepared, (index) =>
          index === k ? fault : null,
        );
        const survivor = { ...played.stage, disk: played.stage.disk.crash(k) };
        await close(played);
        await expectKept(scenario, played.stage);
        await expectKept(scenario, survivor);
        return played;
      }),
  );

  it.each(FAULTS.slice(0, 4))(
    'keeps every answered write when all operations fail from any one on, and recovers by itself: %s (rows 28, 31 to 35)',
    (__, fault) =>
      forEveryOperation(async (k) => {
        const played = await play(scenario, await prepared, (index) => (index >= k ? fault : null));
        played.faulty.fault = () => null;
        if (played.opened) {
          const { store, clock } = played.opened;
          const isWell = () => /^(saved|recovery)$/.test(store.status().state);
          await passTime(clock, isWell).catch(() => undefined);
          expect(isWell(), JSON.stringify(store.status())).toBe(true);
        }
        await close(played);
        await expectKept(scenario, played.stage);
        return played;
      }),
  );
});
