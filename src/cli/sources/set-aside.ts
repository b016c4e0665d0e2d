import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf, SweatShopError } from '../../shared/errors.ts';

const MAX_COPIES = 1_000;

/** What a file was when it was read. */
export type FileVersion = {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
};

/** Notes what a file is, so that a later change of it can be told. */
export async function versionOf(file: string): Promise<FileVersion> {
  const { size, mtimeMs } = await fs.stat(file);
  return { path: file, bytes: size, modifiedMs: mtimeMs };
}

/**
 * Renames a file that was read to its name with `.bak`, or `.bak.2` and so on where that is taken; nothing that is
 * there is ever overwritten.
 *
 * @returns The new path.
 * @throws SweatShopError Conflict when the file was changed since it was read; Unavailable when it cannot be renamed.
 */
export async function setAside(file: FileVersion): Promise<string> {
  try {
    const { bytes, modifiedMs } = await versionOf(file.path);
    if (bytes !== file.bytes || modifiedMs !== file.modifiedMs) throw changedSince(file.path);
    const target = await reserve(file.path);
    try {
      await fs.rename(file.path, target);
    } catch (error) {
      await fs.rm(target, { force: true });
      throw error;
    }
    await syncFolder(path.dirname(target));
    return target;
  } catch (error) {
    if (error instanceof SweatShopError) throw error;
    const message = `${file.path} could not be renamed (${messageOf(error)}). Everything in it is imported; rename it by hand.`;
    throw new SweatShopError('Unavailable', message, { path: file.path }, error);
  }
}

/** A rename would replace what has the name; only making a file refuses to. */
async function reserve(file: string): Promise<string> {
  for (let number = 1; number <= MAX_COPIES; number += 1) {
    const target = number === 1 ? `${file}.bak` : `${file}.bak.${String(number)}`;
    try {
      await (await fs.open(target, 'wx')).close();
      return target;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`there are ${String(MAX_COPIES)} backups of it already`);
}

/** Without this a power cut could bring the old name back; Windows knows no such thing for folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changedSince(file: string): SweatShopError {
  const message = `${file} was changed while it was imported, and keeps its name. Stop agent-farm and import again.`;
  return new SweatShopError('Conflict', message, { path: file });
}
