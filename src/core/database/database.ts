import type { Database as SqliteHandle, SqlValue } from 'sql.js';
import type { DatabaseFacts } from '../../shared/entities/backup.ts';
import { SweatShopError, messageOf } from '../../shared/errors.ts';
import type { LoggedStatement, NumberedTransaction } from '../../shared/logged-transaction.ts';
import { timestampOf, type Clock } from '../ports/clock.ts';
import type { CompiledStatement, RowCursor } from './compiled-statement.ts';
import { toChangeSet, type ChangeSet, type RowChange } from './changes.ts';
import type { StatementKind } from './replayable.ts';
import { toLoggedValue } from './logged-value.ts';
import { cannotReplay } from './replay-error.ts';
import { toSqlError } from './sql-error.ts';
import { handleOf, type SqliteApi } from './sqlite-api.ts';
import { StatementCache } from './statement-cache.ts';
import { allowAll, assertReads, assertRepeats } from './statement-rules.ts';
import {
  REBASE_SQL,
  STAMP_SQL,
  clientTables,
  readFacts,
  readSchema,
  readStoreMeta,
  type StoreMeta,
} from './store-meta.ts';

export type { RowCursor, SqlValue };

/** A result row, its values in the order of the selected columns. */
export type Row = SqlValue[];

/**
 * The SQLite database in memory: prepared statements, nested transactions, a feed of committed changes, and of
 * everything that running a commit again needs.
 *
 * It goes to work when somebody listens to its commits or guards its writes. From then on each commit has a number,
 * which the image holds too, and nothing that cannot be run again gets in.
 */
export class Database {
  #handle: SqliteHandle;
  readonly #clock: Clock;
  #statements: StatementCache;
  readonly #changeListeners = new Set<(changes: ChangeSet) => void>();
  readonly #commitListeners = new Set<(transaction: NumberedTransaction) => void>();
  #refusal: () => SweatShopError | null = () => null;
  #isWorking = false;
  /** Read from the image when asked for; null when something may have changed it. */
  #meta: StoreMeta | null = null;
  #depth = 0;
  /** SQLite has ended the transaction by itself, so that what follows would not be part of it. */
  #isBroken = false;
  #logged: LoggedStatement[] = [];
  #changes: RowChange[] = [];
  #afterCommit: (() => void)[] = [];

  /** @param handle An open database of this sql.js; it belongs to this object from now on. */
  constructor(api: SqliteApi, handle: SqliteHandle, clock: Clock) {
    this.#handle = handle;
    this.#clock = clock;
    this.#statements = new StatementCache(api, handleOf(handle));
    // The file that SQLite sees is memory: a journal of its own beside it, and looking whether others changed it, is
    // work for nothing.
    for (const pragma of [
      'journal_mode = MEMORY',
      'synchronous = OFF',
      'locking_mode = EXCLUSIVE',
    ]) {
      this.#control(`PRAGMA ${pragma}`);
    }
    this.#setPragmas();
  }

  /** What ties this database to its redo log; null where it has no such identity. */
  get uuid(): string | null {
    return this.#readMeta().uuid;
  }

  /** The number of the last commit. */
  get seq(): number {
    return this.#readMeta().seq;
  }

  /** The number of the last migration, such as 15 for `0015_ticket_position.sql`; 0 for none. */
  get schemaVersion(): number {
    return this.#readMeta().schemaVersion;
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  /**
   * Runs a query and gives all its rows.
   *
   * @param sql One SELECT or PRAGMA.
   * @param params Values for the `?` in order.
   * @throws SweatShopError with the code that the SQLite error stands for; Internal for a statement that writes.
   */
  all(sql: string, params: readonly SqlValue[] = []): Row[] {
    return this.map(sql, params, rowOf);
  }

  /**
   * Runs a query and gives its first row, if there is one.
   *
   * @throws SweatShopError as {@link all} does.
   */
  get(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    return this.mapFirst(sql, params, rowOf);
  }

  /**
   * Runs a query and gives what is made of each row; rows of which nothing is made are left out.
   *
   * @param read Called at each row; it must not use the database.
   * @throws SweatShopError as {@link all} does; whatever `read` throws.
   */
  map<T>(sql: string, params: readonly SqlValue[], read: (row: RowCursor) => T | undefined): T[] {
    return this.#execute(sql, params, assertReads, (statement) => {
      const results: T[] = [];
      while (statement.step()) {
        const result = read(statement);
        if (result !== undefined) results.push(result);
      }
      return results;
    });
  }

  /** As {@link map}, of the first row. */
  mapFirst<T>(
    sql: string,
    params: readonly SqlValue[],
    read: (row: RowCursor) => T,
  ): T | undefined {
    return this.#execute(sql, params, assertReads, (statement) =>
      statement.step() ? read(statement) : undefined,
    );
  }

  /**
   * Runs an INSERT, UPDATE or DELETE; outside a transaction it is one of its own.
   *
   * @param sql The same rows and values must come of it whenever it is run again: no time, chance or LIMIT.
   * @param change The row it writes, for the change feed.
   * @returns How many rows it changed.
   * @throws SweatShopError with the code that the SQLite error stands for; Internal for a text that cannot be run
   *   again; what {@link guardWrites} refuses with.
   */
  run(sql: string, params: readonly SqlValue[] = [], change?: RowChange): number {
    if (!this.inTransaction) return this.transaction(() => this.run(sql, params, change));
    if (this.#isBroken) throw new SweatShopError('Internal', 'SQLite has undone the transaction.');
    const refusal = this.#refusal();
    if (refusal) throw refusal;
    const values = params.map(toLoggedValue);
    const changes = this.#write(sql, values);
    // A statement that changed no row has nothing to run again.
    if (changes > 0) this.#logged.push({ sql, params: values, changes });
    if (change) this.#changes.push(change);
    return changes;
  }

  /**
   * Runs a script of several statements, as migrations are; the redo log does not hold it.
   *
   * @throws SweatShopError with the code that the SQLite error stands for; Internal when the database is at work.
   */
  exec(script: string): void {
    if (this.#isWorking) {
      throw new SweatShopError('Internal', 'A script cannot run once the database is at work.');
    }
    this.#meta = null;
    try {
      this.#handle.exec(script);
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
    const loggedCount = this.#logged.length;
    const changeCount = this.#changes.length;
    const afterCommitCount = this.#afterCommit.length;
    this.#control(isOutermost ? 'BEGIN' : `SAVEPOINT ${savepoint}`);
    this.#depth += 1;
    let result: T;
    let committed: NumberedTransaction | null = null;
    try {
      result = work();
      if (result instanceof Promise) {
        // Whatever it still does, it does alone; its failure must not end the process.
        result.catch(() => undefined);
        throw new SweatShopError('Internal', 'A transaction must be synchronous.');
      }
      if (isOutermost) committed = this.#stampCommit();
      this.#control(isOutermost ? 'COMMIT' : `RELEASE ${savepoint}`);
    } catch (error) {
      this.#depth -= 1;
      this.#logged.length = loggedCount;
      this.#changes.length = changeCount;
      this.#afterCommit.length = afterCommitCount;
      if (isOutermost) this.#undoAll();
      else this.#undo(savepoint);
      throw error;
    }
    this.#depth -= 1;
    if (isOutermost) this.#announceCommit(committed);
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
   * Listens to each outermost commit that wrote something, before anybody else hears of it.
   *
   * @param listener Must not throw: the commit is already done.
   * @returns A function that stops listening.
   */
  onCommit(listener: (transaction: NumberedTransaction) => void): () => void {
    this.#goToWork();
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  /** Asks before each write: what it gives is thrown, and nothing is written; null lets the write pass. */
  guardWrites(refusal: () => SweatShopError | null): void {
    this.#goToWork();
    this.#refusal = refusal;
  }

  /** Tells what a person goes by when choosing among several databases. */
  facts(): DatabaseFacts {
    return readFacts(this);
  }

  /** Gives the SQL of all tables, indexes, views and triggers, for comparing with that of another database. */
  schema(): string {
    return readSchema(this);
  }

  /**
   * Runs a logged transaction again, all of it or nothing; nobody is told.
   *
   * @throws SweatShopError DatabaseCorrupt, with `details` that name what was `expected` and `found`, when its number is
   *   not the next, its schema is another, a statement fails or changes another number of rows than it did then.
   */
  replay(transaction: NumberedTransaction): void {
    const { seq, schemaVersion, statements, nowMs } = transaction;
    this.#assertIdle('Replaying a transaction');
    const meta = this.#readMeta();
    if (seq !== meta.seq + 1) throw cannotReplay(seq, 'its number', meta.seq + 1, seq);
    if (schemaVersion !== meta.schemaVersion) {
      throw cannotReplay(seq, 'its schema', schemaVersion, meta.schemaVersion);
    }
    const changedAt = new Date(nowMs).toISOString();
    this.#control('BEGIN');
    try {
      for (const [index, { sql, params, changes }] of statements.entries()) {
        const found = this.#writeAgain(sql, params, seq, index);
        if (found !== changes) {
          throw cannotReplay(seq, 'the rows of a statement', changes, found, { statement: index });
        }
      }
      this.#stamp(seq, changedAt);
      this.#control('COMMIT');
    } catch (error) {
      this.#undoAll();
      if (error instanceof SweatShopError && error.code === 'DatabaseCorrupt') throw error;
      throw cannotReplay(seq, 'the transaction', 'a commit', messageOf(error), {}, error);
    }
    this.#meta = { ...meta, seq, changedAt };
  }

  /**
   * Takes the content of another database, which is of no use afterwards; those who listen for changed rows are told
   * that any may have changed.
   *
   * @throws SweatShopError Busy while a transaction is open; Internal for a database without an identity.
   */
  adopt(other: Database): void {
    this.#assertIdle('Taking over another database');
    other.#assertIdle('Being taken over');
    if (other.uuid === null) {
      throw new SweatShopError('Internal', 'A database without an identity cannot be taken over.');
    }
    const abandoned = new Set([...clientTables(this), ...clientTables(other)]);
    this.close();
    this.#handle = other.#handle;
    this.#statements = other.#statements;
    this.#meta = null;
    const changes: ChangeSet = new Map(Array.from(abandoned, (table) => [table, 'any']));
    for (const listener of this.#changeListeners) listener(changes);
  }

  /**
   * Makes the content a later state of another database, or of the same one, without a logged transaction.
   *
   * @param identity The UUID from now on, and the number of the last commit, not below the present one.
   * @throws SweatShopError Busy while a transaction is open; Internal for a number that is too low or a database that
   *   was not migrated.
   */
  rebase({ uuid, seq }: { readonly uuid: string; readonly seq: number }): void {
    this.#assertIdle('Giving the database another identity');
    if (seq < this.seq) {
      throw new SweatShopError('Internal', 'The number of a commit cannot be given out again.', {
        seq,
      });
    }
    // A single statement is a transaction of its own.
    this.#write(REBASE_SQL, [uuid, seq]);
    this.#meta = null;
  }

  /**
   * Gives the whole database as the bytes of a SQLite file.
   *
   * @throws SweatShopError Busy inside a transaction; Internal if foreign keys did not survive the export.
   */
  snapshot(): Uint8Array {
    this.#assertIdle('A snapshot');
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

  #execute<T>(
    sql: string,
    params: readonly SqlValue[],
    assertAllowed: (kind: StatementKind) => void,
    read: (statement: CompiledStatement) => T,
  ): T {
    let statement: CompiledStatement | undefined;
    try {
      const prepared = this.#statements.prepare(sql);
      assertAllowed(prepared.kind);
      statement = prepared.statement;
      statement.bind(params);
      return read(statement);
    } catch (error) {
      throw toSqlError(error, sql);
    } finally {
      statement?.reset();
    }
  }

  #write(sql: string, params: readonly SqlValue[]): number {
    return this.#execute(sql, params, assertRepeats, (statement) => {
      statement.step();
      return this.#handle.getRowsModified();
    });
  }

  #writeAgain(
    sql: string,
    params: LoggedStatement['params'],
    seq: number,
    statement: number,
  ): number {
    try {
      // A bigint is bound as it was then, though sql.js does not say in its types that it can.
      return this.#write(sql, params as readonly SqlValue[]);
    } catch (error) {
      throw cannotReplay(seq, 'a statement', 'success', messageOf(error), { statement }, error);
    }
  }

  #control(sql: string): void {
    this.#execute(sql, [], allowAll, (statement) => statement.step());
  }

  /** Without the savepoint, SQLite has ended the whole transaction by itself. */
  #undo(savepoint: string): void {
    try {
      this.#control(`ROLLBACK TO ${savepoint}`);
      this.#control(`RELEASE ${savepoint}`);
    } catch {
      this.#isBroken = true;
    }
  }

  /** SQLite ends the transaction by itself on some errors; then there is nothing left to undo. */
  #undoAll(): void {
    this.#isBroken = false;
    this.#meta = null;
    try {
      this.#control('ROLLBACK');
    } catch {
      return;
    }
  }

  /** Numbers the transaction that is about to be committed; null where there is nothing to run again. */
  #stampCommit(): NumberedTransaction | null {
    if (this.#isBroken) throw new SweatShopError('Internal', 'SQLite has undone the transaction.');
    if (!this.#isWorking || this.#logged.length === 0) return null;
    const { seq, schemaVersion } = this.#readMeta();
    const nowMs = this.#clock.nowMs();
    this.#stamp(seq + 1, timestampOf(this.#clock));
    return { seq: seq + 1, nowMs, schemaVersion, statements: this.#logged };
  }

  #stamp(seq: number, changedAt: string): void {
    if (this.#write(STAMP_SQL, [seq, changedAt]) === 1) return;
    throw new SweatShopError('DatabaseCorrupt', 'The database has lost the count of its commits.');
  }

  #announceCommit(committed: NumberedTransaction | null): void {
    const changes = this.#changes;
    const callbacks = this.#afterCommit;
    this.#logged = [];
    this.#changes = [];
    this.#afterCommit = [];
    if (!this.#isWorking) this.#meta = null;
    if (committed) {
      const changedAt = new Date(committed.nowMs).toISOString();
      this.#meta = { ...this.#readMeta(), seq: committed.seq, changedAt };
      for (const listener of this.#commitListeners) listener(committed);
    }
    if (changes.length > 0) {
      const set = toChangeSet(changes);
      for (const listener of this.#changeListeners) listener(set);
    }
    for (const callback of callbacks) callback();
  }

  #goToWork(): void {
    this.#assertIdle('Going to work');
    this.#isWorking = true;
  }

  #readMeta(): StoreMeta {
    return (this.#meta ??= readStoreMeta(this));
  }

  #assertIdle(what: string): void {
    if (!this.inTransaction) return;
    throw new SweatShopError('Busy', `${what} has to wait for the end of the transaction.`);
  }

  #setPragmas(): void {
    this.#control('PRAGMA foreign_keys = ON');
    if (this.get('PRAGMA foreign_keys')?.[0] !== 1) {
      throw new SweatShopError('Internal', 'SQLite does not enforce foreign keys.');
    }
  }
}

function rowOf(row: RowCursor): Row {
  return row.row();
}
