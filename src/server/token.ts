import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const FILE_NAME = 'browser-token';
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const TOKEN_BYTES = 32;
const TOKEN_SHAPE = /^[\w-]{43}$/;

/** What a disk says that takes nothing now, or nothing from this user. */
const REFUSED = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT']);

/**
 * Gives the token of a home, and makes it the first time, so that an open page survives a restart.
 *
 * Where the disk takes none, a new one is good for this run only.
 *
 * @param home The folder of the database; it must exist.
 */
export function loadToken(home: string): string {
  const file = path.join(home, FILE_NAME);
  const known = unlessRefused(() => readToken(file));
  if (known !== null) return known;
  const token = crypto.randomBytes(TOKEN_BYTES).toString('base64url');
  unlessRefused(() => {
    keepToken(file, token);
    return token;
  });
  return token;
}

function keepToken(file: string, token: string): void {
  const draft = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    fs.writeFileSync(draft, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
}

/** Gives null where there is none, and fails for one that others may have read and that cannot be closed to them. */
function readToken(file: string): string | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!TOKEN_SHAPE.test(text)) return null;
  // Windows has no such bits; a profile folder is private there.
  const isOpen = process.platform !== 'win32' && (fs.statSync(file).mode & OTHERS) !== 0;
  if (isOpen) fs.chmodSync(file, OWNER_ONLY);
  return text;
}

function unlessRefused(work: () => string | null): string | null {
  try {
    return work();
  } catch (error) {
    if (REFUSED.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
