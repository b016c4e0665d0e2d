import { isEditedInPlace } from './image-check.ts';
import type { StoredDatabase } from './stored-database.ts';

/**
 * What a file that this process did not write is to the database that is open.
 *
 * `edit`: the file as it was saved, with other rows. `structure`: with other tables, columns, indexes or triggers.
 * `outdated`: of an earlier schema. `older`: an earlier state. `nameless`: it does not say which database it is. `other`:
 * another database. `copy`: this one, but nobody can tell from where. `unsound`: nothing that can be opened.
 */
export type ForeignKind =
  'edit' | 'structure' | 'outdated' | 'older' | 'nameless' | 'other' | 'copy' | 'unsound';

/** Finds out what the file of another program is; `image` is what `theirs` was opened from. */
export function compareForeign(
  image: Uint8Array,
  theirs: StoredDatabase,
  ours: StoredDatabase,
  isWaiting: boolean,
): ForeignKind {
  const isEdited = isEditedInPlace(image);
  if (theirs.uuid !== null && theirs.uuid !== ours.uuid) return 'other';
  if (theirs.schemaVersion < ours.schemaVersion) return 'outdated';
  if (theirs.schemaVersion > ours.schemaVersion || theirs.schema() !== ours.schema()) {
    return 'structure';
  }
  if (theirs.uuid === null) return 'nameless';
  // What waits to be saved here is in no edited file either.
  if (theirs.seq < ours.seq && !(isEdited && isWaiting)) return 'older';
  return isEdited && theirs.seq <= ours.seq ? 'edit' : 'copy';
}

/** Says what another program did; `path` is that of sweatshop.db. */
export function describeForeign(kind: ForeignKind, path: string, isWaiting: boolean): string {
  if (kind === 'edit')
    return `Another program changed ${path} while changes here waited to be saved.`;
  const lacks = isWaiting ? ' Changes made here waited to be saved to it.' : '';
  return `${SENTENCES[kind](path)}${lacks}`;
}

const SENTENCES: Readonly<Record<Exclude<ForeignKind, 'edit'>, (path: string) => string>> = {
  structure: (path) =>
    `Another program changed the structure of ${path}, not only its rows: its tables, columns, indexes or triggers ` +
    'are not those that SweatShop made, and SweatShop may not work with them.',
  outdated: (path) =>
    `Another program put a copy from before the last update of SweatShop in the place of ${path}.`,
  older: (path) =>
    `Another program put an older copy of the database in the place of ${path}. Using it sets all later changes aside.`,
  nameless: (path) => `Another program took from ${path} what tells which database it is.`,
  other: (path) =>
    `Another program put another database in the place of ${path}. Using it sets everything that is open here aside.`,
  copy: (path) => `Another program put another copy of the database in the place of ${path}.`,
  unsound: (path) =>
    `Another program put something that SweatShop cannot open in the place of ${path}.`,
};
