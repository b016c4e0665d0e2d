import path from 'node:path';
import { SweatShopError } from '../shared/errors.ts';
import { toDiskError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { syncDirectory } from './publish.ts';

const OWNER_ONLY = 0o700;

/**
 * Makes the folder that holds everything, for its owner only, and closes one that is too open.
 *
 * @param home An absolute path.
 * @returns The one real path of the folder.
 * @throws Conflict when something that is not a folder is there; ReadOnly, StorageFull or Unavailable.
 */
export async function prepareHome(fileSystem: FileSystem, home: string): Promise<string> {
  try {
    if (fileSystem.stat(home) === undefined) {
      fileSystem.mkdir(home);
      await syncDirectory(fileSystem, path.dirname(home));
    }
    const found = fileSystem.stat(home);
    if (found?.kind !== 'directory') throw notAFolder(home);
    // Windows has no such bits; a profile folder is private there.
    if (process.platform !== 'win32' && (found.mode & ~OWNER_ONLY) !== 0) {
      fileSystem.chmod(home, OWNER_ONLY);
    }
    return fileSystem.realpath(home);
  } catch (error) {
    throw toDiskError(error, 'created', home);
  }
}

function notAFolder(home: string): SweatShopError {
  return new SweatShopError(
    'Conflict',
    `${home} is not a folder. Move it away, or set SWEATSHOP_HOME to a folder for SweatShop's files.`,
    { path: home },
  );
}
