import type { Database as SqliteHandle, SqlValue, Statement } from 'sql.js';
import { SweatShopError } from '../../shared/errors.ts';
import { toChangeSet, type ChangeSet, type RowChange } from './changes.ts';
import { toSqlError } from './sql-error.ts';
import { StatementCache } from './statement-cache.ts';

export type { SqlValue };

/** A result row, its values in the order of the selected columns. */
export type Row = SqlValue[];

/** The SQLite database in memory: prepared statements, nested transactions and a feed of committed changes. */
export class Database {
  readonly #handle: SqliteHandle;
  readonly #statements: StatementCache;
  readonly #changeListeners = new Set<(changes: ChangeSet) => void>();
  readonly #commitListeners = new Set<() => void>();
  #depth = 0;
  #hasWritten = false;
  #changes: RowChange[] = [];
  #afterCommit: (() => void)[] = [];

  /** @param handle An open sql.js database; it belongs to this object from now on. */
  constructor(handle: SqliteHandle) {
    this.#handle = handle;
    this.#statements = new StatementCache(handle);
    this.#setPragmas();
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  /**
   * Runs a query and gives all its rows.
   *
   * @param sql One SELECT or PRAGMA.
   * @param params Values for the `?` in order.
   * @throws SweatShopError with the code that the SQLite error stands for.
   */
  all(sql: string, params: readonly SqlValue[] = []): Row[] {
    return this.#execute(sql, params, (statement) => {
      const rows: Row[] = [];
      while (statement.step()) rows.push(statement.get());
      return rows;
    });
  }

  /**
   * Runs a query and gives its first row, if there is one.
   *
   * @throws SweatShopError with the code that the SQLite error stands for.
   */
  get(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    return this.#execute(sql, params, (statement) =>
      statement.step() ? statement.get() : undefined,
    );
  }

  /**
   * Runs a statement that writes; outside a transaction it is one of its own.
   *
   * @param change The row it writes, for the change feed.
   * @returns How many rows it changed.
   * @throws SweatShopError with the code that the SQLite error stands for.
   */
  run(sql: string, params: readonly SqlValue[] = [], change?: RowChange): number {
    if (!this.inTransaction) return this.transaction(() => this.run(sql, params, change));
    const changedRows = this.#execute(sql, params, (statement) => {
      statement.step();
      return this.#handle.getRowsModified();
    });
    this.#hasWritten = true;
    if (change) this.#changes.push(change);
    return changedRows;
  }

  /**
   * Runs a script of several statements, as migrations are; only inside a transaction it counts as a commit.
   *
   * @throws SweatShopError with the code that the SQLite error stands for.
   */
  exec(script: string): void {
    try {
      this.#handle.exec(script);
      if (this.inTransaction) this.#hasWritten = true;
    } catch (error) {
      throw toSqlError(error);
    }
  }

  /**
   * Does work in a transaction: all of it is committed, or none.
   *
   * Inside another transaction it is a savepoint. Listeners hear of the changes after the outermost commit.
   *
   * @param work Synchronous; what it throws undoes everything since the start and is thrown on.
   */
  transaction<T>(work: () => T): T {
    const isOutermost = this.#depth === 0;
    const savepoint = `level_${String(this.#depth)}`;
    const changeCount = this.#changes.length;
    const afterCommitCount = this.#afterCommit.length;
    this.#control(isOutermost ? 'BEGIN' : `SAVEPOINT ${savepoint}`);
    this.#depth += 1;
    let result: T;
    try {
      result = work();
      if (result instanceof Promise) {
        // Whatever it still does, it does alone; its failure must not end the process.
        result.catch(() => undefined);
        throw new SweatShopError('Internal', 'A transaction must be synchronous.');
      }
      this.#control(isOutermost ? 'COMMIT' : `RELEASE ${savepoint}`);
    } catch (error) {
      this.#depth -= 1;
      this.#changes.length = changeCount;
      this.#afterCommit.length = afterCommitCount;
      this.#undo(isOutermost ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}`);
      if (!isOutermost) this.#undo(`RELEASE ${savepoint}`);
      else this.#hasWritten = false;
      throw error;
    }
    this.#depth -= 1;
    if (isOutermost) this.#announceCommit();
    return result;
  }

  /** Adds rows to the change feed of the present transaction that it affects without writing them. */
  touch(changes: Iterable<RowChange>): void {
    for (const change of changes) this.#changes.push(change);
  }

  /** Calls back after the outermost commit, and never when the work is undone. */
  afterCommit(callback: () => void): void {
    if (this.inTransaction) this.#afterCommit.push(callback);
    else callback();
  }

  /**
   * Listens to the rows each commit changed.
   *
   * @param listener Must not throw: the commit is already done.
   * @returns A function that stops listening.
   */
  onChange(listener: (changes: ChangeSet) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /**
   * Listens to every outermost commit that wrote something.
   *
   * @returns A function that stops listening.
   */
  onCommit(listener: () => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  /**
   * Gives the whole database as the bytes of a SQLite file.
   *
   * @throws SweatShopError Busy inside a transaction; Internal if foreign keys did not survive the export.
   */
  snapshot(): Uint8Array {
    if (this.inTransaction) {
      throw new SweatShopError('Busy', 'A snapshot has to wait for the end of the transaction.');
    }
    try {
      return this.#handle.export();
    } catch (error) {
      throw toSqlError(error);
    } finally {
      this.#setPragmas();
    }
  }

  /** Frees the memory; the object is of no use afterwards. */
  close(): void {
    this.#statements.clear();
    this.#handle.close();
  }

  #execute<T>(sql: string, params: readonly SqlValue[], read: (statement: Statement) => T): T {
    let statement: Statement | undefined;
    try {
      statement = this.#statements.prepare(sql);
      statement.bind(params as SqlValue[]);
      return read(statement);
    } catch (error) {
      throw toSqlError(error, sql);
    } finally {
      statement?.reset();
    }
  }

  #control(sql: string): void {
    this.#execute(sql, [], (statement) => statement.step());
  }

  /** SQLite ends the transaction by itself on some errors; then there is nothing left to undo. */
  #undo(sql: string): void {
    try {
      this.#control(sql);
    } catch {
      return;
    }
  }

  #announceCommit(): void {
    const changes = this.#changes;
    const callbacks = this.#afterCommit;
    const hasWritten = this.#hasWritten;
    this.#changes = [];
    this.#afterCommit = [];
    this.#hasWritten = false;
    if (hasWritten) for (const listener of this.#commitListeners) listener();
    if (changes.length > 0) {
      const set = toChangeSet(changes);
      for (const listener of this.#changeListeners) listener(set);
    }
    for (const callback of callbacks) callback();
  }

  #setPragmas(): void {
    this.#control('PRAGMA foreign_keys = ON');
    if (this.get('PRAGMA foreign_keys')?.[0] !== 1) {
      throw new SweatShopError('Internal', 'SQLite does not enforce foreign keys.');
    }
  }
}
