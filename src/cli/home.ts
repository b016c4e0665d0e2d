import fs from 'node:fs';
import path from 'node:path';

/** Tells whether there is something to open: a database, or the lock of a process that has not saved its first yet. */
export function isHome(homePath: string): boolean {
  return ['sweatshop.db', 'lock'].some((name) => fs.existsSync(path.join(homePath, name)));
}
