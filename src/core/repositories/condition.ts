import type { SqlValue } from '../database/database.ts';

/** A part of a WHERE clause with the values it binds. */
export type Condition = { readonly sql: string; readonly params: readonly SqlValue[] };

/** Joins conditions with AND; those that are undefined do not narrow. */
export function allOf(conditions: readonly (Condition | undefined)[]): Condition {
  const given = conditions.filter((condition) => condition !== undefined);
  return {
    sql: given.length === 0 ? 'TRUE' : given.map(({ sql }) => sql).join(' AND '),
    params: given.flatMap(({ params }) => params),
  };
}

/**
 * Takes rows whose column has one of the values; null stands for NULL.
 *
 * @param column A column name of a table definition.
 * @param values Undefined does not narrow; an empty list takes no row.
 */
export function isOneOf(
  column: string,
  values: readonly (string | null)[] | undefined,
): Condition | undefined {
  if (values === undefined) return undefined;
  const texts = values.filter((value) => value !== null);
  const only = texts[0];
  const hasNull = texts.length < values.length;
  // One value is compared directly, so that an index also gives the order of the rows.
  const inList: Condition =
    texts.length === 1 && only !== undefined
      ? { sql: `${column} = ?`, params: [only] }
      : { sql: `${column} IN (SELECT value FROM json_each(?))`, params: [JSON.stringify(texts)] };
  return hasNull ? { sql: `(${column} IS NULL OR ${inList.sql})`, params: inList.params } : inList;
}

/** Takes rows whose JSON array column holds one of the values. */
export function hasOneOf(
  column: string,
  values: readonly string[] | undefined,
): Condition | undefined {
  if (values === undefined) return undefined;
  return {
    sql: `EXISTS (SELECT 1 FROM ${itemsOf(column)} AS item WHERE item.value IN (SELECT value FROM json_each(?)))`,
    params: [JSON.stringify(values)],
  };
}

/** Gives the table of the items of a JSON array column; text that is no JSON, as a foreign hand leaves it, has none. */
export function itemsOf(column: string): string {
  return `json_each(iif(json_valid(${column}), ${column}, '[]'))`;
}

/** Takes rows whose column starts with the text, case included; an index on the column is used. */
export function startsWith(column: string, prefix: string | undefined): Condition | undefined {
  if (prefix === undefined) return undefined;
  return {
    sql: `${column} >= ? AND ${column} < ?`,
    // No text that starts with the prefix comes after it with the last of all characters.
    params: [prefix, `${prefix}\u{10ffff}`],
  };
}

/** Takes rows in which one of the columns contains the text, in any case of ASCII letters. */
export function contains(
  columns: readonly string[],
  text: string | undefined,
): Condition | undefined {
  if (text === undefined || text === '') return undefined;
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return {
    sql: `(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
    params: columns.map(() => pattern),
  };
}
