/** The words of a closed set that a source and SweatShop share. */
export function sameWords<const T extends string>(
  words: readonly T[],
): Readonly<Record<string, T>> {
  return Object.fromEntries(words.map((word) => [word, word]));
}
