import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const FILE_NAME = 'browser-token';
const OWNER_ONLY = 0o600;
const TOKEN_BYTES = 32;
const TOKEN_SHAPE = /^[\w-]{43}$/;

/**
 * Gives the token of a home, and makes it the first time, so that an open page survives a restart.
 *
 * @param home The folder of the database; it must exist.
 */
export function loadToken(home: string): string {
  const file = path.join(home, FILE_NAME);
  const known = readToken(file);
  if (known !== null) return known;
  const token = crypto.randomBytes(TOKEN_BYTES).toString('base64url');
  const draft = `${file}.${crypto.randomUUID()}.tmp`;
  fs.writeFileSync(draft, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  fs.renameSync(draft, file);
  return token;
}

function readToken(file: string): string | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!TOKEN_SHAPE.test(text)) return null;
  fs.chmodSync(file, OWNER_ONLY);
  return text;
}
