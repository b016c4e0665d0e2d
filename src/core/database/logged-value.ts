import type { SqlValue } from 'sql.js';

/**
 * Gives the value as SQLite gets it and the log keeps it: half a surrogate pair becomes U+FFFD, as in every UTF-8, and
 * bytes that the caller may still change are copied.
 */
export function toLoggedValue(value: SqlValue): SqlValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  return value instanceof Uint8Array ? value.slice() : value;
}
