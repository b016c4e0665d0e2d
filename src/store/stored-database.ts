import type { DatabaseFacts } from '../shared/entities/backup.ts';
import type { SweatShopError } from '../shared/errors.ts';
import type { NumberedTransaction } from '../shared/logged-transaction.ts';

/** The database in memory, as the store sees it. */
export interface StoredDatabase {
  /** The UUID that ties images and redo log together; null in an image from before there was one. */
  readonly uuid: string | null;
  /** The number of the last commit; the image holds it too. */
  readonly seq: number;
  /** The number of the last migration, such as 15 for `0015_ticket_position.sql`. */
  readonly schemaVersion: number;

  facts(): DatabaseFacts;

  /** Describes tables, columns, indexes and triggers; two of the same structure are equal. */
  schema(): string;

  /**
   * Gives the whole image; two of the same state are equal byte by byte.
   *
   * @throws Busy while a transaction is open.
   */
  snapshot(): Uint8Array;

  /**
   * Runs a logged transaction again, all of it or nothing.
   *
   * @throws DatabaseCorrupt when its number is not the next, its schema is another, a statement fails or changes
   *   another number of rows than it did then.
   */
  replay(transaction: NumberedTransaction): void;

  /**
   * Takes the content of another database of the same engine, which is of no use afterwards; everybody who listens for
   * changed rows is told that any may have changed.
   *
   * @throws Busy while a transaction is open.
   */
  adopt(other: StoredDatabase): void;

  /**
   * Makes the content a later state of another database, or of the same one, without a logged transaction: numbers that
   * were ever given out are not given out again.
   *
   * @param identity The UUID it has from now on, and the number of its last commit, not below its own.
   * @throws Busy while a transaction is open.
   */
  rebase(identity: { readonly uuid: string; readonly seq: number }): void;

  /** Asks before each write: what it gives is thrown, and nothing is written; null lets the write pass. */
  guardWrites(refusal: () => SweatShopError | null): void;

  /**
   * Listens to each outermost commit that wrote something, before anybody else hears of it.
   *
   * @returns A function that stops listening.
   */
  onCommit(listener: (transaction: NumberedTransaction) => void): () => void;

  close(): void;
}

/** Makes databases of images; SQLite, for all that the store knows. */
export interface DatabaseEngine<Opened extends StoredDatabase = StoredDatabase> {
  /**
   * Opens an image and checks that it is sound.
   *
   * @param image Null for a new and empty database.
   * @param options.willGrow Whether it is the one that people work with, and not only looked at.
   * @throws DatabaseCorrupt when it is damaged; Conflict when it is the database of another program; DatabaseTooNew when
   *   a newer SweatShop made it.
   */
  open(image: Uint8Array | null, options?: { readonly willGrow?: boolean }): Opened;
}
