import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FILE_NAME = 'build.lock';
const POLL_MS = 100;
/** No build takes this long; what is older was left behind by a process whose id is in use again. */
const STALE_AFTER_MS = 180_000;

/**
 * Runs the work while no other process builds into the same folder.
 *
 * @param folder Where the bundles are; it is made when it is missing.
 */
export async function withBuildLock(folder: string, work: () => Promise<void>): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const lockFile = path.join(folder, FILE_NAME);
  while (!tryLock(lockFile)) {
    removeStaleLock(lockFile);
    await sleep(POLL_MS);
  }
  try {
    await work();
  } finally {
    // Whoever found this build too old has a lock of its own here now.
    if (readLock(lockFile)?.owner === String(process.pid)) fs.rmSync(lockFile, { force: true });
  }
}

function tryLock(lockFile: string): boolean {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeStaleLock(lockFile: string): void {
  const seen = readLock(lockFile);
  if (!seen || !isStale(seen)) return;
  const taken = `${lockFile}.${crypto.randomUUID()}`;
  try {
    fs.renameSync(lockFile, taken);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const found = readLock(taken);
    // Another process was faster, and this is its new lock.
    if (found && !isStale(found)) fs.linkSync(taken, lockFile);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(taken, { force: true });
  }
}

type Lock = { readonly owner: string; readonly sinceMs: number };

function readLock(file: string): Lock | null {
  try {
    return { owner: fs.readFileSync(file, 'utf8'), sinceMs: fs.statSync(file).mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isStale({ owner, sinceMs }: Lock): boolean {
  if (Date.now() - sinceMs > STALE_AFTER_MS) return true;
  // The owner may be between making the file and writing its id into it.
  if (owner === '') return false;
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    return codeOf(error) !== 'EPERM';
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
