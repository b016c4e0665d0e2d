const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines; each byte is looked at once and copied once. */
export class LineReader {
  /** What came and was not looked at. */
  #incoming: Buffer[] = [];
  /** The beginning of a line whose end has not come. */
  #parts: Buffer[] = [];
  #partBytes = 0;

  push(chunk: Buffer): void {
    this.#incoming.push(chunk);
  }

  /**
   * Takes the next line.
   *
   * @param maxBytes How long it may be.
   * @returns The line without its end; `'tooLong'` for one that is longer, and from then on; null when no whole line is
   *   there.
   */
  next(maxBytes: number): { readonly text: string } | 'tooLong' | null {
    while (this.#partBytes <= maxBytes) {
      const chunk = this.#incoming[0];
      if (!chunk) return null;
      const end = chunk.indexOf(NEWLINE);
      const part = end === -1 ? chunk : chunk.subarray(0, end);
      this.#parts.push(part);
      this.#partBytes += part.length;
      if (end === -1 || end + 1 === chunk.length) this.#incoming.shift();
      else this.#incoming[0] = chunk.subarray(end + 1);
      if (end === -1) continue;
      if (this.#partBytes > maxBytes) break;
      const [only, ...more] = this.#parts;
      const line = only && more.length === 0 ? only : Buffer.concat(this.#parts, this.#partBytes);
      this.#parts = [];
      this.#partBytes = 0;
      return { text: line.toString('utf8') };
    }
    this.#incoming = [];
    this.#parts = [];
    return 'tooLong';
  }
}
