import type { SweatShopError } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import type { FileSystem } from '../file-system.ts';
import { sizeError } from '../publish.ts';
import { encodeRecord, MAX_PAYLOAD_BYTES, type RecordType } from './record.ts';
import { closeQuietly, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment.ts';

/** More than this is written by another thread, so that the event loop goes on meanwhile. */
const SYNC_WRITE_BYTES = 256 * 1024;

/** A sync is cheaper where the file does not grow, so it grows by this much at a time. */
const RESERVE_BYTES = 256 * 1024;

/** A transaction or mark to be framed; one that is too long for a record is split. */
export type Draft = {
  readonly type: Exclude<RecordType, 'first' | 'middle' | 'last'>;
  readonly seq: number;
  readonly payload: Uint8Array;
};

/** A place between two records of a segment. */
type Position = { readonly offset: number; readonly crc: number; readonly seq: number };

/** Writes records behind each other into one segment. */
export class SegmentWriter {
  readonly path: string;
  readonly number: number;
  /** The first transaction that may be in it. */
  readonly firstSeq: number;
  readonly #fileSystem: FileSystem;
  readonly #ino: bigint | undefined;
  readonly #descriptor: number;
  readonly #salt: number;
  #written: Position;
  #synced: Position;
  #reservedOffset = SEGMENT_HEADER_BYTES;
  #isReserving = true;
  #syncFailure: SweatShopError | null = null;

  /** @param descriptor Of a segment that was created with this header; the writer closes it. */
  constructor(fileSystem: FileSystem, path: string, descriptor: number, header: SegmentHeader) {
    this.#fileSystem = fileSystem;
    this.#descriptor = descriptor;
    this.#salt = header.salt;
    this.path = path;
    this.#ino = fileSystem.stat(path)?.ino;
    this.number = header.number;
    this.firstSeq = header.firstSeq;
    this.#written = {
      offset: SEGMENT_HEADER_BYTES,
      crc: header.previousCrc,
      seq: header.firstSeq - 1,
    };
    this.#synced = this.#written;
  }

  /** The last transaction known to be on the disk. */
  get seq(): number {
    return this.#synced.seq;
  }

  /** Whether its name still leads to the file: one that was removed takes writes and syncs, and keeps nothing. */
  get isInPlace(): boolean {
    return this.#fileSystem.stat(this.path)?.ino === this.#ino;
  }

  /** Whether nothing was ever written behind the header. */
  get isEmpty(): boolean {
    return this.#written.offset === SEGMENT_HEADER_BYTES;
  }

  /** The checksum of the last record known to be on the disk. */
  get crc(): number {
    return this.#synced.crc;
  }

  /**
   * Writes drafts: a little at once, much in the background. When it fails, part of them may be in the file;
   * {@link cutBack} removes it.
   *
   * @returns Undefined when it is done already.
   */
  write(drafts: readonly Draft[]): Promise<void> | undefined {
    const { records, end } = this.#frame(drafts);
    const size = end.offset - this.#written.offset;
    if (size > SYNC_WRITE_BYTES) return this.#writeLater(records, end);
    this.#writeNow(Buffer.concat(records, size), end);
    return undefined;
  }

  /** As {@link write}, however much it is, before it returns. */
  writeNow(drafts: readonly Draft[]): void {
    const { records, end } = this.#frame(drafts);
    this.#writeNow(Buffer.concat(records), end);
  }

  /**
   * Resolves when the disk holds what was written before the call; never to be tried again after it rejects.
   *
   * @param confirm Called after the sync; throws when it does not count after all.
   */
  async sync(confirm: () => void): Promise<void> {
    const end = this.#written;
    await this.#fileSystem.fdatasync(this.#descriptor);
    // A disk reports a failure once; the success of a sync that ran beside a failed one means nothing.
    if (this.#syncFailure) throw this.#syncFailure;
    this.#noteSynced(end, confirm);
  }

  /** As {@link sync}, before it returns. */
  syncNow(confirm: () => void): void {
    try {
      this.#fileSystem.fdatasyncSync(this.#descriptor);
    } catch (error) {
      this.#syncFailure = toDiskError(error, 'saved', this.path);
      throw this.#syncFailure;
    }
    this.#noteSynced(this.#written, confirm);
  }

  /** Removes what was written and not synced. */
  cutBack(): void {
    this.#fileSystem.truncate(this.#descriptor, this.#synced.offset);
    this.#reservedOffset = this.#synced.offset;
    this.#written = this.#synced;
  }

  /** Gives the file back; whatever counts is on the disk by then. */
  close(): void {
    closeQuietly(this.#fileSystem, this.#descriptor);
  }

  #noteSynced(end: Position, confirm: () => void): void {
    confirm();
    if (end.offset > this.#synced.offset) this.#synced = end;
  }

  async #writeLater(records: readonly Uint8Array[], end: Position): Promise<void> {
    let { offset } = this.#written;
    for (const record of records) {
      for (let done = 0; done < record.length;) {
        const rest = record.subarray(done);
        const count = await this.#fileSystem.write(this.#descriptor, rest, offset + done);
        if (count <= 0) throw sizeError(this.path, end.offset, BigInt(offset + done));
        done += count;
      }
      offset += record.length;
    }
    this.#written = end;
  }

  #writeNow(bytes: Uint8Array, end: Position): void {
    this.#reserve(end.offset);
    const { offset } = this.#written;
    for (let done = 0; done < bytes.length;) {
      const count = this.#fileSystem.writeSync(
        this.#descriptor,
        bytes.subarray(done),
        offset + done,
      );
      if (count <= 0) throw sizeError(this.path, end.offset, BigInt(offset + done));
      done += count;
    }
    this.#written = end;
  }

  /** Puts zeros where records will be. A disk that has no room for them may still have room for a record. */
  #reserve(end: number): void {
    if (!this.#isReserving || end <= this.#reservedOffset) return;
    try {
      const start = Math.max(this.#reservedOffset, this.#written.offset);
      const count = this.#fileSystem.writeSync(
        this.#descriptor,
        new Uint8Array(end - start + RESERVE_BYTES),
        start,
      );
      this.#reservedOffset = start + count;
    } catch {
      this.#isReserving = false;
    }
  }

  #frame(drafts: readonly Draft[]): { records: Uint8Array[]; end: Position } {
    const records: Uint8Array[] = [];
    let { offset, crc, seq } = this.#written;
    for (const draft of drafts) {
      for (const { type, payload } of partsOf(draft)) {
        const head = {
          type,
          seq: draft.seq,
          previousCrc: crc,
          syncedOffset: this.#synced.offset,
        };
        const record = encodeRecord(this.#salt, head, payload);
        records.push(record.bytes);
        offset += record.bytes.length;
        crc = record.crc;
      }
      ({ seq } = draft);
    }
    return { records, end: { offset, crc, seq } };
  }
}

function partsOf({ type, payload }: Draft): { type: RecordType; payload: Uint8Array }[] {
  if (payload.length <= MAX_PAYLOAD_BYTES) return [{ type, payload }];
  const count = Math.ceil(payload.length / MAX_PAYLOAD_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    type: index === 0 ? 'first' : index === count - 1 ? 'last' : 'middle',
    payload: payload.subarray(index * MAX_PAYLOAD_BYTES, (index + 1) * MAX_PAYLOAD_BYTES),
  }));
}
