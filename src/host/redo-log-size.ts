import path from 'node:path';
import { sizeOfJournal } from '../store/journal/journal-size.ts';
import { listSegments } from '../store/journal/segment.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';

/** How much room the redo log of a home takes. */
export type RedoLogSize = { readonly segments: number; readonly bytes: number };

/** @throws SweatShopError ReadOnly or Unavailable when it cannot be read. */
export function redoLogSize(homePath: string): RedoLogSize {
  const folder = path.join(homePath, 'journal');
  if (!nodeFileSystem.stat(folder)) return { segments: 0, bytes: 0 };
  return {
    segments: listSegments(nodeFileSystem, folder).length,
    bytes: sizeOfJournal(nodeFileSystem, folder),
  };
}
