import { createHash } from 'node:crypto';

/** So much is hashed between two turns of the event loop. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Gives the SHA-256 of bytes, however many, without holding others up. */
export async function sha256InTurns(bytes: Uint8Array): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    hash.update(bytes.subarray(at, at + CHUNK_BYTES));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest();
}
