import fs from 'node:fs';
import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';

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
    `There is no database in ${homePath} yet. Start SweatShop, or make one with sweatshop import or sweatshop tickets add.`,
    { path: homePath },
  );
}

/** @throws SweatShopError DatabaseCorrupt when the home waits for somebody to decide how to go on after damage. */
export async function refuseDamaged(api: SweatShopApi, homePath: string): Promise<void> {
  const report = await api.db.recovery();
  if (report === null) return;
  throw new SweatShopError(
    'DatabaseCorrupt',
    `${report.problems.join(' ')} Run sweatshop db recover to see what can be done; nothing was changed.`,
    { path: homePath },
  );
}
