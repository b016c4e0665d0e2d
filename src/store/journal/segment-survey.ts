import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import {
  decodeSegmentHeader,
  listSegments,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from './segment.ts';
import { SegmentBytes } from './segment-bytes.ts';

/** A segment of this database; without a header where that is unreadable although records follow it. */
export type FoundSegment = {
  readonly path: string;
  readonly number: number;
  readonly header: SegmentHeader | null;
};

/**
 * A file that takes no part: `unfinished` was being created in a crash and never held a record, `otherDatabase` belongs
 * to one, `copy` repeats the number of another segment.
 */
export type IgnoredSegment = {
  readonly kind: 'unfinished' | 'otherDatabase' | 'copy';
  readonly path: string;
};

/** The segments in a folder, by number. */
export type SegmentSurvey = {
  readonly segments: readonly FoundSegment[];
  readonly ignored: readonly IgnoredSegment[];
  /** The highest number in use, by name or by header; 0 when there is none. */
  readonly highestNumber: number;
};

/**
 * Looks at the header of each segment in a folder. The number in a header counts, not the one in the name.
 *
 * @throws DatabaseTooNew when one has a later format; ReadOnly or Unavailable when the disk cannot be read.
 */
export function surveySegments(
  fileSystem: FileSystem,
  folder: string,
  databaseUuid: string,
): SegmentSurvey {
  const byNumber = new Map<number, FoundSegment>();
  const ignored: IgnoredSegment[] = [];
  let highestNumber = 0;
  for (const name of namesIn(fileSystem, folder)) {
    const found = readHeader(fileSystem, name.path);
    highestNumber = Math.max(highestNumber, name.number);
    if (found === 'unfinished') {
      ignored.push({ kind: 'unfinished', path: name.path });
      continue;
    }
    if (found && found.databaseUuid !== databaseUuid) {
      ignored.push({ kind: 'otherDatabase', path: name.path });
      continue;
    }
    const number = found?.number ?? name.number;
    highestNumber = Math.max(highestNumber, number);
    const earlier = byNumber.get(number);
    const isCopy = earlier?.header && !(found && name.number === number);
    if (isCopy) {
      ignored.push({ kind: 'copy', path: name.path });
      continue;
    }
    if (earlier) ignored.push({ kind: 'copy', path: earlier.path });
    byNumber.set(number, { path: name.path, number, header: found });
  }
  const segments = [...byNumber.values()].sort((one, other) => one.number - other.number);
  return { segments, ignored, highestNumber };
}

/**
 * Lists the segments of each database in a folder.
 *
 * @returns The paths by UUID; under null those whose header is unreadable although records follow it.
 * @throws As {@link surveySegments}.
 */
export function listSegmentsByDatabase(
  fileSystem: FileSystem,
  folder: string,
): ReadonlyMap<string | null, readonly string[]> {
  const byDatabase = new Map<string | null, string[]>();
  for (const { path } of namesIn(fileSystem, folder)) {
    const header = readHeader(fileSystem, path);
    if (header === 'unfinished') continue;
    const uuid = header?.databaseUuid ?? null;
    byDatabase.set(uuid, [...(byDatabase.get(uuid) ?? []), path]);
  }
  return byDatabase;
}

/** Gives null for a header that is damaged: records were only ever written behind one that was on the disk. */
function readHeader(fileSystem: FileSystem, path: string): SegmentHeader | null | 'unfinished' {
  const bytes = new SegmentBytes(fileSystem, path);
  try {
    const header = decodeSegmentHeader(bytes.view(0, SEGMENT_HEADER_BYTES), path);
    if (header) return header;
    return bytes.isZeroFrom(SEGMENT_HEADER_BYTES) ? 'unfinished' : null;
  } finally {
    bytes.close();
  }
}

function namesIn(fileSystem: FileSystem, folder: string): ReturnType<typeof listSegments> {
  try {
    return listSegments(fileSystem, folder);
  } catch (error) {
    throw toDiskError(error, 'read', folder);
  }
}
