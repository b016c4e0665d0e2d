import path from 'node:path';
import { SweatShopError } from '../../shared/errors.ts';
import {
  byNewest,
  parseBackupName,
  PREVIOUS_NAME,
  type BackupName,
} from '../backups/backup-name.ts';
import type { FileStat, FileSystem } from '../file-system.ts';
import { problemOfImage } from '../image-check.ts';
import type { DatabaseEngine, StoredDatabase } from '../stored-database.ts';
import { readWholeFile } from './read-file.ts';

/** An image that may be what to go on from. */
export type Candidate = {
  /** What a person's choice calls it: `file`, `previous` or `backup:NAME`. */
  readonly id: string;
  /** What messages call it. */
  readonly title: string;
  readonly path: string;
  readonly image: Uint8Array;
  readonly sha256: Uint8Array;
  readonly stat: FileStat;
};

/** A file that can be opened, or why not. */
export type Opened<D extends StoredDatabase> =
  | { readonly candidate: Candidate; readonly database: D; readonly problem: null }
  | { readonly candidate: Candidate; readonly database: null; readonly problem: string };

/** Says where a candidate may lie; nothing has been read yet. */
export type Place = { readonly id: string; readonly title: string; readonly path: string };

/** Names `previous.db` and then the numbered backups, newest first, as far as they exist. */
export function listBackupPlaces(fileSystem: FileSystem, home: string): Place[] {
  const folder = path.join(home, 'backups');
  if (fileSystem.stat(folder)?.kind !== 'directory') return [];
  const names = fileSystem.readdir(folder);
  const places: Place[] = names
    .map(parseBackupName)
    .filter((backup) => backup !== null)
    .sort(byNewest)
    .map((backup) => ({
      id: `backup:${backup.name}`,
      title: titleOf(backup),
      path: path.join(folder, backup.name),
    }));
  if (names.includes(PREVIOUS_NAME)) {
    const previous = path.join(folder, PREVIOUS_NAME);
    places.unshift({ id: 'previous', title: 'the last save but one, previous.db', path: previous });
  }
  return places;
}

/**
 * Reads what lies at a place; null where nothing does.
 *
 * @throws As {@link readWholeFile}.
 */
export function readCandidate(fileSystem: FileSystem, place: Place): Candidate | null {
  const found = readWholeFile(fileSystem, place.path);
  if (!found) return null;
  return { ...place, image: found.bytes, sha256: found.sha256, stat: found.stat };
}

/**
 * Opens a candidate.
 *
 * @throws DatabaseTooNew when a newer SweatShop made it; whatever else is wrong with it is its problem.
 */
export function openCandidate<D extends StoredDatabase>(
  engine: DatabaseEngine<D>,
  candidate: Candidate,
): Opened<D> {
  const broken = problemOfImage(candidate.image);
  if (broken !== null) {
    return { candidate, database: null, problem: `${candidate.path} ${broken}.` };
  }
  try {
    return { candidate, database: engine.open(candidate.image, { willGrow: true }), problem: null };
  } catch (error) {
    if (!(error instanceof SweatShopError) || !isDamage(error)) throw error;
    return {
      candidate,
      database: null,
      problem: `${candidate.path} cannot be opened: ${error.message}`,
    };
  }
}

function isDamage({ code }: SweatShopError): boolean {
  return code === 'DatabaseCorrupt' || code === 'Conflict';
}

function titleOf({ name, kind, createdAt }: BackupName): string {
  if (createdAt === null) return `the backup ${name}`;
  return `the ${kind} backup of ${createdAt.slice(0, 16).replace('T', ' ')} UTC`;
}
