import type { Database as SqliteHandle, Statement } from 'sql.js';

const MAX_STATEMENTS = 300;

/** Keeps compiled statements by their text, dropping the one unused for longest when there are too many. */
export class StatementCache {
  readonly #handle: SqliteHandle;
  readonly #statements = new Map<string, Statement>();

  constructor(handle: SqliteHandle) {
    this.#handle = handle;
  }

  /**
   * Gives the compiled statement for a text.
   *
   * @throws Whatever SQLite says of a text it cannot compile.
   */
  prepare(sql: string): Statement {
    const cached = this.#statements.get(sql);
    if (cached) {
      this.#statements.delete(sql);
      this.#statements.set(sql, cached);
      return cached;
    }
    const statement = this.#handle.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS) this.#dropOldest();
    return statement;
  }

  /** Frees every statement. */
  clear(): void {
    for (const statement of this.#statements.values()) statement.free();
    this.#statements.clear();
  }

  #dropOldest(): void {
    for (const [sql, statement] of this.#statements) {
      statement.free();
      this.#statements.delete(sql);
      return;
    }
  }
}
