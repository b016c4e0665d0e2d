import type { ImportTarget } from '../../shared/types.ts';
import type { TableRows } from './import-tables.ts';
import { TARGETS, type Fields, type UniqueRule } from './import-targets.ts';

/** Knows which row has a value that no two may share; it reads the table when it is first asked. */
export class UniqueValues {
  readonly rule: UniqueRule;
  readonly #rows: TableRows;
  #holders: Map<string, string> | null = null;

  constructor(rows: TableRows, rule: UniqueRule) {
    this.#rows = rows;
    this.rule = rule;
  }

  /** Gives the values of a row in the form in which they are compared; null where it has none. */
  keyOf(fields: Fields): string | null {
    const { fields: names, when } = this.rule;
    if (when && fields[when.field] !== when.value) return null;
    const values = names.map((name) => fields[name]);
    if (values.some((value) => value === undefined || value === null)) return null;
    return JSON.stringify(values);
  }

  /** Gives the id of the row that has the values. */
  holderOf(key: string): string | undefined {
    return this.#all.get(key);
  }

  /** @param key As {@link keyOf} gives it. */
  take(key: string, id: string): void {
    this.#all.set(key, id);
  }

  release(key: string, id: string): void {
    if (this.#all.get(key) === id) this.#all.delete(key);
  }

  get #all(): Map<string, string> {
    if (this.#holders) return this.#holders;
    const { fields, when } = this.rule;
    const names = [...fields, ...(when ? [when.field] : [])];
    this.#holders = new Map();
    for (const [id, ...values] of this.#rows.values(['id', ...names])) {
      const key = this.keyOf(Object.fromEntries(names.map((name, at) => [name, values[at]])));
      if (key !== null) this.#holders.set(key, String(id));
    }
    return this.#holders;
  }
}

export function uniqueValuesOf(table: ImportTarget, rows: TableRows): UniqueValues[] {
  return (TARGETS[table].unique ?? []).map((rule) => new UniqueValues(rows, rule));
}

/** Tells whether a row can go without the value for a moment, so that two can swap theirs. */
export function canBeEmpty({ rule }: UniqueValues): boolean {
  return rule.onClash === 'omit' || rule.onClash === 'rename';
}
