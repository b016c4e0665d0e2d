import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import { wait, type StoreClock } from './clock.ts';
import { errnoOf } from './disk-error.ts';
import type { FileStat, FileSystem } from './file-system.ts';

/** A virus scanner or an indexer on Windows keeps a file open for moments; together the attempts last about 5 s. */
const RENAME_ATTEMPTS = 55;
const RENAME_DELAY_STEP_MS = 10;
const RENAME_DELAY_MAX_MS = 100;

const RENAME_BLOCKED = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** How systems say that a folder cannot be synced at all. */
const NO_DIRECTORY_SYNC = new Set(['EISDIR', 'EBADF', 'EINVAL', 'ENOTSUP']);
const NO_DIRECTORY_SYNC_ON_WINDOWS = new Set(['EPERM', 'EACCES']);

/** So much is hashed and written at a time: little enough not to be felt, and as fast as all at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A file that the disk holds, not yet under its name. */
export type WrittenFile = { readonly stat: FileStat; readonly sha256: Uint8Array };

/** What is to be put where. */
export type Publication = {
  /** The file to replace; not a symlink. */
  readonly target: string;
  readonly bytes: Uint8Array;
  /** Called once, when the disk holds the complete new file; rejects to refuse. */
  readonly onWritten?: (file: WrittenFile) => Promise<void>;
  /** Called with the complete new file before each attempt to rename it; throws to refuse. */
  readonly beforeRename: (file: FileStat) => void;
};

/**
 * Replaces a file so that at every moment, a power cut included, its name leads to the whole old or the whole new one.
 *
 * When it resolves, the disk holds the new file and its name. When it rejects, the old file is still there, unless the
 * rename took place and only the sync of the folder failed.
 *
 * @throws System errors as the disk gave them; what `beforeRename` throws; Conflict when the target is a folder.
 */
export async function publishFile(
  fileSystem: FileSystem,
  clock: StoreClock,
  { target, bytes, onWritten, beforeRename }: Publication,
): Promise<void> {
  const temporary = temporaryPath(path.dirname(target));
  try {
    const file = await writeNewFile(fileSystem, temporary, bytes);
    await onWritten?.(file);
    await renameWithRetry(fileSystem, clock, temporary, target, () => {
      beforeRename(file.stat);
    });
  } catch (error) {
    unlinkQuietly(fileSystem, temporary);
    throw error;
  }
  await syncDirectory(fileSystem, path.dirname(target));
}

/**
 * Replaces a file so that no reader ever sees a part of it. It waits for no disk: after a power cut the file may be the
 * old one, empty or gone.
 *
 * @throws As {@link publishFile}.
 */
export async function replaceFile(
  fileSystem: FileSystem,
  clock: StoreClock,
  target: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = temporaryPath(path.dirname(target));
  try {
    const descriptor = fileSystem.open(temporary, 'create');
    try {
      await writeAll(fileSystem, descriptor, bytes, temporary);
    } finally {
      fileSystem.close(descriptor);
    }
    await renameWithRetry(fileSystem, clock, temporary, target, () => undefined);
  } catch (error) {
    unlinkQuietly(fileSystem, temporary);
    throw error;
  }
}

/** Gives a fresh name in a folder, one that {@link sweepTemporaries} recognises and SQLite never uses. */
export function temporaryPath(directory: string): string {
  return path.join(directory, `.sweatshop-${randomBytes(8).toString('hex')}.tmp`);
}

/** Removes what a crash left of earlier publications in a folder, where that is possible. */
export function sweepTemporaries(fileSystem: FileSystem, directory: string): void {
  try {
    for (const name of fileSystem.readdir(directory)) {
      if (/^\.sweatshop-[0-9a-f]{16}\.tmp$/.test(name)) {
        unlinkQuietly(fileSystem, path.join(directory, name));
      }
    }
  } catch {
    return;
  }
}

/** Makes the names in a folder survive a power cut, on systems that can. */
export async function syncDirectory(fileSystem: FileSystem, directory: string): Promise<void> {
  try {
    const descriptor = fileSystem.open(directory, 'read');
    try {
      await fileSystem.fsync(descriptor);
    } finally {
      fileSystem.close(descriptor);
    }
  } catch (error) {
    if (!cannotSyncDirectories(error)) throw error;
  }
}

/** As {@link syncDirectory}, at once. */
export function syncDirectoryNow(fileSystem: FileSystem, directory: string): void {
  try {
    const descriptor = fileSystem.open(directory, 'read');
    try {
      fileSystem.fsyncSync(descriptor);
    } finally {
      fileSystem.close(descriptor);
    }
  } catch (error) {
    if (!cannotSyncDirectories(error)) throw error;
  }
}

/** Removes a file, and minds no failure: what is left over is swept at the next start. */
export function unlinkQuietly(fileSystem: FileSystem, file: string): void {
  try {
    fileSystem.unlink(file);
  } catch {
    return;
  }
}

/** Makes the error for a file that holds another number of bytes than were written to it. */
export function sizeError(file: string, expected: number, found: bigint | undefined): Error {
  return new SweatShopError(
    'Unavailable',
    `The disk kept ${String(found ?? 0)} of ${String(expected)} bytes of ${file}. Check that it is healthy.`,
    { path: file },
  );
}

/** Makes a file and gives it its content; when it resolves, the disk holds that, though not yet the name for certain. */
export async function writeNewFile(
  fileSystem: FileSystem,
  file: string,
  bytes: Uint8Array,
): Promise<WrittenFile> {
  const descriptor = fileSystem.open(file, 'create');
  let sha256: Uint8Array;
  try {
    sha256 = await writeAll(fileSystem, descriptor, bytes, file);
    await fileSystem.fsync(descriptor);
  } finally {
    fileSystem.close(descriptor);
  }
  const written = fileSystem.stat(file);
  if (written?.size !== BigInt(bytes.length)) {
    throw sizeError(file, bytes.length, written?.size);
  }
  return { stat: written, sha256 };
}

/** Gives the SHA-256 of what was written. */
async function writeAll(
  fileSystem: FileSystem,
  descriptor: number,
  bytes: Uint8Array,
  file: string,
): Promise<Uint8Array> {
  const hash = createHash('sha256');
  let written = 0;
  while (written < bytes.length) {
    const chunk = bytes.subarray(written, written + CHUNK_BYTES);
    const count = await fileSystem.write(descriptor, chunk, written);
    if (count <= 0) throw sizeError(file, bytes.length, BigInt(written));
    hash.update(chunk.subarray(0, count));
    written += count;
  }
  return hash.digest();
}

/** Renames, again and again for about 5 s while another program blocks it; `beforeEach` throws to refuse. */
export async function renameWithRetry(
  fileSystem: FileSystem,
  clock: StoreClock,
  from: string,
  to: string,
  beforeEach: () => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    beforeEach();
    try {
      fileSystem.rename(from, to);
      return;
    } catch (error) {
      if (!RENAME_BLOCKED.has(errnoOf(error) ?? '') || attempt === RENAME_ATTEMPTS) throw error;
      if (attempt === 1) refuseFolder(fileSystem, to);
    }
    await wait(clock, Math.min(attempt * RENAME_DELAY_STEP_MS, RENAME_DELAY_MAX_MS));
  }
}

/** Renaming over a folder fails in the same words as a file that is in use, but for ever. */
function refuseFolder(fileSystem: FileSystem, target: string): void {
  if (fileSystem.stat(target)?.kind !== 'directory') return;
  throw new SweatShopError(
    'Conflict',
    `${target} has become a folder. Move it away; SweatShop writes its database there.`,
    { path: target },
  );
}

function cannotSyncDirectories(error: unknown): boolean {
  const errno = errnoOf(error) ?? '';
  return (
    NO_DIRECTORY_SYNC.has(errno) ||
    (process.platform === 'win32' && NO_DIRECTORY_SYNC_ON_WINDOWS.has(errno))
  );
}
