/**
 * A value bound to a statement; it comes back with the same type and the same bits.
 *
 * So does NaN, which SQLite binds as NULL, then as now. A bigint is a signed integer of 64 bits.
 */
export type LoggedValue = null | number | bigint | string | Uint8Array;

/** A statement that changed something, as it was run. */
export type LoggedStatement = {
  readonly sql: string;
  readonly params: readonly LoggedValue[];
  /** How many rows it changed; a replay that changes another number has gone wrong. */
  readonly changes: number;
};

/** Everything that running a transaction again needs. */
export type LoggedTransaction = {
  /** The time of the commit, in milliseconds since 1970; no statement reads it. */
  readonly nowMs: number;
  /** The number of the last migration at that time. */
  readonly schemaVersion: number;
  readonly statements: readonly LoggedStatement[];
};

/** A transaction with its number; the numbers of one database rise by one. */
export type NumberedTransaction = LoggedTransaction & { readonly seq: number };
