import path from 'node:path';
import type { Owner } from '../shared/entities/db-status.ts';
import { SweatShopError } from '../shared/errors.ts';
import { wait, type StoreClock } from './clock.ts';
import { toDiskError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { ownLockRecord, readLockRecord, writeLockRecord, type LockRecord } from './lock-record.ts';
import { takeOsLock, type OsLock } from './os-lock.ts';
import { answerQuery, type Describe } from './owner-query.ts';
import { isProvenAlive, ownIdentity } from './process-identity.ts';
import { unlinkQuietly } from './publish.ts';

/** An owner that has just started may not have written its record yet. */
const RECORD_LOOKS = 10;
const RECORD_LOOK_INTERVAL_MS = 50;

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** The right to write in a home, held by one process at a time. */
export type HomeLock = {
  readonly owner: Owner;
  release(): Promise<void>;
};

/**
 * Takes the lock of a home; a crash of its holder frees it at once.
 *
 * @param home The real path of the home.
 * @param describe Tells commands of the same user in other processes how the home stands.
 * @throws Busy, with `{pid, host, startedAt}` of the holder where it is known; ReadOnly, StorageFull, Unavailable.
 */
export async function lockHome(
  fileSystem: FileSystem,
  clock: StoreClock,
  home: string,
  describe: Describe,
): Promise<HomeLock> {
  const file = path.join(home, 'lock');
  const record = ownLockRecord(clock);
  const osLock = await takeOsLock(fileSystem, home, (socket) => {
    answerQuery(socket, record.nonce, describe);
  }).catch((error: unknown) => {
    throw toDiskError(error, 'locked', home);
  });
  if (!osLock) throw busy(home, await readOwner(fileSystem, clock, file));

  const previous = readLockRecord(fileSystem, file);
  if (previous && holdsElsewhere(previous)) {
    await osLock.release();
    throw previous.host === ownIdentity().host
      ? busy(home, previous)
      : otherMachine(file, previous);
  }
  return holdLock(fileSystem, clock, { file, record, osLock });
}

/** Tells who has a home open, as far as its files say; null for nobody. */
export function findOwner(fileSystem: FileSystem, home: string): Owner | null {
  const record = readLockRecord(fileSystem, path.join(home, 'lock'));
  if (!record || !(record.processStartTime === null || holdsElsewhere(record))) return null;
  return { pid: record.pid, host: record.host };
}

async function holdLock(
  fileSystem: FileSystem,
  clock: StoreClock,
  held: { readonly file: string; readonly record: LockRecord; readonly osLock: OsLock },
): Promise<HomeLock> {
  const { file, record, osLock } = held;
  try {
    await writeLockRecord(fileSystem, clock, file, record);
  } catch {
    // A full disk must not keep people from their data: without the record a second instance only knows less.
  }
  return {
    owner: { pid: record.pid, host: record.host },
    release: async () => {
      if (readLockRecord(fileSystem, file)?.nonce === record.nonce) unlinkQuietly(fileSystem, file);
      await osLock.release();
    },
  };
}

/**
 * Tells whether a record names a holder that the operating system's lock of this process cannot see: one on another
 * machine that shares the folder, or one in another network namespace of this machine.
 */
function holdsElsewhere(record: LockRecord): boolean {
  const self = ownIdentity();
  if (record.host !== self.host) return true;
  return record.pid !== self.pid && isProvenAlive(record);
}

async function readOwner(
  fileSystem: FileSystem,
  clock: StoreClock,
  file: string,
): Promise<LockRecord | null> {
  for (let look = 1; look < RECORD_LOOKS; look++) {
    const record = readLockRecord(fileSystem, file);
    // Where the system tells who is alive, a record of a dead owner is about to be replaced.
    if (record && (record.processStartTime === null || isProvenAlive(record))) return record;
    await wait(clock, RECORD_LOOK_INTERVAL_MS);
  }
  return null;
}

function busy(home: string, owner: LockRecord | null): SweatShopError {
  if (!owner) {
    return new SweatShopError(
      'Busy',
      `Another process of SweatShop is using ${home}. Quit it first, or work in its window.`,
      { path: home },
    );
  }
  const { pid, host, startedAt } = owner;
  return new SweatShopError(
    'Busy',
    `SweatShop is already running here: process ${String(pid)} on host ${host}${since(startedAt)}. Quit it first, or work in its window.`,
    { path: home, pid, host, startedAt },
  );
}

function otherMachine(file: string, { pid, host, startedAt }: LockRecord): SweatShopError {
  return new SweatShopError(
    'Busy',
    `SweatShop is running in this folder on another machine: process ${String(pid)} on host ${host}${since(startedAt)}. ` +
      `Close it there. If that machine is this one under an old name, or is gone, remove ${file}.`,
    { path: file, pid, host, startedAt },
  );
}

/** Says when a holder started, in the zone of whoever reads it; nothing where the record does not say it. */
function since(startedAt: string): string {
  const started = new Date(startedAt);
  return Number.isNaN(started.getTime()) ? '' : `, since ${dateAndTime.format(started)}`;
}
