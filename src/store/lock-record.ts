import { randomUUID } from 'node:crypto';
import type { StoreClock } from './clock.ts';
import type { FileSystem } from './file-system.ts';
import { replaceFile } from './publish.ts';
import { ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** Larger than any record; what is longer is not one. */
const RECORD_MAX_BYTES = 4_096;

/** The content of the file `lock`: who holds the home. It informs; the operating system's lock decides. */
export type LockRecord = ProcessIdentity & {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Tells two holders apart that agree in all else. */
  readonly nonce: string;
};

/** Makes the record of this process. */
export function ownLockRecord(clock: StoreClock): LockRecord {
  return {
    ...ownIdentity(),
    startedAt: new Date(clock.nowMs()).toISOString(),
    nonce: randomUUID(),
  };
}

/** Writes a record so that no reader ever sees a part of it; after a power cut it means nothing any more. */
export async function writeLockRecord(
  fileSystem: FileSystem,
  clock: StoreClock,
  file: string,
  record: LockRecord,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(record)}\n`);
  await replaceFile(fileSystem, clock, file, bytes);
}

/** Reads a record; gives null when there is none or what is there is not one. */
export function readLockRecord(fileSystem: FileSystem, file: string): LockRecord | null {
  try {
    const bytes = new Uint8Array(RECORD_MAX_BYTES);
    const descriptor = fileSystem.open(file, 'read');
    try {
      const count = fileSystem.read(descriptor, bytes, 0);
      return toLockRecord(JSON.parse(new TextDecoder().decode(bytes.subarray(0, count))));
    } finally {
      fileSystem.close(descriptor);
    }
  } catch {
    return null;
  }
}

function toLockRecord(value: unknown): LockRecord | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pid, host, startedAt, bootId, processStartTime, nonce } = value as Record<
    string,
    unknown
  >;
  if (typeof pid !== 'number' || typeof host !== 'string') return null;
  if (typeof startedAt !== 'string' || typeof nonce !== 'string') return null;
  return {
    pid,
    host,
    startedAt,
    nonce,
    bootId: typeof bootId === 'string' ? bootId : null,
    processStartTime: typeof processStartTime === 'string' ? processStartTime : null,
  };
}
