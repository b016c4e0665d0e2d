import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileStat, FileSystem } from '../../src/store/file-system.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { publishFile, sweepTemporaries, temporaryPath } from '../../src/store/publish.ts';
import { FaultyFileSystem, type Fault } from '../support/faulty-file-system.ts';
import { HastyClock } from '../support/manual-clock.ts';
import { notesIn, openNotes } from '../support/note-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let oldImage: Uint8Array;
let newImage: Uint8Array;
let newestImage: Uint8Array;

beforeAll(async () => {
  const { database, add } = await openNotes(null);
  add('old');
  oldImage = database.snapshot();
  for (let count = 0; count < 500; count++) add(`new ${String(count)}`);
  newImage = database.snapshot();
  add('newest');
  newestImage = database.snapshot();
});

function publish(
  fileSystem: FileSystem,
  target: string,
  bytes: Uint8Array,
  beforeRename: (file: FileStat) => void = () => undefined,
): Promise<void> {
  return publishFile(fileSystem, new HastyClock(), { target, bytes, beforeRename });
}

/** Makes a folder in which the old image is published already. */
function folderWithOldImage() {
  const target = path.join(temporaryFolder(), 'sweatshop.db');
  writeFileSync(target, oldImage, { mode: 0o600 });
  return { target, folder: path.dirname(target), disk: new FaultyFileSystem(nodeFileSystem) };
}

/** A disk that drops the last byte of every write and does not say so. */
class LyingFileSystem extends FaultyFileSystem {
  override async write(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
    await super.write(descriptor, bytes.subarray(0, -1), position);
    return bytes.length;
  }
}

describe('publishFile', () => {
  it('replaces the file with one that is whole, for its owner only, and leaves nothing else', async () => {
    const { target, folder, disk } = folderWithOldImage();
    await publish(disk, target, newImage);
    expect(await notesIn(readFileSync(target))).toHaveLength(501);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['sweatshop.db']);
  });

  it('writes, syncs, closes and measures the new file before its rename, and then syncs the folder', async () => {
    const { target, folder, disk } = folderWithOldImage();
    await publish(disk, target, newImage);
    const steps = disk.operations.map(({ name, path: where }) => [
      name,
      where === folder ? 'folder' : where === target ? 'target' : 'temporary',
    ]);
    expect(steps).toEqual([
      ['open', 'temporary'],
      ['write', 'temporary'],
      ['fsync', 'temporary'],
      ['close', 'temporary'],
      ['stat', 'temporary'],
      ['rename', 'target'],
      ['open', 'folder'],
      ['fsync', 'folder'],
      ['close', 'folder'],
    ]);
  });

  it.each([1, 511, 4_095])('goes on after a write that took only %i bytes', async (atMostBytes) => {
    const { target, disk } = folderWithOldImage();
    disk.fault = ({ name }) => (name === 'write' ? { atMostBytes } : null);
    const bytes = newImage.subarray(0, 6_000);
    await publish(disk, target, bytes);
    expect(readFileSync(target).equals(bytes)).toBe(true);
  });

  it('gives up when the disk takes nothing more', async () => {
    const { target, folder, disk } = folderWithOldImage();
    let writes = 0;
    disk.fault = ({ name }) =>
      name === 'write' ? { atMostBytes: writes++ === 0 ? 4_096 : 0 } : null;
    await expect(publish(disk, target, newImage)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(readFileSync(target).equals(oldImage)).toBe(true);
    expect(readdirSync(folder)).toEqual(['sweatshop.db']);
  });

  it('does not trust a disk that says it wrote everything and kept less', async () => {
    const { target } = folderWithOldImage();
    const liar = new LyingFileSystem(nodeFileSystem);
    await expect(publish(liar, target, newImage)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(readFileSync(target).equals(oldImage)).toBe(true);
  });

  const errnos = ['ENOSPC', 'EIO', 'EACCES', 'EROFS'];
  const modes = {
    once: (k: number, index: number) => index === k,
    'from then on': (k: number, index: number) => index >= k,
  };
  const cases = Object.keys(modes).flatMap((mode) =>
    errnos.flatMap((errno) => [false, true].map((isDone) => ({ mode, errno, isDone }))),
  ) as { mode: keyof typeof modes; errno: string; isDone: boolean }[];

  it.each(cases)(
    'keeps the old or the new file whole when any one operation fails: $errno, $mode, after its work: $isDone',
    async ({ mode, errno, isDone }) => {
      let failures = 0;
      for (let k = 1; ; k++) {
        const { target, folder, disk } = folderWithOldImage();
        const faults: Fault[] = [];
        disk.fault = ({ index }) => {
          if (!modes[mode](k, index)) return null;
          faults.push({ errno, isDone });
          return { errno, isDone };
        };
        const error = await publish(disk, target, newImage).catch((cause: unknown) => cause);
        const found = readFileSync(target);
        if (faults.length === 0) {
          expect(error).toBeUndefined();
          break;
        }
        failures++;
        expect([oldImage.length, newImage.length]).toContain(found.length);
        expect(found.equals(found.length === oldImage.length ? oldImage : newImage)).toBe(true);
        if (error === undefined) expect(found.equals(newImage)).toBe(true);

        disk.fault = () => null;
        await publish(disk, target, newestImage);
        expect((await notesIn(readFileSync(target))).at(-1)).toBe('newest');
        sweepTemporaries(disk, folder);
        expect(readdirSync(folder)).toEqual(['sweatshop.db']);
      }
      expect(failures).toBeGreaterThanOrEqual(9);
    },
  );

  it.each(['EPERM', 'EACCES', 'EBUSY'])(
    'waits for a program that blocks the rename with %s for a while',
    async (errno) => {
      const { target, disk } = folderWithOldImage();
      let blocked = 20;
      disk.fault = ({ name }) => (name === 'rename' && blocked-- > 0 ? { errno } : null);
      await publish(disk, target, newImage);
      expect(readFileSync(target).equals(newImage)).toBe(true);
    },
  );

  it('gives up after about 5 s when the rename stays blocked', async () => {
    const { target, folder, disk } = folderWithOldImage();
    disk.fault = ({ name }) => (name === 'rename' ? { errno: 'EBUSY' } : null);
    const clock = new HastyClock();
    const startMs = clock.nowMs();
    const publication = { target, bytes: newImage, beforeRename: () => undefined };
    await expect(publishFile(disk, clock, publication)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(clock.nowMs() - startMs).toBeGreaterThan(4_000);
    expect(clock.nowMs() - startMs).toBeLessThan(6_000);
    expect(readdirSync(folder)).toEqual(['sweatshop.db']);
  });

  it('asks again before each attempt whether the file may be replaced', async () => {
    const { target, disk } = folderWithOldImage();
    disk.fault = ({ name }) => (name === 'rename' ? { errno: 'EBUSY' } : null);
    let asked = 0;
    const refuseThird = () => {
      if (++asked === 3) throw new Error('refused');
    };
    await expect(publish(disk, target, newImage, refuseThird)).rejects.toThrow('refused');
  });

  it('does not wait for a folder to become a file', async () => {
    const target = temporaryFolder();
    const disk = new FaultyFileSystem(nodeFileSystem);
    // Windows says EPERM here, other systems say what is wrong.
    disk.fault = ({ name }) => (name === 'rename' ? { errno: 'EPERM' } : null);
    await expect(publish(disk, target, newImage)).rejects.toMatchObject({ code: 'Conflict' });
    expect(disk.operations.filter(({ name }) => name === 'rename')).toHaveLength(1);
  });

  it.each(['EISDIR', 'EBADF', 'EINVAL'])(
    'accepts a system that answers %s to the sync of a folder',
    async (errno) => {
      const { target, folder, disk } = folderWithOldImage();
      disk.fault = ({ name, path: where }) =>
        name === 'fsync' && where === folder ? { errno } : null;
      await publish(disk, target, newImage);
      expect(readFileSync(target).equals(newImage)).toBe(true);
    },
  );

  it('never uses a name that SQLite gives a meaning to', () => {
    expect(path.basename(temporaryPath('/x'))).toMatch(/^\.sweatshop-[0-9a-f]{16}\.tmp$/);
  });
});

describe('sweepTemporaries', () => {
  it('removes what a crash left and nothing else', () => {
    const folder = temporaryFolder();
    for (const name of ['sweatshop.db', '.sweatshop-0123456789abcdef.tmp', '.sweatshop-x.tmp']) {
      writeFileSync(path.join(folder, name), '');
    }
    sweepTemporaries(nodeFileSystem, folder);
    expect(readdirSync(folder).sort()).toEqual(['.sweatshop-x.tmp', 'sweatshop.db']);
  });

  it('is content with a folder that is not there', () => {
    expect(() => {
      sweepTemporaries(nodeFileSystem, path.join(temporaryFolder(), 'none'));
    }).not.toThrow();
  });
});
