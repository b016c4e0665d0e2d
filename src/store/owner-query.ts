import { createHash, timingSafeEqual } from 'node:crypto';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import type { DbStatus } from '../shared/entities/db-status.ts';
import type { FileSystem } from './file-system.ts';
import { readLockRecord } from './lock-record.ts';
import { lockAddress } from './os-lock.ts';

/** Longer than any nonce. */
const QUESTION_MAX_BYTES = 128;
const QUESTION_TIMEOUT_MS = 500;

/** Longer than the pause that saving a large database makes. */
const ANSWER_TIMEOUT_MS = 2_000;
const ANSWER_MAX_BYTES = 1_000_000;

/** What the owner of a home tells of itself; null while it has nothing to tell. */
export type Describe = () => DbStatus | null;

/**
 * Answers whoever connects to the lock of a home and knows the nonce of its record, which only its user can read: with
 * the status as one line of JSON. Everybody else is hung up on.
 *
 * @param nonce As the record of this holder has it.
 */
export function answerQuery(socket: Socket, nonce: string, describe: Describe): void {
  let question = Buffer.alloc(0);
  // Neither a connection nor its time limit is a reason for a process to go on.
  socket.unref();
  const limit = setTimeout(() => socket.destroy(), QUESTION_TIMEOUT_MS).unref();
  socket.once('close', () => {
    clearTimeout(limit);
  });
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    question = Buffer.concat([question, chunk]);
    const end = question.indexOf('\n');
    if (end === -1 && question.length <= QUESTION_MAX_BYTES) return;
    socket.removeAllListeners('data');
    const status = isNonce(question.subarray(0, end), nonce) ? statusOf(describe) : null;
    if (status) socket.end(`${JSON.stringify(status)}\n`);
    else socket.destroy();
  });
}

/**
 * Asks the process that holds a home how it stands.
 *
 * @param home The path of the home.
 * @returns Its answer, as JSON that nobody has looked at yet; `silent` when somebody is there and does not answer; null
 *   when nobody is there, or cannot be asked on this system or from here.
 */
export async function askOwner(
  fileSystem: FileSystem,
  home: string,
): Promise<{ readonly answer: string } | 'silent' | null> {
  const address = addressOf(fileSystem, home);
  if (address === null) return null;
  const nonce = readLockRecord(fileSystem, path.join(home, 'lock'))?.nonce ?? '';
  return new Promise((resolve) => {
    let answer = '';
    let isConnected = false;
    const socket = net.connect({ path: address });
    socket.setEncoding('utf8');
    const limit = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS);
    socket.once('connect', () => {
      isConnected = true;
      socket.write(`${nonce}\n`);
    });
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.endsWith('\n') || answer.length > ANSWER_MAX_BYTES) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(limit);
      if (answer.endsWith('\n')) resolve({ answer });
      else resolve(isConnected ? 'silent' : null);
    });
  });
}

function addressOf(fileSystem: FileSystem, home: string): string | null {
  try {
    return lockAddress(fileSystem.realpath(home));
  } catch {
    return null;
  }
}

function statusOf(describe: Describe): DbStatus | null {
  try {
    return describe();
  } catch {
    // What the disk refuses to tell now, whoever asks can read for himself.
    return null;
  }
}

/** Compares in a time that tells nothing about where two texts differ. */
export function isNonce(given: Uint8Array | string, expected: string): boolean {
  const digest = (text: Uint8Array | string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
