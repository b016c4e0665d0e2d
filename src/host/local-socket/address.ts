import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const FILE_NAME = 'sweatshop.sock';
/** What the system has room for, without the zero at the end. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
/** Not that of the environment, which differs between a login, a cron job and a container of the same home. */
const COMMON_FOLDER = '/tmp';
const OWNER_ONLY = 0o700;
const PERMISSIONS = 0o777;

/** Where the owner of a home may listen to commands. */
export type SocketPlace = {
  readonly address: string;
  /** A folder that must be closed to everybody else and is not the home; null where there is none. */
  readonly folder: string | null;
};

/**
 * Gives where the owner of a home listens, the best place first: in the home; where its path is too long or its disk
 * knows no sockets, in a folder of the user's own; on Windows a pipe that nobody can name before its owner does.
 *
 * @param home The real path of the home.
 * @param nonce As the lock record of the owner has it.
 */
export function socketPlaces(home: string, nonce: string): readonly SocketPlace[] {
  if (process.platform === 'win32') {
    const address = `\\\\.\\pipe\\sweatshop-${digestOf(`${home}\n${nonce}`)}`;
    return [{ address, folder: null }];
  }
  const folder = path.join(COMMON_FOLDER, `sweatshop-${String(process.getuid?.() ?? 'user')}`);
  const elsewhere = { address: path.join(folder, `${digestOf(home)}.sock`), folder };
  const address = path.join(home, FILE_NAME);
  if (Buffer.byteLength(address) > MAX_PATH_BYTES) return [elsewhere];
  return [{ address, folder: null }, elsewhere];
}

/** Tells whether nobody else can reach what lies in a folder: it is no link, it is ours, and closed. */
export function isOwnFolder(folder: string): boolean {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false });
  return (
    found?.isDirectory() === true &&
    found.uid === process.getuid?.() &&
    (found.mode & PERMISSIONS) === OWNER_ONLY
  );
}

/** Makes a folder for its owner only, where nothing is. */
export function makeOwnFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
