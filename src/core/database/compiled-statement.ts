import type { SqlValue } from 'sql.js';
import type { Pointer, SqliteApi } from './sqlite-api.ts';

// Result codes and types of SQLite, see https://sqlite.org/rescode.html and https://sqlite.org/c3ref/c_blob.html.
const OK = 0;
const ROW = 100;
const DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const BLOB = 4;
const NULL = 0;
/** The memory stays as it is while the statement runs. */
const STATIC = 0;

/** Below it a loop is faster than the decoder, whose call alone takes as long. */
const SHORT_TEXT_BYTES = 32;
/** Values that come again in row after row are words, not sentences. */
const REMEMBERED_BYTES = 16;
const MAX_BIGINT_BYTES = 24;

const encoder = new TextEncoder();
/** A mark at the start of a text belongs to the text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The row at which a statement stands. */
export interface RowCursor {
  /** Gives the value of a column, counted from 0. */
  value(column: number): SqlValue;
  /** Gives the values of all columns. */
  row(): SqlValue[];
}

/** Memory for the values that a statement is bound to; one statement at a time uses it. */
export class BindingMemory {
  readonly #api: SqliteApi;
  #pointer: Pointer = 0;
  #capacity = 0;

  constructor(api: SqliteApi) {
    this.#api = api;
  }

  /** Gives room for so many bytes; what it gave before is free again. */
  reserve(bytes: number): Pointer {
    if (bytes > this.#capacity) {
      this.#api._free(this.#pointer);
      this.#capacity = Math.max(bytes, 2 * this.#capacity, 4_096);
      this.#pointer = this.#api._malloc(this.#capacity);
      if (this.#pointer === 0) {
        this.#capacity = 0;
        throw new Error('out of memory');
      }
    }
    return this.#pointer;
  }

  free(): void {
    this.#api._free(this.#pointer);
    this.#pointer = 0;
    this.#capacity = 0;
  }
}

/** The last short text of a column: most are a status, a kind or an empty list. */
type LastText = { length: number; readonly bytes: Uint8Array; text: string };

/** A compiled statement; errors carry SQLite's own message. */
export class CompiledStatement implements RowCursor {
  readonly #api: SqliteApi;
  readonly #handle: Pointer;
  readonly #statement: Pointer;
  readonly #bindings: BindingMemory;
  readonly #lastTexts: LastText[] = [];
  #boundCount = 0;

  /**
   * @param sql One statement.
   * @param bindings Memory that all statements of the database share.
   * @throws Error with SQLite's message for a text that it cannot compile, or that holds no statement.
   */
  constructor(api: SqliteApi, handle: Pointer, sql: string, bindings: BindingMemory) {
    this.#api = api;
    this.#handle = handle;
    this.#bindings = bindings;
    this.#statement = this.#prepare(sql);
  }

  /** Binds the values to the `?` in order; those without a value are NULL. */
  bind(values: readonly SqlValue[]): void {
    if (values.length < this.#boundCount) this.#api._sqlite3_clear_bindings(this.#statement);
    this.#boundCount = values.length;
    let bytes = 0;
    for (const value of values) bytes += maxBytesOf(value);
    let pointer = bytes === 0 ? 0 : this.#bindings.reserve(bytes);
    for (let index = 0; index < values.length; index += 1) {
      pointer = this.#bindOne(index + 1, values[index] as SqlValue, pointer);
    }
  }

  /** @returns Whether it stands at a row. */
  step(): boolean {
    const code = this.#api._sqlite3_step(this.#statement);
    if (code === ROW) return true;
    if (code === DONE) return false;
    throw this.#error();
  }

  row(): SqlValue[] {
    const count = this.#api._sqlite3_data_count(this.#statement);
    const row = new Array<SqlValue>(count);
    for (let column = 0; column < count; column += 1) row[column] = this.value(column);
    return row;
  }

  value(column: number): SqlValue {
    switch (this.#api._sqlite3_column_type(this.#statement, column)) {
      case TEXT:
        return this.#text(column);
      case INTEGER:
      case FLOAT:
        return this.#api._sqlite3_column_double(this.#statement, column);
      case BLOB:
        return this.#blob(column);
      default:
        return null;
    }
  }

  /** Ends the run, so that the statement can be bound and run anew. */
  reset(): void {
    this.#api._sqlite3_reset(this.#statement);
  }

  free(): void {
    this.#api._sqlite3_finalize(this.#statement);
  }

  #prepare(sql: string): Pointer {
    const bytes = encoder.encode(sql);
    const text = this.#bindings.reserve(bytes.length + 8);
    const result = text + ((bytes.length + 3) & ~3);
    this.#api.memory.bytes.set(bytes, text);
    const code = this.#api._sqlite3_prepare_v2(this.#handle, text, bytes.length, result, 0);
    if (code !== OK) throw this.#error();
    const { buffer } = this.#api.memory.bytes;
    const pointer = new DataView(buffer).getUint32(result, true);
    if (pointer === 0) throw new Error('Nothing to prepare');
    return pointer;
  }

  #bindOne(index: number, value: SqlValue, pointer: Pointer): Pointer {
    let code: number;
    let end = pointer;
    if (typeof value === 'string') {
      end += encoder.encodeInto(value, this.#api.memory.bytes.subarray(pointer)).written;
      code = this.#api._sqlite3_bind_text(this.#statement, index, pointer, end - pointer, STATIC);
    } else if (typeof value === 'number') {
      code =
        (value | 0) === value
          ? this.#api._sqlite3_bind_int(this.#statement, index, value)
          : this.#api._sqlite3_bind_double(this.#statement, index, value);
    } else if (value === null) {
      code = this.#api._sqlite3_bind_blob(this.#statement, index, NULL, 0, STATIC);
    } else if (value instanceof Uint8Array) {
      this.#api.memory.bytes.set(value, pointer);
      end += value.length;
      code = this.#api._sqlite3_bind_blob(this.#statement, index, pointer, value.length, STATIC);
    } else {
      // SQLite makes a number of it where the column wants one; its own function for 64 bits is not handed on.
      return this.#bindOne(index, String(value), pointer);
    }
    if (code !== OK) throw this.#error();
    return end;
  }

  #text(column: number): string {
    // The text first: it may have to be made, and the length is that of the text then.
    const start = this.#api._sqlite3_column_text(this.#statement, column);
    const length = this.#api._sqlite3_column_bytes(this.#statement, column);
    const { bytes } = this.#api.memory;
    if (length > REMEMBERED_BYTES) return decode(bytes, start, length);
    const last = (this.#lastTexts[column] ??= {
      length: 0,
      bytes: new Uint8Array(REMEMBERED_BYTES),
      text: '',
    });
    if (last.length === length && startsWith(bytes, start, last.bytes, length)) return last.text;
    last.length = length;
    for (let index = 0; index < length; index += 1) last.bytes[index] = bytes[start + index] ?? 0;
    last.text = decode(bytes, start, length);
    return last.text;
  }

  #blob(column: number): Uint8Array {
    const start = this.#api._sqlite3_column_blob(this.#statement, column);
    const length = this.#api._sqlite3_column_bytes(this.#statement, column);
    return this.#api.memory.bytes.slice(start, start + length);
  }

  #error(): Error {
    return new Error(this.#api.UTF8ToString(this.#api._sqlite3_errmsg(this.#handle)));
  }
}

/** Gives the most bytes that a value takes as UTF-8. */
function maxBytesOf(value: SqlValue): number {
  // A text or blob without bytes needs a place all the same: none would stand for NULL.
  if (typeof value === 'string') return 3 * value.length + 1;
  if (value instanceof Uint8Array) return value.length + 1;
  return typeof value === 'bigint' ? MAX_BIGINT_BYTES : 0;
}

function startsWith(
  bytes: Uint8Array,
  start: number,
  beginning: Uint8Array,
  length: number,
): boolean {
  let index = 0;
  while (index < length && bytes[start + index] === beginning[index]) index += 1;
  return index === length;
}

function decode(bytes: Uint8Array, start: number, length: number): string {
  const end = start + length;
  if (length > SHORT_TEXT_BYTES) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  let seen = 0;
  let index = start;
  for (; index + 8 <= end; index += 8) {
    const a = bytes[index] as number;
    const b = bytes[index + 1] as number;
    const c = bytes[index + 2] as number;
    const d = bytes[index + 3] as number;
    const e = bytes[index + 4] as number;
    const f = bytes[index + 5] as number;
    const g = bytes[index + 6] as number;
    const h = bytes[index + 7] as number;
    seen |= a | b | c | d | e | f | g | h;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; index < end; index += 1) {
    const byte = bytes[index] as number;
    seen |= byte;
    text += String.fromCharCode(byte);
  }
  return seen < 0x80 ? text : decoder.decode(bytes.subarray(start, end));
}
