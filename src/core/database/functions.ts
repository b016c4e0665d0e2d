import type { Database as SqliteHandle } from 'sql.js';

/** How soon a term that comes again and again counts no more. */
const SATURATION = 1.2;
/** How much a long text has to say a term more often than a short one. */
const LENGTH_WEIGHT = 0.75;

/**
 * Makes the SQL functions that are written in JavaScript known to a database.
 *
 * `bm25(matchinfo, weights, rarities)` gives how well a row of a full-text index answers a query, higher is better:
 * the first argument is `matchinfo(index, 'pcnaly')`, the second the weight of each column, such as `'5 1'`, the
 * third the {@link rarityOf} each phrase. They are for queries only: what a write computes must be the same when it
 * is replayed.
 */
export function registerFunctions(handle: SqliteHandle): void {
  handle.create_function('bm25', bm25);
}

/**
 * Gives how much it says of a row that a phrase stands in it.
 *
 * The statistics of matchinfo would tell the same (its format `x`), but to gather them SQLite reads the whole list of
 * each phrase's rows, which takes longer than all the rest of a search among a million rows.
 */
export function rarityOf(rowsWithPhrase: number, rowCount: number): number {
  // The 1 keeps a phrase that stands in most rows, as any may among few, from counting for nothing.
  return Math.log(1 + (Math.max(0, rowCount - rowsWithPhrase) + 0.5) / (rowsWithPhrase + 0.5));
}

/**
 * Ranks a row by Okapi BM25.
 *
 * @param matchinfo What `matchinfo(index, 'pcnaly')` gives: 32-bit numbers of the machine, which for WebAssembly are
 *   little-endian.
 * @param weights The weight of each column, separated by spaces.
 * @param rarities The rarity of each phrase, separated by spaces.
 */
function bm25(matchinfo: unknown, weights: unknown, rarities: unknown): number {
  if (!(matchinfo instanceof Uint8Array)) return 0;
  const info = new Uint32Array(matchinfo.slice().buffer);
  const columnWeights = String(weights).split(' ').map(Number);
  const phraseRarities = String(rarities).split(' ').map(Number);
  const [phraseCount = 0, columnCount = 0] = info;
  const averageLengths = 3;
  const lengths = averageLengths + columnCount;
  const hits = lengths + columnCount;
  let score = 0;
  for (let phrase = 0; phrase < phraseCount; phrase += 1) {
    for (let column = 0; column < columnCount; column += 1) {
      const frequency = info[hits + phrase * columnCount + column] ?? 0;
      if (frequency === 0) continue;
      const length = info[lengths + column] ?? 0;
      const relativeLength = length / Math.max(1, info[averageLengths + column] ?? 1);
      const damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relativeLength);
      score +=
        (columnWeights[column] ?? 1) *
        (phraseRarities[phrase] ?? 1) *
        ((frequency * (SATURATION + 1)) / (frequency + damping));
    }
  }
  return score;
}
