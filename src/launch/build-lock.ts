import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputDir } from './project.ts';

const lockFile = path.join(outputDir, 'build.lock');
const POLL_MS = 100;
/** No build takes this long; what is older was left behind by a process whose id is in use again. */
const STALE_AFTER_MS = 180_000;

/** Runs the work while no other process builds in this checkout. */
export async function withBuildLock(work: () => Promise<void>): Promise<void> {
  fs.mkdirSync(outputDir, { recursive: true });
  while (!tryLock()) {
    removeStaleLock();
    await sleep(POLL_MS);
  }
  try {
    await work();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function tryLock(): boolean {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStaleLock(): void {
  const stat = fs.statSync(lockFile, { throwIfNoEntry: false });
  if (!stat) return;
  const isOld = Date.now() - stat.mtimeMs > STALE_AFTER_MS;
  if (isOld || !isOwnerAlive()) fs.rmSync(lockFile, { force: true });
}

function isOwnerAlive(): boolean {
  try {
    const pid = Number(fs.readFileSync(lockFile, 'utf8'));
    // The owner may be between making the file and writing its id into it.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
