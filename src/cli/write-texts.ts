import type { TextOutput } from './command-context.ts';

/** Enough that a write costs little, and little enough to hold. */
const CHUNK_CHARACTERS = 65_536;

/** Writes texts one after the other, no faster than they are taken: however long all of it is, little is held. */
export async function writeTexts(output: TextOutput, texts: Iterable<string>): Promise<void> {
  let waiting: string[] = [];
  let length = 0;
  const flush = async () => {
    const chunk = waiting.join('');
    waiting = [];
    length = 0;
    const isTaken = output.write(chunk) !== false;
    const { once } = output;
    if (isTaken || !once) return;
    await new Promise<void>((resolve) => {
      once.call(output, 'drain', resolve);
    });
  };
  for (const text of texts) {
    waiting.push(text);
    length += text.length;
    if (length >= CHUNK_CHARACTERS) await flush();
  }
  if (length > 0) await flush();
}
