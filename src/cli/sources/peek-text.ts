import fs from 'node:fs/promises';
import type { SourceCandidate } from './source-reader.ts';

/** Enough to see the head of a table, or the first object of a list. */
const PEEK_BYTES = 1_000_000;

/**
 * Gives the beginning of a file as far as it is text, to see what it is.
 *
 * @returns Empty for a folder and for what is no text.
 */
export async function peekText(candidate: SourceCandidate): Promise<string> {
  if (candidate.kind === 'folder') return '';
  const head = await readHead(candidate);
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  const text = new TextDecoder(encoding).decode(head);
  return text.includes('\u0000') ? '' : text;
}

async function readHead({ path, bytes, head }: SourceCandidate): Promise<Uint8Array> {
  if (head.length >= bytes) return head;
  const file = await fs.open(path);
  try {
    const buffer = new Uint8Array(Math.min(bytes, PEEK_BYTES));
    const { bytesRead } = await file.read(buffer);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
