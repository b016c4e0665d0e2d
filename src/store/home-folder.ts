import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import { errnoOf, toDiskError } from './disk-error.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import { syncDirectory } from './publish.ts';

const OWNER_ONLY = 0o700;
const STICKY = 0o1000;
const OTHERS = 0o077;

/** What SweatShop itself may have put into a home before its first save. */
const OWN_NAME =
  /^(lock|lock\.held|backups|journal|quarantine|electron|browser-token|sweatshop\.sock|\.sweatshop-[0-9a-f]{16}\.tmp)$/;

/**
 * Makes the folder that holds everything, for its owner only, and closes a home that is too open.
 *
 * A folder that others may enter is closed to them only where it is a home already, or holds nothing and is ours.
 *
 * @param home An absolute path.
 * @returns The one real path of the folder.
 * @throws Conflict when something that is not a folder is there, or a folder that others use too; ReadOnly, StorageFull or Unavailable.
 */
export async function prepareHome(fileSystem: FileSystem, home: string): Promise<string> {
  try {
    const isNew = fileSystem.stat(home) === undefined;
    if (isNew) fileSystem.mkdir(home);
    // An earlier start may have made the folder and failed to make its name durable.
    if (!fileSystem.stat(path.join(home, 'sweatshop.db'))) await syncName(fileSystem, home, isNew);
    const found = fileSystem.stat(home);
    if (found?.kind !== 'directory') throw notAFolder(home);
    // Windows has no such bits; a profile folder is private there.
    if (process.platform !== 'win32') closeToOthers(fileSystem, home, found);
    return fileSystem.realpath(home);
  } catch (error) {
    throw toDiskError(error, 'created', home);
  }
}

async function syncName(fileSystem: FileSystem, home: string, isNew: boolean): Promise<void> {
  try {
    await syncDirectory(fileSystem, path.dirname(home));
  } catch (error) {
    // The folder above one that somebody else made need not be ours to open.
    if (isNew || errnoOf(error) !== 'EACCES') throw error;
  }
}

function closeToOthers(fileSystem: FileSystem, home: string, found: FileStat): void {
  if ((found.mode & STICKY) !== 0) throw sharedFolder(home);
  if ((found.mode & OTHERS) === 0) return;
  if (!isHome(fileSystem, home, found)) throw sharedFolder(home);
  fileSystem.chmod(home, OWNER_ONLY);
}

function isHome(fileSystem: FileSystem, home: string, { uid }: FileStat): boolean {
  const names = fileSystem.readdir(home);
  if (names.includes('sweatshop.db')) return true;
  return uid === process.getuid?.() && names.every((name) => OWN_NAME.test(name));
}

function sharedFolder(home: string): SweatShopError {
  return new SweatShopError(
    'Conflict',
    `${home} is open to others or holds other files, and SweatShop keeps its folder closed to everybody else. ` +
      `Choose a folder for SweatShop alone, such as ${path.join(home, 'sweatshop')}, with SWEATSHOP_HOME or --home.`,
    { path: home },
  );
}

function notAFolder(home: string): SweatShopError {
  return new SweatShopError(
    'Conflict',
    `${home} is not a folder. Move it away, or set SWEATSHOP_HOME to a folder for SweatShop's files.`,
    { path: home },
  );
}
