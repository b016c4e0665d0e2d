import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
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
