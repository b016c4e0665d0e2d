import { SweatShopError } from '../../../shared/errors.ts';
import type { ImportNotice, ImportRow } from '../../../shared/types.ts';
import type { ParsedSource } from '../import-row.ts';
import type { SourceCell, SourceTable, SourceTables } from './source-tables.ts';
import { RowProblem, TableRow } from './table-row.ts';

/** Messages carry a row twice, and one must not be larger than 16 MB. */
const MAX_ROW_BYTES = 12_000_000;
/** With every character escaped, twice, a row that is shorter cannot be. */
const MAY_BE_TOO_LARGE = 500_000;

/** What is known of a table of a source. */
export type TableSpec = {
  readonly name: string;
  /** The column that names a row, or all that together do. */
  readonly key: string | readonly string[];
  /** The columns without which the table is another one. */
  readonly required: readonly string[];
  /** The columns that older versions lack. */
  readonly optional?: readonly string[];
  /** Whether older versions lack the table. */
  readonly isOptional?: boolean;
};

/** Turns the tables of a source into rows to import, and notes whatever a person should know. */
export class TableImport {
  readonly #system: string;
  readonly #path: string;
  readonly #fileName: string;
  readonly #tables: SourceTables;
  readonly #rows: ImportRow[] = [];
  readonly #notices: ImportNotice[] = [];
  /** How many rows each warning is about, in the order in which they came up. */
  readonly #warnings = new Map<string, { place: string; message: string; count: number }>();
  readonly #known = new Set<string>();

  /**
   * @param system The name of the system on the command line.
   * @param path The file.
   */
  constructor(system: string, path: string, tables: SourceTables) {
    this.#system = system;
    this.#path = path;
    this.#fileName = path.split(/[\\/]/).at(-1) ?? path;
    this.#tables = tables;
  }

  /**
   * Reads a table.
   *
   * @throws SweatShopError InvalidInput where it is missing, is something else than a table, or lacks a column.
   */
  read(spec: TableSpec): TableRow[] {
    this.#known.add(spec.name);
    const kind = this.#tables.kindOf(spec.name);
    if (kind === null && spec.isOptional === true) return [];
    if (kind === null) throw this.#refuse(`The table ${spec.name} is missing.`);
    if (kind !== 'table') throw this.#refuse(`${spec.name} is a ${kind} there, not a table.`);
    const table = this.#tables.read(spec.name);
    this.#checkColumns(spec, table);
    return this.#toRows(spec, table);
  }

  /** Notes what a row becomes; where nothing can be made of it, it is kept and told. */
  add(row: TableRow, toTarget: () => ImportRow['target']): void {
    try {
      if (row.flaw !== null) throw new RowProblem(row.flaw);
      const imported = { ...base(row), target: toTarget() };
      if (isTooLarge(row, imported)) throw new RowProblem('the row is too large as a whole');
      this.#rows.push(imported);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const { message } = error;
      this.#notices.push({
        severity: 'error',
        place: row.place,
        message: `${message}; the row is only kept in import_records`,
      });
      this.keep(row);
    }
  }

  /** Keeps a row of which nothing is made. */
  keep(row: TableRow): void {
    const kept = { ...base(row), target: null };
    if (!isTooLarge(row, kept)) this.#rows.push(kept);
    else this.#rows.push({ ...kept, raw: { omittedLength: JSON.stringify(row.raw).length } });
  }

  /** Keeps the rows of a table that are of no use here. */
  keepTable(name: string): void {
    this.#known.add(name);
    if (this.#tables.kindOf(name) !== 'table') return;
    const table = this.#tables.read(name);
    for (const row of this.#toRows({ name, key: [], required: [] }, table)) this.keep(row);
  }

  /** Notes something that is about a table or the source as a whole. */
  warn(message: string): void {
    this.#notices.push({ severity: 'warning', place: this.#fileName, message });
  }

  /** Keeps the rows of all tables that were not read, and gives everything. */
  finish(): ParsedSource {
    const known = new Set([...this.#known].map((name) => name.toLowerCase()));
    const others = this.#tables.tableNames.filter((name) => !known.has(name.toLowerCase()));
    for (const name of others) this.keepTable(name);
    if (others.length > 0) {
      this.warn(
        `the tables ${others.join(', ')} are not known; their rows are kept in import_records`,
      );
    }
    const warnings = [...this.#warnings.values()].map(({ place, message, count }) => ({
      severity: 'warning' as const,
      place,
      message: count === 1 ? message : `${message} (and ${String(count - 1)} more)`,
    }));
    return {
      source: { system: this.#system, name: this.#path },
      rows: this.#rows,
      notices: [...this.#notices, ...warnings],
    };
  }

  #checkColumns(spec: TableSpec, { columns, generatedColumns }: SourceTable): void {
    const present = new Set(columns.map((column) => column.toLowerCase()));
    const missing = spec.required.filter((column) => !present.has(column));
    const generated = generatedColumns.filter((column) =>
      [...spec.required, ...(spec.optional ?? [])].includes(column.toLowerCase()),
    );
    if (generated.length > 0) {
      throw this.#refuse(
        `In the table ${spec.name} ${generated.join(', ')} is calculated; a plain column is needed.`,
      );
    }
    if (missing.length > 0) {
      throw this.#refuse(`The table ${spec.name} lacks the column ${missing.join(', ')}.`);
    }
    const known = new Set([...spec.required, ...(spec.optional ?? [])]);
    const unknown = columns.filter((column) => !known.has(column.toLowerCase()));
    if (unknown.length > 0) {
      this.warn(
        `${spec.name}: the columns ${unknown.join(', ')} are not known; their values are kept in import_records`,
      );
    }
    if (generatedColumns.length > 0) {
      this.warn(
        `${spec.name}: the columns ${generatedColumns.join(', ')} are calculated from others, and are not read`,
      );
    }
  }

  #toRows(spec: TableSpec, table: SourceTable): TableRow[] {
    const columns = table.columns.map((column) => column.toLowerCase());
    const keyColumns = typeof spec.key === 'string' ? [spec.key] : spec.key;
    const numbers = new Map<string, number>();
    return table.rows.map((cells, index) => {
      const number = index + 1;
      const byColumn = new Map(cells.map((cell, at) => [columns[at] ?? '', cell]));
      const key = toKey(keyColumns, byColumn);
      const first = key === null ? undefined : numbers.get(key);
      if (key !== null && first === undefined) numbers.set(key, number);
      return new TableRow(
        {
          table: spec.name,
          key: key === null || first !== undefined ? `row ${String(number)}` : key,
          place: `${this.#fileName} ${spec.name} row ${String(number)}`,
          flaw: flawOfKey(keyColumns, key, first),
        },
        byColumn,
        this.#warnAbout(spec.name),
      );
    });
  }

  #warnAbout(table: string) {
    return (place: string, message: string) => {
      const same = `${table}\n${message}`;
      const warning = this.#warnings.get(same);
      if (warning) warning.count += 1;
      else this.#warnings.set(same, { place, message, count: 1 });
    };
  }

  #refuse(why: string): SweatShopError {
    const path = this.#path;
    return new SweatShopError('InvalidInput', `${path}: ${why}`, { path });
  }
}

function base({ table, key, raw, place }: TableRow) {
  return { table, key, raw, place };
}

/** @returns Null where a part of it is missing. */
function toKey(columns: readonly string[], cells: ReadonlyMap<string, SourceCell>): string | null {
  const parts = columns.map((column) => cells.get(column) ?? null);
  const texts = parts.filter((part) => part !== null && !(part instanceof Uint8Array));
  if (columns.length === 0 || texts.length < columns.length || texts.includes('')) return null;
  return texts.map(String).join(' ');
}

function flawOfKey(
  columns: readonly string[],
  key: string | null,
  first: number | undefined,
): string | null {
  if (columns.length === 0) return null;
  const name = columns.at(-1) ?? '';
  if (key === null) return `${columns.join(' or ')} has no value that could name the row`;
  if (first === undefined) return null;
  return `the ${name} is that of row ${String(first)} already`;
}

function isTooLarge({ length }: TableRow, row: ImportRow): boolean {
  if (length < MAY_BE_TOO_LARGE) return false;
  return new TextEncoder().encode(JSON.stringify(row)).length > MAX_ROW_BYTES;
}
