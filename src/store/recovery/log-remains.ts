import path from 'node:path';
import { SweatShopError } from '../../shared/errors.ts';
import type { FileSystem } from '../file-system.ts';
import type { JournalReading } from '../journal/journal-reader.ts';
import type { Quarantine } from '../quarantine.ts';
import { isOrdinary } from './attempt.ts';
import { count } from './options.ts';
import { readWholeFile } from './read-file.ts';

/**
 * Keeps what the log holds besides the transactions that count, before a writer goes on behind them.
 *
 * @returns Sentences about it. What a crash cut off held nothing that was answered, and is kept without one.
 * @throws StorageFull, ReadOnly or Unavailable where damaged segments cannot be kept.
 */
export async function keepLogRemains(
  fileSystem: FileSystem,
  quarantine: Quarantine,
  { end, oddities }: JournalReading,
  segments: readonly string[],
): Promise<string[]> {
  const notices: string[] = [];
  if (end.kind === 'torn') await keepTail(fileSystem, quarantine, end);
  if (!isOrdinary(end)) {
    const kept = await keepAll(quarantine, segments);
    notices.push(`A part of the redo log is damaged. It is kept in ${kept}.`);
  }
  for (const oddity of oddities) {
    if (oddity.kind !== 'covered') continue;
    notices.push(
      `A part of the redo log before ${oddity.path} is damaged. The database holds everything that was in it.`,
    );
  }
  const strangers = oddities.filter(({ kind }) => kind === 'otherDatabase');
  return [
    ...notices,
    ...(await moveStrangers(
      quarantine,
      strangers.map((each) => each.path),
    )),
  ];
}

/** Keeps files; gives the folder in which the last of them lies. */
export async function keepAll(quarantine: Quarantine, files: readonly string[]): Promise<string> {
  let kept = '';
  for (const file of files) kept = await quarantine.keep(file);
  return path.dirname(kept);
}

/** Moves the segments of other databases out of the way; where the disk refuses that they stay, and do no harm. */
export async function moveStrangers(
  quarantine: Quarantine,
  segments: readonly string[],
): Promise<string[]> {
  if (segments.length === 0) return [];
  try {
    let kept = '';
    for (const segment of segments) kept = await quarantine.move(segment);
    const what = count(segments.length, 'file');
    return [`${what} of the redo log of another database went to ${path.dirname(kept)}.`];
  } catch (error) {
    if (error instanceof SweatShopError) return [];
    throw error;
  }
}

async function keepTail(
  fileSystem: FileSystem,
  quarantine: Quarantine,
  end: { readonly path: string; readonly offset: number },
): Promise<void> {
  const tail = readWholeFile(fileSystem, end.path)?.bytes.subarray(end.offset) ?? new Uint8Array();
  const length = tail.findLastIndex((byte) => byte !== 0) + 1;
  try {
    await quarantine.keepBytes(`${path.basename(end.path)}.broken`, tail.subarray(0, length));
  } catch (error) {
    // It is of interest to nobody but whoever looks for the cause, and its segment is still there for a while.
    if (!(error instanceof SweatShopError)) throw error;
  }
}
