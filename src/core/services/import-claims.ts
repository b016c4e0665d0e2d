import type { ImportTarget } from '../../shared/types.ts';
import { isSame } from './audit-trail.ts';
import { candidateOf, type ImportItem } from './import-items.ts';
import type { ImportNotices } from './import-notices.ts';
import type { ImportReferences } from './import-references.ts';
import type { TableRows } from './import-tables.ts';
import type { AnyEntity, Fields } from './import-targets.ts';
import { canBeEmpty, uniqueValuesOf, type UniqueValues } from './import-uniques.ts';

/** Sees to it that rows which come in take nothing from others that only one may have. */
export class ImportClaims {
  readonly #tables: Readonly<Record<ImportTarget, TableRows>>;
  readonly #references: ImportReferences;
  readonly #notices: ImportNotices;
  readonly #uniques = new Map<ImportTarget, readonly UniqueValues[]>();

  constructor(
    tables: Readonly<Record<ImportTarget, TableRows>>,
    references: ImportReferences,
    notices: ImportNotices,
  ) {
    this.#tables = tables;
    this.#references = references;
    this.#notices = notices;
  }

  /** Gives the values of a table that no two rows may share. */
  uniquesOf(table: ImportTarget): readonly UniqueValues[] {
    const known = this.#uniques.get(table);
    if (known) return known;
    const uniques = uniqueValuesOf(table, this.#tables[table]);
    this.#uniques.set(table, uniques);
    return uniques;
  }

  /** Sees to it that no two rows get what only one may have. */
  guard(items: readonly ImportItem[]): void {
    for (const item of items) {
      if (item.state !== 'known' || item.entity === null) continue;
      for (const unique of this.uniquesOf(item.table)) {
        const [before, after] = [unique.keyOf(item.entity), unique.keyOf(candidateOf(item))];
        // What cannot be empty for a moment cannot be handed on within one import.
        const isGivenUp = after === null || (canBeEmpty(unique) && before !== after);
        if (before !== null && isGivenUp) unique.release(before, item.id);
      }
    }
    for (const state of ['known', 'new'] as const) {
      for (const item of items) if (item.state === state) this.#claim(item);
    }
  }

  #claim(item: ImportItem): void {
    for (const unique of this.uniquesOf(item.table)) {
      if (item.state === 'failed') return;
      if (item.state === 'known' && !touches(item, unique)) continue;
      const key = unique.keyOf(candidateOf(item));
      if (key === null) continue;
      const holder = unique.holderOf(key);
      if (holder === undefined || holder === item.id) unique.take(key, item.id);
      else this.#yield(item, unique);
    }
  }

  /** Lets another row keep what both want. */
  #yield(item: ImportItem, unique: UniqueValues): void {
    const { fields, onClash } = unique.rule;
    const [field = ''] = fields;
    const value = String(candidateOf(item)[onClash === 'rename' ? 'externalId' : field]);
    if (onClash === 'omit') {
      this.#set(item, { [field]: undefined });
      this.#notices.warn(
        item,
        `Another row of ${item.table} has the ${field} ${value}; it is left out`,
      );
    } else if (onClash === 'rename') {
      const externalId = this.#freeExternalId(item, unique);
      this.#set(item, { externalId });
      this.#notices.warn(
        item,
        `Another ticket has the external id ${value}; this one gets ${externalId}`,
      );
      this.#claim(item);
    } else if (item.state === 'new') {
      this.#references.forget(item, 'failed');
      this.#notices.fail(
        item,
        `Another row of ${item.table} has the same ${fields.join(' and ')} (${value}); this one is only kept`,
      );
    } else {
      this.#notices.fail(
        item,
        `Another row of ${item.table} has the same ${fields.join(' and ')} (${value}); this one stays as it is`,
      );
      const { when } = unique.rule;
      this.undo(item, [...fields, ...(when ? [when.field] : [])]);
    }
  }

  #freeExternalId(item: ImportItem, unique: UniqueValues): string {
    const candidate = candidateOf(item);
    const stem = `${String(candidate['externalId'])} (${item.row.key}`;
    for (let count = 1; ; count += 1) {
      const externalId = count === 1 ? `${stem})` : `${stem} ${String(count)})`;
      const key = unique.keyOf({ ...candidate, externalId });
      const holder = key === null ? undefined : unique.holderOf(key);
      if (holder === undefined || holder === item.id) return externalId;
    }
  }

  /** Sets fields of what will be written; undefined stands for none. */
  #set(item: ImportItem, fields: Fields): void {
    for (const [field, value] of Object.entries(fields)) {
      if (value === undefined) Reflect.deleteProperty(item.written, field);
      else item.written[field] = value;
      if (item.state === 'new') {
        Reflect.deleteProperty(item.patch, field);
        item.entity = without(candidateOf(item), field, value);
      } else if (isSame(item.entity?.[field], value)) Reflect.deleteProperty(item.patch, field);
      else item.patch[field] = value ?? null;
    }
  }

  /** Leaves fields as they are here, and known as they were. */
  undo(item: ImportItem, fields: readonly string[]): void {
    for (const field of fields) {
      Reflect.deleteProperty(item.patch, field);
      if (item.base[field] === undefined) Reflect.deleteProperty(item.written, field);
      else item.written[field] = item.base[field];
    }
  }
}

function touches({ patch }: ImportItem, { rule }: UniqueValues): boolean {
  const fields = [...rule.fields, ...(rule.when ? [rule.when.field] : [])];
  return fields.some((field) => patch[field] !== undefined);
}

function without(entity: AnyEntity, field: string, value: unknown): AnyEntity {
  const { id, ...fields } = entity;
  const rest = Object.entries(fields).filter(([name]) => name !== field);
  return { id, ...Object.fromEntries(rest), ...(value === undefined ? {} : { [field]: value }) };
}
