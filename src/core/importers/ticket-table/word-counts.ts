import type { ImportNotice } from '../../../shared/types.ts';

type Count = { readonly line: number; readonly message: string; count: number };

/** Collects what could not be understood, each thing once however often it stands there. */
export class WordCounts {
  readonly #counts = new Map<string, Count>();

  /**
   * @param key What makes it the same thing.
   * @param message What is wrong, and what was done about it.
   */
  add(key: string, line: number, message: string): void {
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else this.#counts.set(key, { line, message, count: 1 });
  }

  /** @param file What messages call the file. */
  toNotices(file: string): ImportNotice[] {
    return [...this.#counts.values()].map(({ line, message, count }) => ({
      severity: 'warning',
      place: `${file}:${String(line)}`,
      message: count === 1 ? message : `${message} (${count.toLocaleString('en')} rows)`,
    }));
  }
}
