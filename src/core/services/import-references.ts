import * as v from 'valibot';
import { ImportReferenceSchema, type ImportTarget } from '../../shared/types.ts';
import type { KnownRow } from '../repositories/import-record-repository.ts';
import { sourceKey, type ImportItem } from './import-items.ts';
import type { TableRows } from './import-tables.ts';
import { isOpaque, TARGETS } from './import-targets.ts';

/** A row that a field cannot name though its source does. */
export class Missing {
  readonly what: string;
  readonly why: 'does not exist' | 'could not be imported' | 'was deleted here';

  constructor(what: string, why: Missing['why']) {
    this.what = what;
    this.why = why;
  }
}

/** What a field becomes, and what of it could not be found. */
export type Resolved = { readonly value: unknown; readonly missing: readonly Missing[] };

type Found = string | Missing;

/** Finds the ids of the rows that rows of a source refer to. */
export class ImportReferences {
  readonly #tables: Readonly<Record<ImportTarget, TableRows>>;
  readonly #items: ReadonlyMap<string, ImportItem>;
  readonly #known: ReadonlyMap<string, KnownRow>;
  readonly #ids = new Map<ImportTarget, Set<string>>();
  readonly #replaced = new Map<string, string>();
  #aliases: Map<string, string> | null = null;

  /**
   * @param items The rows of the source, by source table and key.
   * @param known The rows of earlier imports, by the same.
   */
  constructor(
    tables: Readonly<Record<ImportTarget, TableRows>>,
    items: ReadonlyMap<string, ImportItem>,
    known: ReadonlyMap<string, KnownRow>,
  ) {
    this.#tables = tables;
    this.#items = items;
    this.#known = known;
  }

  /** Gives the ids of a table, with those that this import is about to add. */
  idsOf(table: ImportTarget): Set<string> {
    const loaded = this.#ids.get(table);
    if (loaded) return loaded;
    const ids = new Set(this.#tables[table].values(['id']).map(([id]) => String(id)));
    this.#ids.set(table, ids);
    return ids;
  }

  /** Notes that another row stands for the one with this id. */
  replace(table: ImportTarget, id: string, byId: string): void {
    this.#replaced.set(sourceKey(table, id), byId);
  }

  /** Notes that nothing is made of a row of the source. */
  forget(item: ImportItem, state: 'failed' | 'gone'): void {
    if (item.state === 'new' && item.id !== '' && !TARGETS[item.table].naturalId) {
      this.idsOf(item.table).delete(item.id);
    }
    item.state = state;
    item.entity = null;
  }

  /** Puts ids in the place of references, and leaves out those that name nothing. */
  resolve(table: ImportTarget, field: string, value: unknown): Resolved {
    if (typeof value === 'number' || typeof value === 'boolean' || isOpaque(table, field)) {
      return { value, missing: [] };
    }
    const expected = TARGETS[table].references[field];
    if (!Array.isArray(value)) {
      const found = this.#find(field, value, expected);
      return found instanceof Missing
        ? { value: undefined, missing: [found] }
        : { value: found, missing: [] };
    }
    const found = value.map((item: unknown) => this.#find(field, item, expected));
    const kept = found.filter((item) => !(item instanceof Missing));
    return {
      // A list of references names each row once.
      value: expected === undefined ? kept : [...new Set(kept)],
      missing: found.filter((item) => item instanceof Missing),
    };
  }

  #find(field: string, value: unknown, expected: ImportTarget | undefined): unknown {
    if (typeof value === 'string') {
      return expected === undefined ? value : this.#findHere(field, value, expected);
    }
    if (!v.is(ImportReferenceSchema, value)) return value;
    const found = this.#findId(value.ref, expected);
    return typeof found === 'string' && field === 'assignedOrgAlias' ? this.#aliasOf(found) : found;
  }

  #findHere(field: string, id: string, table: ImportTarget): Found {
    if (field === 'assignedOrgAlias') {
      const isAlias = [...this.#allAliases.values()].includes(id);
      return isAlias ? id : new Missing(`the org ${id}`, 'does not exist');
    }
    const standsFor = this.#replaced.get(sourceKey(table, id)) ?? id;
    if (this.idsOf(table).has(standsFor)) return standsFor;
    return new Missing(id, 'does not exist');
  }

  #findId(
    ref: { readonly table: string; readonly key: string },
    expected: ImportTarget | undefined,
  ): Found {
    const key = sourceKey(ref.table, ref.key);
    const item = this.#items.get(key);
    const known = this.#known.get(key);
    const what = ref.key;
    if (item?.state === 'failed') return new Missing(what, 'could not be imported');
    const table = item?.table ?? known?.targetTable ?? null;
    const id = item?.id ?? known?.targetId ?? null;
    const isFitting = expected === undefined || table === expected;
    if (table === null || id === null || !isFitting) return new Missing(what, 'does not exist');
    const isHere = item?.state !== 'gone' && this.idsOf(table as ImportTarget).has(id);
    return isHere ? id : new Missing(what, 'was deleted here');
  }

  #aliasOf(orgId: string): Found {
    return this.#allAliases.get(orgId) ?? new Missing(orgId, 'does not exist');
  }

  get #allAliases(): Map<string, string> {
    this.#aliases ??= new Map(
      this.#tables.scratch_orgs
        .values(['id', 'alias'])
        .map(([id, alias]) => [String(id), String(alias)]),
    );
    return this.#aliases;
  }
}
