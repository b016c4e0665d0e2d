import type { Database as SqliteHandle } from 'sql.js';

/** How soon a term that comes again and again counts no more. */
const SATURATION = 1.2;
/** How much a long text has to say a term more often than a short one. */
const LENGTH_WEIGHT = 0.75;
/** A term that stands in more than half of the rows still counts for a little. */
const MIN_RARITY = 1e-6;

/**
 * Makes the SQL functions that are written in JavaScript known to a database.
 *
 * `bm25(matchinfo, weights)` gives how well a row of a full-text index answers a query, higher is better: the first
 * argument is `matchinfo(index, 'pcnalx')`, the second the weight of each column, such as `'5 1'`.
 * They are for queries only: what a write computes must be the same when it is replayed.
 */
export function registerFunctions(handle: SqliteHandle): void {
  handle.create_function('bm25', bm25);
}

/**
 * Ranks a row by Okapi BM25.
 *
 * @param matchinfo What `matchinfo(index, 'pcnalx')` gives: 32-bit numbers of the machine, which for WebAssembly are
 *   little-endian.
 * @param weights The weight of each column, separated by spaces.
 */
function bm25(matchinfo: unknown, weights: unknown): number {
  if (!(matchinfo instanceof Uint8Array)) return 0;
  const info = new Uint32Array(matchinfo.slice().buffer);
  const columnWeights = String(weights).split(' ').map(Number);
  const [phraseCount = 0, columnCount = 0, rowCount = 0] = info;
  const averageLengths = 3;
  const lengths = averageLengths + columnCount;
  const hits = lengths + columnCount;
  let score = 0;
  for (let phrase = 0; phrase < phraseCount; phrase += 1) {
    for (let column = 0; column < columnCount; column += 1) {
      const at = hits + 3 * (phrase * columnCount + column);
      const frequency = info[at] ?? 0;
      if (frequency === 0) continue;
      const rowsWithTerm = info[at + 2] ?? 0;
      const rarity = Math.log((rowCount - rowsWithTerm + 0.5) / (rowsWithTerm + 0.5));
      const length = info[lengths + column] ?? 0;
      const relativeLength = length / Math.max(1, info[averageLengths + column] ?? 1);
      const damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relativeLength);
      score +=
        (columnWeights[column] ?? 1) *
        Math.max(MIN_RARITY, rarity) *
        ((frequency * (SATURATION + 1)) / (frequency + damping));
    }
  }
  return score;
}
