import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withBuildLock } from '../../src/launch/build-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('takes over the lock of a process that is gone, and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['--version']);
  fs.writeFileSync(path.join(folder, 'build.lock'), String(pid));
  let owner = '';
  await withBuildLock(folder, () => {
    owner = fs.readFileSync(path.join(folder, 'build.lock'), 'utf8');
    return Promise.resolve();
  });
  expect(owner).toBe(String(process.pid));
  expect(fs.readdirSync(folder)).toEqual([]);
});

it('leaves the lock to whoever took it over meanwhile', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'build.lock');
  await withBuildLock(folder, () => {
    fs.writeFileSync(file, String(process.ppid));
    return Promise.resolve();
  });
  expect(fs.readFileSync(file, 'utf8')).toBe(String(process.ppid));
});

it('runs one work after the other', async () => {
  const folder = temporaryFolder();
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 3 }, () => withBuildLock(folder, work)));
  expect(most).toBe(1);
});
