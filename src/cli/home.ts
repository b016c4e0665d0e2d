import fs from 'node:fs';
import path from 'node:path';

/** Tells whether a home holds a database already. */
export function hasDatabase(homePath: string): boolean {
  return fs.existsSync(path.join(homePath, 'sweatshop.db'));
}
