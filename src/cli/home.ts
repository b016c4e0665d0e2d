import fs from 'node:fs';
import path from 'node:path';
import type { Home } from '../host/open-home.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import { apiOf } from './api-of-home.ts';
import type { CommandContext } from './command-context.ts';

const DATABASE_FILES = ['sweatshop.db', 'journal', 'backups', 'quarantine'];

/** Tells whether there is a database to open, or what is left of one. */
export function hasDatabase(homePath: string): boolean {
  return DATABASE_FILES.some((name) => fs.existsSync(path.join(homePath, name)));
}

/** Tells whether there is something to open: a database, or the lock of a process that has not saved its first yet. */
export function isHome(homePath: string): boolean {
  return hasDatabase(homePath) || fs.existsSync(path.join(homePath, 'lock'));
}

/** Makes the error for a folder without a database. */
export function noDatabase(homePath: string): SweatShopError {
  return new SweatShopError(
    'NotFound',
    `There is no database in ${homePath} yet. Start SweatShop, or import tickets, to make one.`,
    { path: homePath },
  );
}

/**
 * Opens the home for a command that looks after its database, and closes it whatever happens.
 *
 * @throws SweatShopError NotFound where there is no database, for none is made; Busy when another process has it open.
 */
export async function useDatabase<T>(
  context: CommandContext,
  work: (api: SweatShopApi) => Promise<T>,
): Promise<T> {
  const homePath = context.homePath();
  if (!isHome(homePath)) throw noDatabase(homePath);
  const home = await openForUpkeep(context, homePath);
  try {
    return await work(apiOf(home));
  } finally {
    await home.close();
  }
}

/** @throws SweatShopError DatabaseCorrupt when the home waits for somebody to decide how to go on after damage. */
export async function refuseDamaged(home: Home): Promise<void> {
  const report = await apiOf(home).db.recovery();
  if (report === null) return;
  throw new SweatShopError(
    'DatabaseCorrupt',
    `${report.problems.join(' ')} Run sweatshop db recover to see what can be done; nothing was changed.`,
    { path: home.path },
  );
}

async function openForUpkeep(context: CommandContext, homePath: string): Promise<Home> {
  try {
    return await context.openHome(homePath, { readOnly: false });
  } catch (error) {
    if (!(error instanceof SweatShopError) || error.code !== 'Busy') throw error;
    const message = `${error.message} Its page “Database” (Ctrl K) does the same.`;
    throw new SweatShopError('Busy', message, error.details, error);
  }
}
