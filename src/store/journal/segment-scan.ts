import type { FileSystem } from '../file-system.ts';
import { decodeIntent, decodePublished, type IntentMark } from './mark.ts';
import {
  ALIGNMENT_BYTES,
  isIntact,
  readHead,
  RECORD_HEADER_BYTES,
  type RawHead,
} from './record.ts';
import { SEGMENT_HEADER_BYTES } from './segment.ts';
import { SegmentBytes } from './segment-bytes.ts';
import { surveySegments, type FoundSegment } from './segment-survey.ts';

/** What the records of a journal say each for itself, whether or not they follow one another. */
export type JournalClaims = {
  /**
   * The highest number of a transaction that was written, or of an image that was published, as far as it is legible;
   * 0 when there is none. Nothing higher was ever answered.
   */
  readonly highestSeq: number;
  /** The highest number that the headers of segments take for given; at least `highestSeq`. */
  readonly reservedSeq: number;
  /** Whether an image has ever taken the place of the database. */
  readonly wasPublished: boolean;
  readonly intents: readonly (IntentMark & { readonly segmentNumber: number })[];
  /** Segments of which nothing can be told, as their header is damaged although records follow it. */
  readonly illegible: readonly string[];
};

/**
 * Looks at every intact record of a database's segments, behind damage and gaps too.
 *
 * It proves nothing about the order or the completeness of what it finds; it tells what there was. As it tries each
 * place where a record can start, it is for a journal that has something wrong with it.
 *
 * @throws DatabaseTooNew when a later version wrote a segment; ReadOnly or Unavailable when the disk cannot be read.
 */
export function scanJournal(
  fileSystem: FileSystem,
  folder: string,
  databaseUuid: string,
): JournalClaims {
  const claims = {
    highestSeq: 0,
    reservedSeq: 0,
    wasPublished: false,
    intents: [] as (IntentMark & { segmentNumber: number })[],
    illegible: [] as string[],
  };
  for (const segment of surveySegments(fileSystem, folder, databaseUuid).segments) {
    const { path, number, header } = segment;
    if (!header) {
      claims.illegible.push(path);
      continue;
    }
    const beforeSeq = header.firstSeq - 1;
    claims.reservedSeq = Math.max(claims.reservedSeq, beforeSeq);
    for (const { head, payload } of intactRecords(fileSystem, segment, header.salt)) {
      // A mark has the number of the last transaction before it, which may be illegible; what the segment only takes for
      // given says nothing, as an image that was to hold it may never have been published.
      const seq = Number(head.seq);
      if (seq > beforeSeq) claims.highestSeq = Math.max(claims.highestSeq, seq);
      if (head.type === 'intent') {
        claims.intents.push({ ...decodeIntent(payload), segmentNumber: number });
      } else if (head.type === 'published') {
        claims.wasPublished = true;
        claims.highestSeq = Math.max(claims.highestSeq, decodePublished(payload).imageSeq);
      }
    }
  }
  claims.reservedSeq = Math.max(claims.reservedSeq, claims.highestSeq);
  return claims;
}

function* intactRecords(
  fileSystem: FileSystem,
  { path }: FoundSegment,
  salt: number,
): Generator<{ head: RawHead; payload: Uint8Array }> {
  const bytes = new SegmentBytes(fileSystem, path);
  try {
    for (let at = SEGMENT_HEADER_BYTES; at + RECORD_HEADER_BYTES <= bytes.size;) {
      const head = readHead(bytes.view(at, RECORD_HEADER_BYTES));
      const record = head && bytes.view(at, head.totalBytes);
      if (head && record && isIntact(salt, head, record)) {
        const payload = record.subarray(
          RECORD_HEADER_BYTES,
          RECORD_HEADER_BYTES + head.payloadBytes,
        );
        yield { head, payload };
        at += head.totalBytes;
      } else {
        at += ALIGNMENT_BYTES;
      }
    }
  } finally {
    bytes.close();
  }
}
