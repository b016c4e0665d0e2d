import type { TextOutput } from './command-context.ts';

const REDRAW_INTERVAL_MS = 40;
const BAR_WIDTH = 24;
const DEFAULT_WIDTH = 80;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * One line that tells how far the work is, on a terminal only.
 *
 * It draws at once instead of by a timer, because an import is one synchronous transaction; and it leaves the
 * keyboard and the signals alone, so that Ctrl+C ends the process even then, with the database as before.
 */
export class ProgressLine {
  readonly #output: TextOutput;
  #drawnAtMs = -Infinity;
  #isDrawn = false;

  constructor(output: TextOutput) {
    this.#output = output;
  }

  /**
   * Draws the line anew, unless that was done a moment ago.
   *
   * @param label What is being done.
   */
  draw(label: string, done: number, total: number): void {
    const nowMs = performance.now();
    const isDue = nowMs - this.#drawnAtMs >= REDRAW_INTERVAL_MS || done === total;
    if (!this.#output.isTTY || !isDue) return;
    this.#drawnAtMs = nowMs;
    this.#isDrawn = true;
    const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    const line = `${label} ${bar} ${String(done)} of ${String(total)}`;
    // A line that wraps could not be cleared; a terminal may say that it has no columns.
    const width = this.#output.columns || DEFAULT_WIDTH;
    this.#output.write(CLEAR_LINE + line.slice(0, width - 1));
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#output.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
