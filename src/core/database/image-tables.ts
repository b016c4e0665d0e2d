import type { ImageReader } from './image-reader.ts';

/** A column as SQLite knows it. */
export type ImageColumn = {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** As SQL; null for none. */
  readonly defaultValue: string | null;
  readonly isPrimaryKey: boolean;
};

type SchemaPart = { readonly name: string; readonly sql: string | null };

/** A table or view, with what belongs to it. */
export type ImageTable = SchemaPart & {
  /** `shadow`: a virtual table, such as a full-text index, keeps its content in it. */
  readonly kind: 'table' | 'view' | 'virtual' | 'shadow';
  /** The page its tree begins with; 0 for none. */
  readonly rootPage: number;
  readonly indexes: readonly (SchemaPart & { readonly rootPage: number })[];
  readonly triggers: readonly SchemaPart[];
};

/** Tables that keep the books of the database itself. */
const OWN_TABLES: readonly string[] = ['_sw_meta', 'schema_migrations'];

/** Lists the tables and views by name. */
export function listTables(reader: ImageReader): ImageTable[] {
  const parts = Array.from(
    reader.rows('SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY name'),
    ([type, name, table, rootPage, sql]) => ({
      ...{ type, name: String(name), table: String(table), rootPage: Number(rootPage) },
      sql: sql === null ? null : String(sql),
    }),
  );
  const partsOf = (type: string, table: string) =>
    parts.filter((part) => part.type === type && part.table === table);
  return Array.from(
    reader.rows("SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name"),
  ).flatMap(([tableName, kind]) => {
    const name = String(tableName);
    const own = parts.find((part) => part.name === name);
    if (!own) return [];
    return {
      ...{ name, sql: own.sql, rootPage: own.rootPage, kind: kind as ImageTable['kind'] },
      indexes: partsOf('index', name).map(({ name, sql, rootPage }) => ({ name, sql, rootPage })),
      triggers: partsOf('trigger', name).map(({ name, sql }) => ({ name, sql })),
    };
  });
}

/** Tells whether a table holds what people and agents wrote: not the books of the database, nor an index. */
export function holdsContent({ name, kind }: ImageTable): boolean {
  return kind === 'table' && !name.startsWith('sqlite_') && !OWN_TABLES.includes(name);
}

/** Lists the columns of a table in order. */
export function listColumns(reader: ImageReader, table: string): ImageColumn[] {
  return Array.from(
    reader.rows('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', [table]),
    ([name, type, isRequired, defaultValue, key]) => ({
      ...{ name: String(name), type: String(type), isRequired: isRequired === 1 },
      ...{ defaultValue: defaultValue === null ? null : String(defaultValue) },
      isPrimaryKey: Number(key) > 0,
    }),
  );
}

/** Puts a name into a statement. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
