import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Backups, PublishedFile } from '../../../src/store/backups/backups.ts';
import { sweepTemporaries } from '../../../src/store/publish.ts';
import { CrashFileSystem } from '../../support/crash-file-system.ts';
import { FaultyFileSystem, type Fault } from '../../support/faulty-file-system.ts';
import {
  HOUR_MS,
  makeImage,
  openBackups,
  SCHEMA_VERSION,
  SettableClock,
  START_MS,
} from './backup-fixture.ts';

const HOME = '/home';
const FILE = `${HOME}/sweatshop.db`;
const FOLDER = `${HOME}/backups`;
const SURVIVORS = 6;

const OLD = makeImage(4);
const NEW = makeImage(6);
const PUBLISHED: PublishedFile = {
  path: FILE,
  sha256: createHash('sha256').update(NEW).digest(),
  schemaVersion: SCHEMA_VERSION,
};

/** What is asked of the backups of a home that already has some; gives the names of what was made. */
type Scenario = (backups: Backups) => Promise<readonly { readonly name: string }[]>;

const SCENARIOS: Record<string, Scenario> = {
  'an image is kept': async (backups) => [await backups.writeImage(NEW, 'manual')],
  'a file is copied': async (backups) => [await backups.copyFile(FILE, 'foreign')],
  'a migration is about to run': async (backups) => [
    await backups.ensureBeforeMigration('0018_next.sql', NEW),
  ],
  'hourly and daily are due and the oldest may go': (backups) => backups.takeDue(PUBLISHED),
};

/** A home with its file, as many daily backups as stay, and some others; all of it durable. */
async function makeFullHome(): Promise<CrashFileSystem> {
  const disk = new CrashFileSystem();
  disk.mkdir(FOLDER);
  disk.putFile(FILE, OLD);
  const clock = new SettableClock();
  const { backups } = openBackups(disk, HOME, clock);
  const sha256 = createHash('sha256').update(OLD).digest();
  for (let day = 7; day > 0; day--) {
    clock.ms = START_MS - day * 24 * HOUR_MS;
    await backups.takeDue({ ...PUBLISHED, sha256 });
  }
  for (const name of ofKind(backupsOn(disk), 'hourly').slice(2)) disk.unlink(`${FOLDER}/${name}`);
  for (const kind of ['manual', 'unsaved'] as const) await backups.writeImage(OLD, kind);
  disk.putFile(FILE, NEW);
  for (const folder of ['/', HOME, FOLDER]) {
    const descriptor = disk.open(folder, 'read');
    disk.fsyncSync(descriptor);
    disk.close(descriptor);
  }
  return disk;
}

const fullHome = await makeFullHome();
const older = backupsOn(fullHome);

function backupsOn(disk: CrashFileSystem): string[] {
  return disk.readdir(FOLDER).filter((name) => name.endsWith('.db'));
}

function ofKind(names: readonly string[], kind: string): string[] {
  return names.filter((name) => name.includes(`-${kind}-`));
}

/** Whatever has a name is whole; nothing older is gone, but what as many newer ones replace. */
function expectUnharmed(disk: CrashFileSystem): void {
  const names = backupsOn(disk);
  for (const name of names) {
    const bytes = disk.readFile(`${FOLDER}/${name}`);
    expect(bytes.equals(OLD) || bytes.equals(NEW)).toBe(true);
  }
  const missing = older.filter((name) => !names.includes(name));
  expect(ofKind(missing, 'daily')).toEqual(missing);
  expect(ofKind(names, 'daily').length).toBeGreaterThanOrEqual(7);
}

/** The next run goes on as if nothing had happened. */
async function expectGoesOn(disk: CrashFileSystem, scenario: Scenario): Promise<void> {
  sweepTemporaries(disk, FOLDER);
  const { backups } = openBackups(disk, HOME);
  // Something is made in any case: what was due before may be there already.
  await scenario(backups);
  const { name } = await backups.writeImage(NEW, 'manual');
  const list = await backups.list();
  expect(list.filter(({ problem }) => problem !== null)).toEqual([]);
  expect(list[0]?.name).toBe(name);
  expect(disk.readdir(FOLDER).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  expectUnharmed(disk);
}

type Tried = {
  disk: CrashFileSystem;
  made: readonly string[] | null;
  failures: number;
  operations: string[];
};

async function tryWith(scenario: Scenario, fault: (index: number) => Fault): Promise<Tried> {
  const disk = fullHome.crash(1);
  const faulty = new FaultyFileSystem(disk);
  let failures = 0;
  faulty.fault = ({ index }) => {
    const result = fault(index);
    if (result) failures++;
    return result;
  };
  const { backups } = openBackups(faulty, HOME);
  const made = await scenario(backups).then(
    (all) => all.map(({ name }) => name),
    () => null,
  );
  return { disk, made, failures, operations: faulty.operations.map(({ name }) => name) };
}

describe.each(Object.entries(SCENARIOS))('when %s', (_, scenario) => {
  it('something new is there, and nothing older is harmed, when nothing goes wrong', async () => {
    const { disk, made, operations } = await tryWith(scenario, () => null);
    expect(backupsOn(disk)).toEqual(expect.arrayContaining([...(made ?? [])]));
    expect(made?.length).toBeGreaterThan(0);
    expect(operations.length).toBeGreaterThan(10);
    const isRotated = scenario === SCENARIOS['hourly and daily are due and the oldest may go'];
    expect(older.length + (made?.length ?? 0) - backupsOn(disk).length).toBe(isRotated ? 1 : 0);
    expectUnharmed(disk);
    await expectGoesOn(disk, scenario);
  });

  it.each<[string, Fault]>([
    ['EIO', { errno: 'EIO' }],
    ['EIO after its work', { errno: 'EIO', isDone: true }],
    ['ENOSPC', { errno: 'ENOSPC' }],
    ['EACCES', { errno: 'EACCES' }],
    ['one byte only', { atMostBytes: 1 }],
  ])(
    'nothing half-made stays and nothing older is harmed, whichever operation fails: %s (row 28)',
    async (__, fault) => {
      for (let k = 1; ; k++) {
        const { disk, made, failures } = await tryWith(scenario, (index) =>
          index === k ? fault : null,
        );
        if (failures === 0) break;
        expect(disk.readdir(FOLDER).filter((file) => file.endsWith('.tmp'))).toEqual([]);
        expect(backupsOn(disk)).toEqual(expect.arrayContaining([...(made ?? [])]));
        expectUnharmed(disk);
        await expectGoesOn(disk, scenario);
      }
    },
  );

  it('nothing older is harmed when all operations fail from any one on (row 28)', async () => {
    for (const errno of ['ENOSPC', 'EACCES']) {
      for (let k = 1; ; k++) {
        const { disk, failures } = await tryWith(scenario, (index) =>
          index >= k ? { errno } : null,
        );
        if (failures === 0) break;
        expectUnharmed(disk);
        await expectGoesOn(disk, scenario);
      }
    }
  });

  it('a power cut at any operation leaves whole backups only, and all that were reported', async () => {
    for (let k = 1; ; k++) {
      const { disk, made, failures } = await tryWith(scenario, (index) =>
        index >= k ? { errno: 'EIO' } : null,
      );
      for (let seed = 1; seed <= SURVIVORS; seed++) {
        const survivor = disk.crash(1_000 * k + seed);
        expect(backupsOn(survivor)).toEqual(expect.arrayContaining([...(made ?? [])]));
        expectUnharmed(survivor);
        if (seed === 1) await expectGoesOn(survivor, scenario);
      }
      if (failures === 0) break;
    }
  });
});
