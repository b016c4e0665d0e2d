import type { ImportConflict, ImportNotice } from '../../shared/types.ts';
import type { FieldConflict } from './import-merge.ts';
import type { ImportItem } from './import-items.ts';

/** Nobody reads on after so many, and a report must fit into one message. */
const MAX_REPORTED = 5_000;
const MAX_SHOWN_LENGTH = 1_000;

/** Gathers what a person should know of. */
export class ImportNotices {
  readonly #notices: ImportNotice[] = [];
  readonly #conflicts: ImportConflict[] = [];
  #hiddenNotices = 0;
  #hiddenConflicts = 0;

  warn({ row }: Pick<ImportItem, 'row'>, message: string): void {
    this.#add({ severity: 'warning', place: row.place, message });
  }

  /** Tells that a part of the source was left out. */
  fail({ row }: Pick<ImportItem, 'row'>, message: string): void {
    this.#add({ severity: 'error', place: row.place, message });
  }

  conflict({ row, table, id }: ImportItem, { field, here, there }: FieldConflict): void {
    if (this.#conflicts.length >= MAX_REPORTED) this.#hiddenConflicts += 1;
    else {
      const shown = { here: shorten(here), there: shorten(there) };
      this.#conflicts.push({ place: row.place, table, id, field, ...shown });
    }
  }

  get conflicts(): ImportConflict[] {
    return this.#conflicts;
  }

  get all(): ImportNotice[] {
    const more = [
      [this.#hiddenNotices, 'more notices like these'] as const,
      [this.#hiddenConflicts, 'more fields were changed here and in the source'] as const,
    ];
    return [
      ...this.#notices,
      ...more
        .filter(([count]) => count > 0)
        .map(([count, what]): ImportNotice => {
          return { severity: 'warning', place: '', message: `${String(count)} ${what}` };
        }),
    ];
  }

  #add(notice: ImportNotice): void {
    if (this.#notices.length < MAX_REPORTED) this.#notices.push(notice);
    else this.#hiddenNotices += 1;
  }
}

function shorten(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= MAX_SHOWN_LENGTH) return value;
  return `${text.slice(0, MAX_SHOWN_LENGTH)}…`.toWellFormed();
}
