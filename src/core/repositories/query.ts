import { invalidInput } from '../../shared/errors.ts';
import { allOf, type Condition } from './condition.ts';
import type { EntityLike, Table } from './table.ts';

type Scalar = string | number | boolean;

/** The fields of an entity that hold one value; lists and objects have no order and cannot be compared. */
type ScalarField<Entity> = {
  [F in keyof Entity & string]-?: NonNullable<Entity[F]> extends Scalar ? F : never;
}[keyof Entity & string];

type TextField<Entity> = {
  [F in ScalarField<Entity>]: NonNullable<Entity[F]> extends string ? F : never;
}[ScalarField<Entity>];

type Value<Entity, F extends keyof Entity> = NonNullable<Entity[F]>;

/** Null stands for a field that has no value, so only an optional field can be compared with it. */
type ValueOrNull<Entity, F extends keyof Entity> =
  Value<Entity, F> | (undefined extends Entity[F] ? null : never);

/**
 * What a row must be like, as field, operator and value.
 *
 * - `=` and `!=` take null for "no value", and a field without a value is unequal to every value.
 * - `<`, `<=`, `>`, `>=` and `like` never take a row whose field has no value. Texts are compared by their
 *   characters' code points, so capitals come before small letters.
 * - `like` knows `%` for any characters, `_` for one, and `\` before either (or itself) for itself; it ignores
 *   the case of the letters A to Z and of no others.
 * - `in` takes any value of a list; an empty list takes no row.
 */
export type Clause<Entity> =
  | {
      [F in ScalarField<Entity>]:
        | readonly [field: F, operator: '=' | '!=', value: ValueOrNull<Entity, F>]
        | readonly [field: F, operator: '<' | '<=' | '>' | '>=', value: Value<Entity, F>]
        | readonly [field: F, operator: 'in', values: readonly ValueOrNull<Entity, F>[]];
    }[ScalarField<Entity>]
  | readonly [field: TextField<Entity>, operator: 'like', pattern: string];

/** Which rows of a table, in which order, and which part of them. */
export type Query<Entity> = {
  /** A row must be like all of these. */
  readonly where?: readonly Clause<Entity>[];
  /** Rows without a value come first, or last where the direction is `desc`; rows that are equal stand by id. */
  readonly orderBy?: readonly (readonly [ScalarField<Entity>, 'asc' | 'desc'])[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
};

const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/**
 * Turns the clauses of a query into a condition.
 *
 * @throws SweatShopError InvalidInput for a field, operator or value that the table does not have.
 */
export function toCondition<Entity extends EntityLike>(
  table: Table<Entity>,
  clauses: readonly Clause<Entity>[] = [],
): Condition {
  return allOf(clauses.map((clause) => toClauseCondition(table, clause)));
}

/**
 * Turns the order of a query into ORDER BY terms.
 *
 * @throws SweatShopError InvalidInput for a field or direction that does not exist.
 */
export function toOrderBy<Entity extends EntityLike>(
  table: Table<Entity>,
  order: NonNullable<Query<Entity>['orderBy']> = [],
): string {
  const terms = order.map(([field, direction]) => {
    if (!['asc', 'desc'].includes(direction)) {
      throw invalidInput({ path: field, message: 'can be ordered by asc or desc' });
    }
    return `${scalarColumn(table, field)} ${direction.toUpperCase()}`;
  });
  // Without a last word, pages of equal rows would overlap.
  const isUnique = order.some(([field]) => (field as string) === 'id');
  return [...terms, ...(isUnique ? [] : ['id'])].join(', ');
}

/** @throws SweatShopError InvalidInput for what is no whole number from zero up. */
export function assertPage({ limit, offset }: Pick<Query<never>, 'limit' | 'offset'>): void {
  for (const [path, value] of Object.entries({ limit, offset })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw invalidInput({ path, message: 'must be a whole number from zero up' });
  }
}

function toClauseCondition<Entity extends EntityLike>(
  table: Table<Entity>,
  clause: Clause<Entity>,
): Condition {
  const [field, operator, value] = clause as readonly [keyof Entity & string, string, unknown];
  const column = scalarColumn(table, field);
  if (operator === 'in') {
    return toInCondition(column, assertList(field, value), (item) =>
      encodeScalar(table, field, item),
    );
  }
  const encoded = encodeScalar(table, field, value);
  // An index that leaves NULL out serves `=` only.
  if (operator === '=') {
    return { sql: `${column} ${encoded === null ? 'IS' : '='} ?`, params: [encoded] };
  }
  if (operator === '!=') return { sql: `${column} IS NOT ?`, params: [encoded] };
  if (encoded === null) {
    throw invalidInput({ path: field, message: `cannot be compared with null by ${operator}` });
  }
  if (operator === 'like') {
    return { sql: `${column} LIKE ? ESCAPE '\\'`, params: [assertPattern(field, value)] };
  }
  if (COMPARISONS.has(operator)) return { sql: `${column} ${operator} ?`, params: [encoded] };
  throw invalidInput({ path: field, message: `there is no operator ${operator}` });
}

function toInCondition(
  column: string,
  values: readonly unknown[],
  encodeItem: (value: unknown) => unknown,
): Condition {
  const given = values.filter((value) => value !== null).map(encodeItem);
  const sql = `${column} IN (SELECT value FROM json_each(?))`;
  return {
    sql: given.length < values.length ? `(${column} IS NULL OR ${sql})` : sql,
    params: [JSON.stringify(given)],
  };
}

function scalarColumn<Entity extends EntityLike>(table: Table<Entity>, field: string): string {
  const known = field as keyof Entity & string;
  if (table.isJson(known)) {
    throw invalidInput({
      path: field,
      message: 'holds a list or an object and cannot be compared',
    });
  }
  return table.column(known);
}

function encodeScalar<Entity extends EntityLike>(
  table: Table<Entity>,
  field: keyof Entity & string,
  value: unknown,
) {
  const isScalar =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  if (isScalar) return table.encode(field, value);
  throw invalidInput({ path: field, message: 'must be a text, a number, a boolean or null' });
}

function assertList(field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw invalidInput({ path: field, message: 'needs a list for in' });
}

/** SQLite refuses a pattern that ends in the middle of an escape, and one that is very long. */
function assertPattern(field: string, value: unknown): string {
  if (typeof value !== 'string')
    throw invalidInput({ path: field, message: 'needs a text for like' });
  if (/^(?:[^\\]|\\[\s\S])*$/.test(value) && value.length <= 10_000) return value;
  throw invalidInput({ path: field, message: 'has a pattern that ends in \\ or is too long' });
}
