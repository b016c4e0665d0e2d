/** More words than anyone types; each costs a look into the index. */
const MAX_PHRASES = 20;

/** Every other character separates words for the index or has a meaning in a MATCH expression. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u;

/** What must occur in a row. */
export type Phrases = {
  /** Each without any character that means something to a full-text index. */
  readonly phrases: readonly string[];
  /** Whether the last phrase also stands for words that start with it. */
  readonly isOpen: boolean;
};

/**
 * Takes what a person types apart; nothing of it has a meaning but quotes.
 *
 * Each word becomes a phrase; what stands between double quotes becomes one phrase. The last word is open, unless a
 * space or quote ends it.
 *
 * @returns Null when there is no word to look for.
 */
export function toPhrases(text: string): Phrases | null {
  const pieces = Array.from(text.matchAll(/"([^"]*)"|[^\s"]+/g), ([whole, quoted]) => ({
    text: (quoted ?? whole).replaceAll(/["*^\u0000-\u001f\u007f]/g, ' ').trim(),
    isQuoted: quoted !== undefined,
  })).filter((piece) => piece.text !== '');
  // A phrase in which the index sees no word matches nothing; a symbol by itself may still be one.
  const words = pieces.filter((piece) => WORD_CHARACTER.test(piece.text));
  const found = (words.length > 0 ? words : pieces).slice(0, MAX_PHRASES);
  const last = found.at(-1);
  if (!last) return null;
  return {
    phrases: found.map((piece) => piece.text),
    isOpen: !last.isQuoted && /[^\s"]$/.test(text),
  };
}
