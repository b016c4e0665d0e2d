import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import { unreadableSource } from './read-text.ts';
import type { SourceCandidate, SourceReader } from './source-reader.ts';

const HEAD_BYTES = 4_096;

/**
 * Looks at a file or folder that shall be imported.
 *
 * @param name The path as somebody wrote it.
 * @throws SweatShopError InvalidInput for what is not there, cannot be read, or is neither a file nor a folder.
 */
export async function lookAt(name: string): Promise<SourceCandidate> {
  const file = path.resolve(name);
  try {
    const stats = await fs.stat(file);
    if (stats.isDirectory()) {
      return { path: file, kind: 'folder', bytes: 0, head: new Uint8Array() };
    }
    if (!stats.isFile()) throw unreadableSource(file, 'this is neither a file nor a folder');
    return { path: file, kind: 'file', bytes: stats.size, head: await readHead(file) };
  } catch (error) {
    if (error instanceof SweatShopError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    const message = isMissing
      ? 'there is no such file or folder'
      : `this cannot be read (${code ?? messageOf(error)})`;
    throw unreadableSource(file, message, error);
  }
}

/**
 * Finds out by its content what a source is.
 *
 * @throws SweatShopError InvalidInput where nothing, or more than one thing, comes into question.
 */
export async function recognise(
  candidate: SourceCandidate,
  readers: readonly SourceReader[],
): Promise<SourceReader> {
  const answers = await Promise.all(readers.map((reader) => reader.recognises(candidate)));
  const [found, ...others] = readers.filter((_, index) => answers[index]);
  if (found && others.length === 0) return found;
  const names = [found, ...others].flatMap((reader) => reader?.name ?? []);
  const problem = found
    ? `this could be ${names.join(' or ')}. Say which: sweatshop import ${found.name} ${candidate.path}`
    : `it cannot be told from its content what this is. Say it: sweatshop import NAME ${candidate.path}\n${listReaders(readers)}`;
  throw unreadableSource(candidate.path, problem);
}

/** Lists what can be imported, one a line. */
export function listReaders(readers: readonly SourceReader[]): string {
  const width = Math.max(...readers.map(({ name }) => name.length));
  return readers.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await fs.open(file);
  try {
    const buffer = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await handle.read(buffer);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
