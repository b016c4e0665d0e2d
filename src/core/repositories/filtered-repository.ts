import type { Database } from '../database/database.ts';
import { allOf, type Condition } from './condition.ts';
import { Repository } from './repository.ts';
import type { EntityLike, Table } from './table.ts';

/** A page of a list, and for any field the value or values that a row may have there. */
export type FieldFilter<Entity> = {
  readonly [F in keyof Entity]?: string | readonly (string | null)[] | undefined;
} & { readonly limit?: number | undefined; readonly offset?: number | undefined };

const PAGE_FIELDS: ReadonlySet<string> = new Set(['limit', 'offset']);

/** A repository whose lists are narrowed by the values of fields and always have the same order. */
export abstract class FilteredRepository<
  Entity extends EntityLike,
  Filter extends FieldFilter<Entity>,
> extends Repository<Entity> {
  readonly #orderBy: string;

  /** @param orderBy The ORDER BY terms of every list. */
  protected constructor(
    database: Database,
    table: Table<Entity>,
    entityName: string,
    orderBy: string,
  ) {
    super(database, table, entityName);
    this.#orderBy = orderBy;
  }

  /** Lists the rows that a filter takes in. */
  list(filter?: Filter): Entity[] {
    const { limit, offset } = filter ?? {};
    return this.select({ where: this.#where(filter), orderBy: this.#orderBy, limit, offset });
  }

  /** Counts the rows that a filter takes in, on every page. */
  count(filter?: Filter): number {
    return this.countWhere(this.#where(filter));
  }

  #where(filter: object = {}): Condition {
    return allOf(
      Object.entries(filter)
        .filter(([name]) => !PAGE_FIELDS.has(name))
        .map(([field, value]) =>
          this.where(field as keyof Entity & string, value as string | undefined),
        ),
    );
  }
}
