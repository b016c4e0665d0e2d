import type { Database as SqliteHandle, SqlValue } from 'sql.js';
import { loadSqlite } from './sqlite-api.ts';
import { SweatShopError, messageOf } from '../../shared/errors.ts';
import { APPLICATION_ID } from './application-id.ts';
import { problemOfImage, toOpenableImage } from './image-header.ts';

/** A value as SQLite keeps it; text that is no text in the encoding of the database comes as its bytes. */
export type ForeignValue = null | number | bigint | string | Uint8Array;

/** A table of another program. */
export type ForeignTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that are calculated from others, and so not read. */
  readonly generatedColumns: readonly string[];
  readonly rows: readonly (readonly ForeignValue[])[];
};

type SchemaEntry = { readonly type: string; readonly name: string; readonly isVirtual: boolean };

const MAX_FINDINGS = 100;
const SHOWN_FINDINGS = 3;
/** A row with a value that its column does not allow is a problem of that row, not of the file. */
const FINDING_ABOUT_A_VALUE =
  /^(NULL|NUMERIC|TEXT|non-\w+) value (in|at) |^CHECK constraint failed/i;

/**
 * A database of another program, opened as a copy in memory from which nothing but tables is read: no trigger, view,
 * generated column, index or module of it ever runs.
 */
export class ForeignDatabase {
  readonly #handle: SqliteHandle;
  readonly #schema: readonly SchemaEntry[];
  readonly #decoder: TextDecoder;
  /** Whether it is a database of SweatShop. */
  readonly isOwn: boolean;

  private constructor(handle: SqliteHandle) {
    this.#handle = handle;
    this.#schema = readSchema(handle);
    this.#decoder = new TextDecoder(encodingOf(handle), { fatal: true, ignoreBOM: true });
    const applicationId = valueOf(handle, 'PRAGMA application_id');
    this.isOwn = applicationId === APPLICATION_ID || this.kindOf('_sw_meta') === 'table';
    leaveOnlyTables(handle);
    assertSound(handle);
  }

  /**
   * Opens the bytes of a database file; they are copied.
   *
   * @param wasm The bytes of sql-wasm.wasm.
   * @param image As the file is after what stands in its write-ahead log.
   * @throws SweatShopError DatabaseCorrupt, with a sentence, where it is no database or not a sound one.
   */
  static async open(wasm: Uint8Array, image: Uint8Array): Promise<ForeignDatabase> {
    const problem = problemOfImage(image);
    if (problem !== null) throw new SweatShopError('DatabaseCorrupt', problem);
    const sqlite = await loadSqlite(wasm);
    const handle = new sqlite.Database(toOpenableImage(image));
    try {
      return new ForeignDatabase(handle);
    } catch (error) {
      handle.close();
      throw damaged(error);
    }
  }

  /** The names of its tables, without those that SQLite or a full-text index keeps for itself. */
  get tableNames(): readonly string[] {
    const virtual = this.#schema.filter(({ isVirtual }) => isVirtual);
    const isShadow = (name: string) =>
      virtual.some((table) => name.toLowerCase().startsWith(`${table.name.toLowerCase()}_`));
    return this.#schema
      .filter(({ type, name, isVirtual }) => type === 'table' && !isVirtual && !isShadow(name))
      .map(({ name }) => name)
      .filter((name) => !name.toLowerCase().startsWith('sqlite_'));
  }

  /** Tells what goes by a name: `table`, `view` or `virtual table`; null where nothing does. */
  kindOf(name: string): string | null {
    const entry = this.#schema.find((candidate) => isSameName(candidate.name, name));
    if (entry === undefined) return null;
    return entry.isVirtual ? 'virtual table' : entry.type;
  }

  /** The columns of a table that hold values; none where there is no such table. */
  columnsOf(name: string): string[] {
    return this.#columns(name)
      .filter(({ isGenerated }) => !isGenerated)
      .map((column) => column.name);
  }

  /**
   * Reads a table, its rows in the order in which they stand in it.
   *
   * @throws SweatShopError DatabaseCorrupt where it cannot be read.
   */
  read(name: string): ForeignTable {
    const columns = this.columnsOf(name);
    const generatedColumns = this.#columns(name)
      .filter(({ isGenerated }) => isGenerated)
      .map((column) => column.name);
    const rows: ForeignValue[][] = [];
    try {
      // The way of sql.js ends a text at its first NUL, so that texts are read as bytes.
      const types = columns.map((column) => `substr(typeof(${quote(column)}), 1, 1)`).join(' || ');
      const values = columns.map(
        (column) =>
          `CASE typeof(${quote(column)}) WHEN 'text' THEN CAST(${quote(column)} AS BLOB) ELSE ${quote(column)} END`,
      );
      const statement = this.#handle.prepare(
        `SELECT ${[types, ...values].join(', ')} FROM main.${quote(name)} NOT INDEXED`,
      );
      try {
        while (statement.step()) rows.push(this.#toValues(getExactly(statement)));
      } finally {
        statement.free();
      }
    } catch (error) {
      throw damaged(error, `the table ${name}: `);
    }
    return { name, columns, generatedColumns, rows };
  }

  close(): void {
    this.#handle.close();
  }

  #columns(name: string): { readonly name: string; readonly isGenerated: boolean }[] {
    return allOf(
      this.#handle,
      `SELECT name, hidden FROM pragma_table_xinfo(${quoteText(name)})`,
    ).map(([column, hidden]) => ({ name: String(column), isGenerated: hidden !== 0 }));
  }

  #toValues([types, ...values]: readonly ForeignValue[]): ForeignValue[] {
    return values.map((value, index) => {
      if (typeof value === 'bigint') return toNumberWherePossible(value);
      const isText = String(types).charAt(index) === 't';
      return isText && value instanceof Uint8Array ? this.#toText(value) : value;
    });
  }

  #toText(bytes: Uint8Array): string | Uint8Array {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return bytes;
    }
  }
}

/** The types of sql.js do not know that it can give whole numbers of any size. */
function getExactly(statement: { get(params?: null): SqlValue[] }): ForeignValue[] {
  const get = statement.get.bind(statement) as (
    params: null,
    config: { readonly useBigInt: boolean },
  ) => ForeignValue[];
  return get(null, { useBigInt: true });
}

function toNumberWherePossible(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function readSchema(handle: SqliteHandle): SchemaEntry[] {
  return allOf(
    handle,
    "SELECT type, name, coalesce(rootpage, 0) FROM sqlite_schema WHERE type IN ('table', 'view')",
  ).map(([type, name, rootPage]) => ({
    type: String(type),
    name: String(name),
    isVirtual: type === 'table' && rootPage === 0,
  }));
}

/** Takes from the copy whatever could run by itself, and modules that this SQLite does not have. */
function leaveOnlyTables(handle: SqliteHandle): void {
  handle.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
  handle.exec('PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON');
  handle.exec(
    "DELETE FROM sqlite_schema WHERE type IN ('view', 'trigger') OR (type = 'table' AND coalesce(rootpage, 0) = 0)",
  );
  const version = Number(valueOf(handle, 'PRAGMA schema_version'));
  handle.exec(`PRAGMA schema_version = ${String((version + 1) % 0x7fffffff)}`);
  handle.exec('PRAGMA writable_schema = RESET');
}

function assertSound(handle: SqliteHandle): void {
  const findings = allOf(handle, `PRAGMA quick_check(${String(MAX_FINDINGS)})`)
    .map(([finding]) => String(finding))
    .filter((finding) => finding !== 'ok' && !FINDING_ABOUT_A_VALUE.test(finding));
  if (findings.length === 0) return;
  throw new SweatShopError(
    'DatabaseCorrupt',
    `SQLite finds it damaged: ${findings.slice(0, SHOWN_FINDINGS).join('; ')}`,
  );
}

function encodingOf(handle: SqliteHandle): string {
  const encoding = valueOf(handle, 'PRAGMA encoding');
  if (encoding === 'UTF-16le') return 'utf-16le';
  return encoding === 'UTF-16be' ? 'utf-16be' : 'utf-8';
}

function valueOf(handle: SqliteHandle, sql: string): SqlValue {
  return allOf(handle, sql)[0]?.[0] ?? null;
}

function allOf(handle: SqliteHandle, sql: string): SqlValue[][] {
  return handle.exec(sql)[0]?.values ?? [];
}

function damaged(error: unknown, place = ''): SweatShopError {
  if (error instanceof SweatShopError) return error;
  const message = `SQLite finds it damaged: ${place}${messageOf(error)}`;
  return new SweatShopError('DatabaseCorrupt', message, {}, error);
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
