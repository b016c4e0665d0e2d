import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** Gives a file system in memory of a few MiB; null where this user may not mount one. */
export function mountSmallDisk(mebibytes = 1): string | null {
  const folder = temporaryFolder();
  try {
    const size = `size=${String(mebibytes)}m`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

/** Takes all the room that a disk has left, with one file that can be removed again. */
export function fillDisk(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    while (writeSync(descriptor, new Uint8Array(4_096)) > 0);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(descriptor);
  }
}
