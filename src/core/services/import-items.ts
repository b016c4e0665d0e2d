import { SweatShopError } from '../../shared/errors.ts';
import type { ImportRow, ImportTarget } from '../../shared/types.ts';
import type { KnownRow } from '../repositories/import-record-repository.ts';
import { TARGETS, type AnyEntity, type Fields } from './import-targets.ts';

/** A row that shall become one here, and how far that is. */
export type ImportItem = {
  readonly row: ImportRow;
  readonly table: ImportTarget;
  /** What an earlier import knows of it. */
  readonly known: KnownRow | undefined;
  /** The id of the row here. */
  id: string;
  /**
   * `new`: it is created. `known`: it was imported before and is merged. `compared`: it is here by its id and stays.
   * `adopted`: another row is taken for it and stays. `gone`: a person deleted it. `failed`: it is only kept.
   */
  state: 'new' | 'known' | 'compared' | 'adopted' | 'gone' | 'failed';
  /** What is to be created, or what is here; null where neither matters. */
  entity: AnyEntity | null;
  /** What changes in the row that is here; null clears. */
  patch: Record<string, unknown>;
  /** What the last import wrote of what the source said. */
  last: Fields;
  /** What the last import wrote in all. */
  base: Fields;
  /** What this import leaves, for the next one. */
  written: Record<string, unknown>;
  outcome: 'created' | 'changed' | 'skipped' | null;
};

/** The fields of a table by when they are written. */
export type FieldGroups = {
  readonly early: readonly string[];
  /** They refer to rows of the same table, whose ids must be known. */
  readonly own: readonly string[];
  /** They refer to tables that come later. */
  readonly late: readonly string[];
};

export function fieldGroupsOf(table: ImportTarget): FieldGroups {
  const { schema, references, late = [] } = TARGETS[table];
  const fields = Object.keys(schema.entries).filter((field) => field !== 'id');
  const own = fields.filter((field) => references[field] === table && !late.includes(field));
  const early = fields.filter((field) => !late.includes(field) && !own.includes(field));
  return { early, own, late };
}

/** Gives the row as it will be. */
export function candidateOf({ entity, patch, id }: ImportItem): AnyEntity {
  if (entity !== null && Object.keys(patch).length === 0) return entity;
  const fields: Fields = { ...entity, ...patch, id };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  ) as AnyEntity;
}

/** What a person calls the row, for messages. */
export function nameOf({ row }: ImportItem): string {
  const { externalId, title, name } = row.target?.fields ?? {};
  const named = [externalId, title, name].find((value) => typeof value === 'string');
  return typeof named === 'string' ? named : `${row.table} ${row.key}`;
}

/** Names a row of a source among all of its tables. */
export function sourceKey(table: string, key: string): string {
  return `${table}\u0000${key}`;
}

export function hasFields(patch: Fields): boolean {
  for (const _ in patch) return true;
  return false;
}

/** Does work for a row; what goes wrong names its place. */
export function atPlace<T>({ row }: Pick<ImportItem, 'row'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SweatShopError)) throw error;
    const { code, message, details } = error;
    throw new SweatShopError(
      code,
      `Nothing was imported. ${row.place}: ${message}`,
      { ...details, place: row.place },
      error,
    );
  }
}
