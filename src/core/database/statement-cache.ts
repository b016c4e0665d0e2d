import { BindingMemory, CompiledStatement } from './compiled-statement.ts';
import { kindOf, type StatementKind } from './replayable.ts';
import type { Pointer, SqliteApi } from './sqlite-api.ts';

const MAX_STATEMENTS = 300;

/** A compiled statement, and what its text says that it does. */
export type PreparedStatement = {
  readonly statement: CompiledStatement;
  readonly kind: StatementKind;
};

/** Keeps compiled statements by their text, dropping the one unused for longest when there are too many. */
export class StatementCache {
  readonly #api: SqliteApi;
  readonly #handle: Pointer;
  readonly #bindings: BindingMemory;
  readonly #statements = new Map<string, PreparedStatement>();

  constructor(api: SqliteApi, handle: Pointer) {
    this.#api = api;
    this.#handle = handle;
    this.#bindings = new BindingMemory(api);
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
    const statement = new CompiledStatement(this.#api, this.#handle, sql, this.#bindings);
    const prepared = { statement, kind: kindOf(sql) };
    this.#statements.set(sql, prepared);
    if (this.#statements.size > MAX_STATEMENTS) this.#dropOldest();
    return prepared;
  }

  /** Frees every statement, and the memory for their values. */
  clear(): void {
    for (const { statement } of this.#statements.values()) statement.free();
    this.#statements.clear();
    this.#bindings.free();
  }

  #dropOldest(): void {
    for (const [sql, { statement }] of this.#statements) {
      statement.free();
      this.#statements.delete(sql);
      return;
    }
  }
}
