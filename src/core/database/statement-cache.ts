import type { Database as SqliteHandle, Statement } from 'sql.js';
import { kindOf, type StatementKind } from './replayable.ts';

const MAX_STATEMENTS = 300;

/** A compiled statement, and what its text says that it does. */
export type PreparedStatement = { readonly statement: Statement; readonly kind: StatementKind };

/** Keeps compiled statements by their text, dropping the one unused for longest when there are too many. */
export class StatementCache {
  readonly #handle: SqliteHandle;
  readonly #statements = new Map<string, PreparedStatement>();

  constructor(handle: SqliteHandle) {
    this.#handle = handle;
  }

  /**
   * Gives the compiled statement for a text.
   *
   * @throws Whatever SQLite says of a text it cannot compile.
   */
  prepare(sql: string): PreparedStatement {
    const cached = this.#statements.get(sql);
    if (cached) {
      this.#statements.delete(sql);
      this.#statements.set(sql, cached);
      return cached;
    }
    const prepared = { statement: this.#handle.prepare(sql), kind: kindOf(sql) };
    this.#statements.set(sql, prepared);
    if (this.#statements.size > MAX_STATEMENTS) this.#dropOldest();
    return prepared;
  }

  /** Frees every statement. */
  clear(): void {
    for (const { statement } of this.#statements.values()) statement.free();
    this.#statements.clear();
  }

  #dropOldest(): void {
    for (const [sql, { statement }] of this.#statements) {
      statement.free();
      this.#statements.delete(sql);
      return;
    }
  }
}
