import path from 'node:path';
import { SweatShopError } from '../../shared/errors.ts';
import type { StoreClock } from '../clock.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import {
  renameWithRetry,
  sizeError,
  syncDirectory,
  temporaryPath,
  unlinkQuietly,
  writeNewFile,
} from '../publish.ts';
import type { ImageInspector, Inspection } from './image-inspector.ts';

/** What a backup is made from. */
export type BackupSource = {
  /** What it is called in a message, as it reads after "A backup of". */
  readonly title: string;
  /** Makes a file of the given path; gives the SHA-256 that its bytes must have, null where any will do. */
  readonly fill: (file: string) => Promise<Uint8Array | null>;
  /** It exists nowhere else: kept also when it cannot be checked for reasons that are not its own. */
  readonly isOnlyCopy: boolean;
};

/**
 * A source that is held in memory.
 *
 * @param isOnlyCopy Whether neither log nor file has it.
 */
export function imageSource(
  fileSystem: FileSystem,
  image: Uint8Array,
  isOnlyCopy: boolean,
): BackupSource {
  return {
    title: 'the present state',
    isOnlyCopy,
    fill: async (file) => (await writeNewFile(fileSystem, file, image)).sha256,
  };
}

/**
 * A source that is a file. The copy has its own place on the disk: a hard link would change with the original.
 *
 * @param sha256 What the file must hold; null for whatever it holds, as long as it does not change meanwhile.
 */
export function fileSource(
  fileSystem: FileSystem,
  original: string,
  sha256: Uint8Array | null,
): BackupSource {
  return {
    title: original,
    isOnlyCopy: false,
    fill: async (file) => {
      const before = fileSystem.stat(original);
      if (before?.kind !== 'file') {
        throw new SweatShopError('NotFound', `There is no file ${original} to copy.`, {
          path: original,
        });
      }
      await fileSystem.copyFile(original, file);
      fileSystem.chmod(file, 0o600);
      await syncFile(fileSystem, file);
      const copied = fileSystem.stat(file);
      if (copied?.size !== before.size) throw sizeError(file, Number(before.size), copied?.size);
      const after = fileSystem.stat(original);
      const isSame = after?.ino === before.ino && after.mtimeNs === before.mtimeNs;
      if (sha256 === null && !isSame) throw changedMeanwhile(original);
      return sha256;
    },
  };
}

/**
 * Makes a backup under a temporary name, opens and checks it, and only then gives it its name, which the disk keeps when
 * this resolves. When it rejects, nothing is there under that name, unless only the last sync of the folder failed.
 *
 * @param nameFile Gives a name in the folder that is free; called last.
 * @returns Its name, and what it is; null for an only copy that could not be checked.
 * @throws DatabaseCorrupt, Conflict or DatabaseTooNew for an image that could not be restored; Busy when the original
 *   changed meanwhile; StorageFull, ReadOnly, Unavailable.
 */
export async function makeBackup(
  fileSystem: FileSystem,
  clock: StoreClock,
  inspector: ImageInspector,
  folder: string,
  { title, fill, isOnlyCopy }: BackupSource,
  nameFile: () => string,
): Promise<{ readonly name: string; readonly inspection: Inspection | null }> {
  const temporary = temporaryPath(folder);
  try {
    const expected = await fill(temporary);
    const inspection = await inspector.inspect(temporary).catch((error: unknown) => {
      if (isOnlyCopy && error instanceof SweatShopError && error.code === 'Unavailable')
        return null;
      throw error;
    });
    if (expected && inspection && Buffer.compare(expected, inspection.sha256) !== 0) {
      throw changedMeanwhile(title);
    }
    const name = nameFile();
    await renameWithRetry(fileSystem, clock, temporary, path.join(folder, name), () => undefined);
    await syncDirectory(fileSystem, folder);
    return { name, inspection };
  } catch (error) {
    unlinkQuietly(fileSystem, temporary);
    throw aboutBackup(toDiskError(error, 'saved', folder), title, temporary);
  }
}

/** Windows syncs a file only through a descriptor that may write. */
async function syncFile(fileSystem: FileSystem, file: string): Promise<void> {
  const descriptor = fileSystem.open(file, 'update');
  try {
    await fileSystem.fsync(descriptor);
  } finally {
    fileSystem.close(descriptor);
  }
}

function changedMeanwhile(title: string): SweatShopError {
  return new SweatShopError(
    'Busy',
    `${title} changed while it was copied. Try again when no other program writes it.`,
  );
}

function aboutBackup(error: SweatShopError, title: string, temporary: string): SweatShopError {
  // The temporary name means nothing to anybody, and is gone.
  const reason = error.message.replaceAll(temporary, title);
  return new SweatShopError(
    error.code,
    `A backup of ${title} could not be made. ${reason}`,
    error.details,
    error,
  );
}
