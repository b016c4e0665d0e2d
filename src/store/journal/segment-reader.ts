import type { NumberedTransaction } from '../../shared/logged-transaction.ts';
import { decodeIntent, decodePublished, type IntentMark, type PublishedMark } from './mark.ts';
import { decodeTransaction } from './payload.ts';
import {
  ALIGNMENT_BYTES,
  isIntact,
  readHead,
  RECORD_HEADER_BYTES,
  type RawHead,
  type RecordType,
} from './record.ts';
import { SEGMENT_HEADER_BYTES, tooNew, type SegmentHeader } from './segment.ts';
import type { SegmentBytes } from './segment-bytes.ts';

const SCAN_BYTES = 1024 * 1024;

/** One whole thing that a journal says, whatever number of records it took. */
export type JournalUnit =
  | { readonly kind: 'transaction'; readonly transaction: NumberedTransaction }
  | { readonly kind: 'intent'; readonly mark: IntentMark }
  | { readonly kind: 'published'; readonly mark: PublishedMark }
  | { readonly kind: 'clean' };

/** Takes units from one segment for as long as each record proves to follow the one before it. */
export class SegmentReader {
  /** Where the last whole unit ends. */
  offset = SEGMENT_HEADER_BYTES;
  /** The checksum of the last record of that unit. */
  crc: number;
  /** The number of the last transaction so far. */
  seq: number;
  readonly #bytes: SegmentBytes;
  readonly #salt: number;

  constructor(bytes: SegmentBytes, header: SegmentHeader) {
    this.#bytes = bytes;
    this.#salt = header.salt;
    this.crc = header.previousCrc;
    this.seq = header.firstSeq - 1;
  }

  /**
   * Gives the next unit; null when none is provable.
   *
   * @throws DatabaseTooNew when the next record is of a kind that only a later version writes; DatabaseCorrupt when it is
   *   intact and says nothing, which no disk can have caused.
   */
  next(): JournalUnit | null {
    const parts: Buffer[] = [];
    let offset = this.offset;
    let crc = this.crc;
    for (;;) {
      const head = this.#intactHead(offset);
      if (head?.previousCrc !== crc) return null;
      if (!head.type) throw tooNew(this.#bytes.path);
      const isPart = parts.length > 0;
      if (isPart !== (head.type === 'middle' || head.type === 'last')) return null;
      const seq = isTransactional(head.type) ? this.seq + 1 : this.seq;
      if (head.seq !== BigInt(seq)) return null;
      parts.push(Buffer.from(this.#payload(offset, head)));
      offset += head.totalBytes;
      crc = head.crc;
      if (head.type === 'first' || head.type === 'middle') continue;
      const unit = decodeUnit(head.type, seq, Buffer.concat(parts));
      Object.assign(this, { offset, crc, seq });
      return unit;
    }
  }

  /**
   * Looks for a record whose writer knew that the disk held more than is provable here.
   *
   * Whole records behind a torn one are no such proof: a disk may keep the end of an append and lose its middle.
   *
   * @returns The number in that record; null when there is none.
   */
  findLaterSeq(): number | null {
    for (let start = this.offset; start < this.#bytes.size; start += SCAN_BYTES) {
      // Each stretch reaches into the next one by what is needed to judge its last place.
      const stretch = Buffer.from(this.#bytes.view(start, SCAN_BYTES + ALIGNMENT_BYTES));
      const last = Math.min(SCAN_BYTES, stretch.length - ALIGNMENT_BYTES + 1);
      for (let at = 0; at < last; at += ALIGNMENT_BYTES) {
        if (stretch.readUInt32LE(at) !== ~stretch.readUInt32LE(at + 4) >>> 0) continue;
        const head = this.#intactHead(start + at);
        if (head && head.syncedOffset > this.offset) return Number(head.seq);
      }
    }
    return null;
  }

  #intactHead(offset: number): RawHead | null {
    const fixed = this.#bytes.view(offset, RECORD_HEADER_BYTES);
    const head = fixed.length === RECORD_HEADER_BYTES ? readHead(fixed) : undefined;
    if (!head || offset + head.totalBytes > this.#bytes.size) return null;
    return isIntact(this.#salt, head, this.#bytes.view(offset, head.totalBytes)) ? head : null;
  }

  #payload(offset: number, { payloadBytes }: RawHead): Buffer {
    return this.#bytes.view(offset + RECORD_HEADER_BYTES, payloadBytes);
  }
}

function isTransactional(type: RecordType): boolean {
  return type === 'transaction' || type === 'first' || type === 'middle' || type === 'last';
}

function decodeUnit(
  type: Exclude<RecordType, 'first' | 'middle'>,
  seq: number,
  payload: Uint8Array,
): JournalUnit {
  switch (type) {
    case 'transaction':
    case 'last':
      return { kind: 'transaction', transaction: { seq, ...decodeTransaction(payload) } };
    case 'intent':
      return { kind: 'intent', mark: decodeIntent(payload) };
    case 'published':
      return { kind: 'published', mark: decodePublished(payload) };
    case 'clean':
      return { kind: 'clean' };
  }
}
