import { isUtf8 } from 'node:buffer';
import fs from 'node:fs/promises';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import { formatBytes } from '../table.ts';
import { scanJson } from './json-scan.ts';

/** As much as can be held as text beside what is made of it. */
const MAX_TEXT_BYTES = 256_000_000;

const NEWLINE = 0x0a;

/** Makes the error for a source that cannot be read as a whole. */
export function unreadableSource(place: string, message: string, cause?: unknown): SweatShopError {
  return new SweatShopError('InvalidInput', `${place}: ${message}`, { place }, cause);
}

/**
 * Reads a file of text as a whole; it changes nothing.
 *
 * @param file The path, which is also what messages call it.
 * @param limit.maxBytes How large it may be.
 * @returns The text without a byte order mark; line ends are as in the file.
 * @throws SweatShopError InvalidInput with file and line for what is missing, too large, or not text in UTF-8, or in
 *   UTF-16 with a byte order mark.
 */
export async function readTextFile(
  file: string,
  { maxBytes = MAX_TEXT_BYTES }: { readonly maxBytes?: number } = {},
): Promise<string> {
  return decodeText(await readBytes(file, maxBytes), file);
}

/**
 * Decodes text in UTF-8, or in UTF-16 with a byte order mark.
 *
 * @param file What messages call it.
 * @throws SweatShopError InvalidInput with file and line for any other encoding, for half of a surrogate pair and for
 *   the NUL character.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const text = decode(bytes, file);
  const nul = text.indexOf('\u0000');
  if (nul !== -1) {
    const message = 'there is a NUL character, which text never has';
    throw unreadableSource(placeOf(file, text, nul), message);
  }
  return text;
}

/**
 * Reads JSON as strictly as its standard says, and with the limits that keep it from harming.
 *
 * @param file What messages call it.
 * @throws SweatShopError InvalidInput with file, line and column for what is no JSON, nested too deeply, or holds text
 *   that cannot be stored.
 */
export function parseJson(text: string, file: string): unknown {
  const { problem } = scanJson(text);
  if (problem) throw unreadableSource(placeOf(file, text, problem.offset), problem.message);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadableSource(file, messageOf(error), error);
  }
}

/** Gives file, line and column of an offset, counted from 1, as `file:3:17`. */
export function placeOf(file: string, text: string, offset: number): string {
  const { line, column } = positionOf(text, offset);
  return `${file}:${String(line)}:${String(column)}`;
}

async function readBytes(file: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const stats = await fs.stat(file);
    if (!stats.isFile()) throw unreadableSource(file, 'this is not a file');
    if (stats.size > maxBytes) {
      const message = `the file has ${formatBytes(stats.size)}; at most ${formatBytes(maxBytes)} can be read`;
      throw unreadableSource(file, message);
    }
    return await fs.readFile(file);
  } catch (error) {
    if (error instanceof SweatShopError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw unreadableSource(file, `the file cannot be read (${code ?? messageOf(error)})`, error);
  }
}

function decode(bytes: Uint8Array, file: string): string {
  const encoding = encodingOf(bytes, file);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.isWellFormed()) return text;
  } catch (error) {
    if (encoding !== 'utf-8')
      throw unreadableSource(file, `this is not text in ${encoding}`, error);
    const place = `${file}:${String(lineWithoutUtf8(bytes))}`;
    const message = 'this is not text in UTF-8; save the file as UTF-8';
    throw unreadableSource(place, message, error);
  }
  throw unreadableSource(file, 'there is half of a surrogate pair, which is no text');
}

function encodingOf(bytes: Uint8Array, file: string): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second, third, fourth] = bytes;
  const isUtf32 =
    (first === 0xff && second === 0xfe && third === 0 && fourth === 0) ||
    (first === 0 && second === 0 && third === 0xfe && fourth === 0xff);
  if (isUtf32) throw unreadableSource(file, 'this is text in UTF-32; save the file as UTF-8');
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** No character of UTF-8 but the newline itself has its byte in it, so that each line can be looked at alone. */
function lineWithoutUtf8(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return line;
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (const { index } of text.slice(0, offset).matchAll(/\n/g)) {
    line += 1;
    lineStart = index + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
