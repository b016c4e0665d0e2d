/** A value as SQLite keeps it; text that is no text in the encoding of its database comes as its bytes. */
export type SourceCell = null | number | bigint | string | Uint8Array;

/** A table of a source. */
export type SourceTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that are calculated from others, and so not read. */
  readonly generatedColumns: readonly string[];
  readonly rows: readonly (readonly SourceCell[])[];
};

/** The tables of a source, whose names are compared without case. */
export interface SourceTables {
  readonly tableNames: readonly string[];
  /** Tells what goes by a name, such as `table` or `view`; null where nothing does. */
  kindOf(name: string): string | null;
  /** The columns of a table; none where there is no such table. */
  columnsOf(name: string): readonly string[];
  /** @throws SweatShopError DatabaseCorrupt where it cannot be read. */
  read(name: string): SourceTable;
}

/** Tells whether there are tables with these columns: by what is in it a source is recognised. */
export function hasTables(
  tables: SourceTables,
  wanted: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(wanted).every(([table, columns]) => {
    const present = new Set(tables.columnsOf(table).map((column) => column.toLowerCase()));
    return tables.kindOf(table) === 'table' && columns.every((column) => present.has(column));
  });
}
