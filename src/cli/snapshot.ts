import fs from 'node:fs/promises';
import path from 'node:path';
import { openImage, type ImageReader } from '../host/open-image.ts';
import { SweatShopError } from '../shared/errors.ts';
import { apiOf } from './api-of-home.ts';
import { useApp } from './app-connection.ts';
import type { CommandContext } from './command-context.ts';
import { isHome, noDatabase, refuseDamaged } from './home.ts';
import { formatTime } from './table.ts';

/**
 * Gives the whole database as the bytes of a SQLite file, all of one moment.
 *
 * Beside the process that uses the home it is what that process saves now. Where it cannot save, it is what was saved
 * last, and people are told of when that is.
 *
 * @throws SweatShopError NotFound where there is no database; DatabaseCorrupt when it waits for somebody to decide how
 *   to go on; Busy when another process holds it and nothing was ever saved.
 */
export async function readSnapshot(context: CommandContext): Promise<Uint8Array> {
  const homePath = context.homePath();
  if (!isHome(homePath)) throw noDatabase(homePath);
  return (await readUnused(context, homePath)) ?? (await readBesideOwner(context, homePath));
}

/** Gives null where another process uses the home. */
async function readUnused(context: CommandContext, homePath: string): Promise<Uint8Array | null> {
  try {
    const home = await context.openHome(homePath, { readOnly: true });
    try {
      await refuseDamaged(apiOf(home), homePath);
      return home.snapshot();
    } finally {
      await home.close();
    }
  } catch (error) {
    if (error instanceof SweatShopError && error.code === 'Busy') return null;
    throw error;
  }
}

async function readBesideOwner(context: CommandContext, homePath: string): Promise<Uint8Array> {
  let failure: SweatShopError | null = null;
  try {
    await useApp(context, (api) => api.db.flush());
  } catch (error) {
    if (!(error instanceof SweatShopError) || error.code === 'DatabaseCorrupt') throw error;
    failure = error;
  }
  const { image, savedAt } = await readSaved(path.join(homePath, 'sweatshop.db'), failure);
  if (failure) {
    context.stderr.write(
      `sweatshop: ${failure.message}\nThis is the database as it was saved on ${formatTime(savedAt)}; what came later is missing.\n`,
    );
  }
  return image;
}

/** The file is replaced as a whole, so that what was opened stays what it is. */
async function readSaved(
  file: string,
  failure: SweatShopError | null,
): Promise<{ readonly image: Uint8Array; readonly savedAt: string }> {
  try {
    const handle = await fs.open(file);
    try {
      const { mtime } = await handle.stat();
      return { image: await handle.readFile(), savedAt: mtime.toISOString() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw failure ?? error;
  }
}

/** Opens a {@link readSnapshot} for reading, and lets go of it whatever happens. */
export async function useSnapshot<T>(
  context: CommandContext,
  work: (reader: ImageReader, image: Uint8Array) => Promise<T> | T,
): Promise<T> {
  const image = await readSnapshot(context);
  const reader = await openImage(await context.readWasm(), image);
  try {
    return await work(reader, image);
  } finally {
    reader.close();
  }
}
