import fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForeignDatabase } from '../core/database/foreign-database.ts';
import { applyWriteAheadLog, readWriteAheadLog } from '../core/database/write-ahead-log.ts';
import { messageOf, SweatShopError } from '../shared/errors.ts';

/** SQLite's own limit here is the memory: the image, its copy and all rows are held at once. */
const MAX_FILE_BYTES = 500_000_000;
const MAX_ATTEMPTS = 5;
const RETRY_MS = 200;
const WAL_HEADER_BYTES = 32;
const JOURNAL_MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7] as const;

/** What was read of a database of another program. */
export type ForeignFile = {
  readonly database: ForeignDatabase;
  /** What a person should know of how it was read, in sentences. */
  readonly warnings: readonly string[];
};

type Files = { readonly image: Uint8Array; readonly log: Uint8Array | null };

/**
 * Opens a copy of a SQLite file that another program may be writing at this moment. What stands in the `-wal` file
 * beside it is part of it; neither is changed, and no file is made.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 * @throws SweatShopError InvalidInput, naming the file, where it is no sound database or no moment of peace is found.
 */
export async function openForeignFile(file: string, wasm: Uint8Array): Promise<ForeignFile> {
  const { image, log } = await readAtPeace(file);
  const warnings: string[] = [];
  const whole = log === null ? image : withLog(file, image, log, warnings);
  try {
    return { database: await ForeignDatabase.open(wasm, whole), warnings };
  } catch (error) {
    throw refuse(file, sentence(messageOf(error)), error);
  }
}

function withLog(file: string, image: Uint8Array, log: Uint8Array, warnings: string[]): Uint8Array {
  const pages = readWriteAheadLog(log);
  if (typeof pages === 'string') throw refuseLog(file, pages);
  if (pages.isTorn) {
    warnings.push(
      `The end of ${file}-wal is not whole; it is left out, as SQLite does when it opens the file.`,
    );
  }
  const whole = applyWriteAheadLog(image, pages);
  if (typeof whole === 'string') throw refuseLog(file, whole);
  return whole;
}

/** Reads a file with its log as they are at one moment. */
async function readAtPeace(file: string): Promise<Files> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await momentOf(file);
    const hasJournal = await isJournalHot(file);
    if (!hasJournal) {
      // The log first: what a checkpoint moves out of it afterwards shows in the file.
      const log = await readLog(file);
      const image = await fs.readFile(file);
      if ((await momentOf(file)) === before && !(await isJournalHot(file))) return { image, log };
    }
    if (attempt === MAX_ATTEMPTS) throw hasJournal ? refuseJournal(file) : refuseBusy(file);
    await sleep(RETRY_MS);
  }
}

/** Gives what is the same for as long as nobody writes to the file itself or begins its log anew. */
async function momentOf(file: string): Promise<string> {
  try {
    const stats = await fs.stat(file, { bigint: true });
    if (!stats.isFile()) throw refuse(file, 'It is no file.');
    const { size, mtimeNs, ino } = stats;
    if (size === 0n) throw refuse(file, 'It is empty (0 bytes).');
    if (size > MAX_FILE_BYTES) {
      throw refuse(file, `It has ${String(size)} bytes; the limit is ${String(MAX_FILE_BYTES)}.`);
    }
    const log = await readLog(file, WAL_HEADER_BYTES);
    return `${String(size)} ${String(mtimeNs)} ${String(ino)} ${log?.join() ?? 'none'}`;
  } catch (error) {
    throw error instanceof SweatShopError ? error : unreadable(file, error);
  }
}

/** @returns The bytes of the log, or null where there is none or nothing in it. */
async function readLog(file: string, bytes = Infinity): Promise<Uint8Array | null> {
  const log = `${file}-wal`;
  const handle = await openIfThere(log);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES) {
      throw refuse(log, `It has ${String(size)} bytes; the limit is ${String(MAX_FILE_BYTES)}.`);
    }
    const content = new Uint8Array(Math.min(size, bytes));
    const { bytesRead } = await handle.read(content, 0, content.length, 0);
    return bytesRead === 0 ? null : content.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function isJournalHot(file: string): Promise<boolean> {
  const handle = await openIfThere(`${file}-journal`);
  if (handle === null) return false;
  try {
    const magic = new Uint8Array(JOURNAL_MAGIC.length);
    const { bytesRead } = await handle.read(magic, 0, magic.length, 0);
    return bytesRead === magic.length && JOURNAL_MAGIC.every((byte, at) => magic[at] === byte);
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<fs.FileHandle | null> {
  try {
    // To open a pipe would be to wait for whoever writes to it.
    if (!(await fs.stat(file)).isFile()) throw refuse(file, 'It is no file.');
    return await fs.open(file, 'r');
  } catch (error) {
    if (error instanceof SweatShopError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, error);
  }
}

function refuseJournal(file: string): SweatShopError {
  return refuse(
    file,
    `A write to it was not finished: ${file}-journal has to be rolled back first. Open it once with the program it belongs to, or with sqlite3, and close that.`,
  );
}

function refuseBusy(file: string): SweatShopError {
  return refuse(
    file,
    'Another program keeps writing to it. Close that program and run the same command again.',
  );
}

function refuseLog(file: string, why: string): SweatShopError {
  return refuse(
    file,
    `What was written last stands in ${file}-wal, which cannot be read: ${why}. Open the database once with the program it belongs to, or with sqlite3, and close that.`,
  );
}

function unreadable(file: string, error: unknown): SweatShopError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return refuse(file, 'There is no such file.', error);
  return refuse(file, `It cannot be read (${code ?? messageOf(error)}).`, error);
}

function refuse(file: string, why: string, cause?: unknown): SweatShopError {
  return new SweatShopError('InvalidInput', `${file}: ${why}`, { path: file }, cause);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
