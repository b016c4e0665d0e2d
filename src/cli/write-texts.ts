import type { TextOutput } from './command-context.ts';

/** Enough that a write costs little, and little enough to hold. */
const CHUNK_CHARACTERS = 65_536;

/** Puts texts together to pieces of a good size, and waits for each to be written: little is held of all of it. */
export async function writeChunks(
  texts: Iterable<string>,
  write: (chunk: string) => Promise<void>,
): Promise<void> {
  let waiting: string[] = [];
  let length = 0;
  for (const text of texts) {
    waiting.push(text);
    length += text.length;
    if (length < CHUNK_CHARACTERS) continue;
    await write(waiting.join(''));
    waiting = [];
    length = 0;
  }
  if (length > 0) await write(waiting.join(''));
}

/** Writes texts one after the other, no faster than they are taken. */
export async function writeTexts(output: TextOutput, texts: Iterable<string>): Promise<void> {
  await writeChunks(texts, async (chunk) => {
    const isTaken = output.write(chunk) !== false;
    if (isTaken || !output.once) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    output.once('drain', () => {
      resolve(undefined);
    });
    await promise;
  });
}
