import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf, SweatShopError } from '../shared/errors.ts';
import { writeChunks } from './write-texts.ts';

/**
 * Writes texts into a file that appears under its name only when it is whole and on the disk.
 *
 * @param replaces Whether a file of that name may be replaced.
 * @throws SweatShopError InvalidInput where the name is taken or its folder is missing; what `texts` throws, and then
 *   nothing has changed.
 */
export async function writeOutputFile(
  file: string,
  texts: Iterable<string>,
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  const target = await findTarget(path.resolve(file), replaces);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await fs.open(temporary, 'wx', 0o600);
    try {
      await writeChunks(texts, async (chunk) => {
        await handle.writeFile(chunk);
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (replaces) await fs.rename(temporary, target);
    else await putInPlace(temporary, target);
    await syncFolder(path.dirname(target));
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error instanceof SweatShopError ? error : cannotWrite(target, error);
  }
}

/** A link keeps pointing where it points. */
async function findTarget(file: string, replaces: boolean): Promise<string> {
  try {
    const target = await fs.realpath(file);
    if (!(await fs.stat(target)).isFile()) {
      throw new SweatShopError('InvalidInput', `${file} is there already, and is not a file.`);
    }
    if (!replaces) throw taken(file);
    return target;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error instanceof SweatShopError ? error : cannotWrite(file, error);
  }
}

/** Unlike a rename, a link never replaces what somebody put there meanwhile. */
async function putInPlace(temporary: string, target: string): Promise<void> {
  try {
    await fs.link(temporary, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(target);
    // Some file systems have no links.
    await fs.rename(temporary, target);
    return;
  }
  await fs.unlink(temporary);
}

/** Makes the name last through a power cut, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function taken(file: string): SweatShopError {
  return new SweatShopError(
    'InvalidInput',
    `${file} is there already. Choose another name, or add --force to replace it.`,
    { path: file },
  );
}

function cannotWrite(file: string, error: unknown): SweatShopError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const message = `There is no folder ${path.dirname(file)} to write to. Make it first.`;
    return new SweatShopError('InvalidInput', message, { path: file }, error);
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk is full: ${file} was not written. Make room, or choose another place.`;
    return new SweatShopError('StorageFull', message, { path: file }, error);
  }
  const message = `${file} cannot be written (${code ?? messageOf(error)}).`;
  return new SweatShopError('ReadOnly', message, { path: file }, error);
}
