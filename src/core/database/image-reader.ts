import type { Database as SqliteHandle, Statement } from 'sql.js';
import { toSqlError } from './sql-error.ts';

/** A value as SQLite holds it; integers that a number cannot hold exactly are a bigint. */
export type Cell = string | number | bigint | Uint8Array | null;

/** sql.js can give whole numbers exactly, though its types do not say so. */
type ExactStatement = {
  get(params: undefined, config: { readonly useBigInt: true }): Cell[];
};

/** A copy of a database that is only read: nothing that happens to it goes anywhere. */
export class ImageReader {
  readonly #handle: SqliteHandle;

  /** @param handle An open sql.js database; it belongs to this object from now on. */
  constructor(handle: SqliteHandle) {
    this.#handle = handle;
    this.#handle.exec('PRAGMA query_only = ON');
  }

  /** The database of sql.js, for what reads statements that a person wrote. */
  get handle(): SqliteHandle {
    return this.#handle;
  }

  /**
   * Gives the rows of a query one by one, so that a large table is never held as a whole.
   *
   * @throws SweatShopError with the code that the SQLite error stands for.
   */
  *rows(sql: string, params: readonly (string | number | null)[] = []): Generator<Cell[]> {
    let statement: Statement | undefined;
    try {
      statement = this.#handle.prepare(sql, params as (string | number | null)[]);
      while (statement.step()) yield exactRow(statement);
    } catch (error) {
      throw toSqlError(error, sql);
    } finally {
      statement?.free();
    }
  }

  /** Gives the first row of a query, or undefined. */
  first(sql: string, params: readonly (string | number | null)[] = []): Cell[] | undefined {
    for (const row of this.rows(sql, params)) return row;
    return undefined;
  }

  /** Frees the memory; the object is of no use afterwards. */
  close(): void {
    this.#handle.close();
  }
}

/** Reads the row that a statement stands on. */
export function exactRow(statement: Statement): Cell[] {
  const exact = statement as unknown as ExactStatement;
  return exact.get(undefined, { useBigInt: true }).map((cell) => {
    if (typeof cell !== 'bigint') return cell;
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : cell;
  });
}
