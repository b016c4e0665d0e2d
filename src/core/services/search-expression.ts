/** More words than anyone types; each costs a look into the index. */
const MAX_PHRASES = 20;

/** Every other character separates words for the index or has a meaning in a MATCH expression. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u;

/**
 * Turns what a person types into a MATCH expression, in which nothing of it has a meaning but quotes.
 *
 * Each word becomes a phrase that must occur; what stands between double quotes becomes one phrase. The last word
 * also stands for words that start with it, unless a space or quote ends it.
 *
 * @returns Null when there is no word to look for.
 */
export function toMatchExpression(text: string): string | null {
  const pieces = Array.from(text.matchAll(/"([^"]*)"|[^\s"]+/g), ([whole, quoted]) => ({
    text: (quoted ?? whole).replaceAll(/["*^\u0000-\u001f\u007f]/g, ' ').trim(),
    isQuoted: quoted !== undefined,
  })).filter((piece) => piece.text !== '');
  // A phrase in which the index sees no word matches nothing; a symbol by itself may still be one.
  const words = pieces.filter((piece) => WORD_CHARACTER.test(piece.text));
  const phrases = (words.length > 0 ? words : pieces).slice(0, MAX_PHRASES);
  if (phrases.length === 0) return null;
  const isOpen = /[^\s"]$/.test(text);
  return phrases
    .map((phrase, index) => {
      const isTyped = isOpen && index === phrases.length - 1 && !phrase.isQuoted;
      return `"${phrase.text}${isTyped ? '*' : ''}"`;
    })
    .join(' ');
}
