import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const SHA256_BYTES = 32;

/** What is about to take the place of sweatshop.db. */
export type IntentMark = {
  /** The last transaction in the new image. */
  readonly imageSeq: number;
  /** The size of the new image in bytes. */
  readonly size: number;
  /** The SHA-256 of the new image, 32 bytes. */
  readonly sha256: Uint8Array;
};

/** What has taken the place of sweatshop.db, as the file system knows it. */
export type PublishedMark = {
  /** The last transaction in the file. */
  readonly imageSeq: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
};

export function encodeIntent({ imageSeq, size, sha256 }: IntentMark): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(imageSeq);
  writer.varint(size);
  writer.raw(sha256);
  return writer.finish();
}

/** @throws DatabaseCorrupt when the bytes are anything else. */
export function decodeIntent(bytes: Uint8Array): IntentMark {
  const reader = new ByteReader(bytes);
  const mark = {
    imageSeq: reader.varint(),
    size: reader.varint(),
    sha256: Uint8Array.from(reader.raw(SHA256_BYTES)),
  };
  reader.end();
  return mark;
}

export function encodePublished(mark: PublishedMark): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(mark.imageSeq);
  for (const value of [mark.dev, mark.ino, mark.size, mark.mtimeNs]) {
    writer.uint64(BigInt.asUintN(64, value));
  }
  return writer.finish();
}

/** @throws DatabaseCorrupt when the bytes are anything else. */
export function decodePublished(bytes: Uint8Array): PublishedMark {
  const reader = new ByteReader(bytes);
  const mark = {
    imageSeq: reader.varint(),
    dev: reader.uint64(),
    ino: reader.uint64(),
    size: reader.uint64(),
    // The only one that can be below 0: a file may be older than 1970.
    mtimeNs: reader.int64(),
  };
  reader.end();
  return mark;
}
