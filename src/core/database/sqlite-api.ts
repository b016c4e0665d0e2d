import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { SweatShopError } from '../../shared/errors.ts';

/** A place in the memory of SQLite. */
export type Pointer = number;

/**
 * The functions of SQLite's own interface that sql.js hands on, see https://sqlite.org/c3ref/intro.html.
 *
 * A statement of sql.js makes several closures and copies for each value; what runs for every row talks to SQLite itself.
 */
type Functions = {
  readonly _malloc: (bytes: number) => Pointer;
  readonly _free: (pointer: Pointer) => void;
  readonly _sqlite3_prepare_v2: (
    handle: Pointer,
    sql: Pointer,
    bytes: number,
    statement: Pointer,
    tail: Pointer,
  ) => number;
  readonly _sqlite3_step: (statement: Pointer) => number;
  readonly _sqlite3_reset: (statement: Pointer) => number;
  readonly _sqlite3_finalize: (statement: Pointer) => number;
  readonly _sqlite3_clear_bindings: (statement: Pointer) => number;
  readonly _sqlite3_bind_text: (
    statement: Pointer,
    index: number,
    text: Pointer,
    bytes: number,
    destructor: 0,
  ) => number;
  readonly _sqlite3_bind_blob: (
    statement: Pointer,
    index: number,
    blob: Pointer,
    bytes: number,
    destructor: 0,
  ) => number;
  readonly _sqlite3_bind_int: (statement: Pointer, index: number, value: number) => number;
  readonly _sqlite3_bind_double: (statement: Pointer, index: number, value: number) => number;
  readonly _sqlite3_data_count: (statement: Pointer) => number;
  readonly _sqlite3_column_type: (statement: Pointer, column: number) => number;
  readonly _sqlite3_column_text: (statement: Pointer, column: number) => Pointer;
  readonly _sqlite3_column_blob: (statement: Pointer, column: number) => Pointer;
  readonly _sqlite3_column_bytes: (statement: Pointer, column: number) => number;
  readonly _sqlite3_column_double: (statement: Pointer, column: number) => number;
  readonly _sqlite3_errmsg: (handle: Pointer) => Pointer;
  readonly UTF8ToString: (pointer: Pointer) => string;
};

/** SQLite as sql.js gives it: its classes, its functions, its memory. */
export type SqliteApi = Functions & {
  readonly Database: SqlJsStatic['Database'];
  readonly memory: SqliteMemory;
};

/** A view of the memory that stays good when the memory grows. */
export class SqliteMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** All bytes, to be used before SQLite is called again. */
  get bytes(): Uint8Array {
    // When the memory grows, the buffer of the old view is taken away and has no bytes.
    if (this.#bytes.byteLength === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}

/**
 * Starts SQLite.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 */
export async function loadSqlite(wasm: Uint8Array): Promise<SqliteApi> {
  const module = await WebAssembly.compile(wasm.slice());
  let memory: WebAssembly.Memory | undefined;
  const sqlite = (await initSqlJs({
    instantiateWasm: (imports, onDone) => {
      const instance = new WebAssembly.Instance(module, imports);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      onDone(instance);
      return instance.exports;
    },
  })) as SqlJsStatic & Functions & { memory?: SqliteMemory };
  // sql.js starts once in a process: a second call gets the same object, and what was noted there.
  if (memory) sqlite.memory = new SqliteMemory(memory);
  if (!sqlite.memory) throw new SweatShopError('Internal', 'sql.js was started by somebody else.');
  return { ...pick(sqlite), Database: sqlite.Database, memory: sqlite.memory };
}

/** The object of sql.js has so many members that looking one up takes as long as calling it. */
function pick(sqlite: Functions): Functions {
  return {
    _malloc: sqlite._malloc,
    _free: sqlite._free,
    _sqlite3_prepare_v2: sqlite._sqlite3_prepare_v2,
    _sqlite3_step: sqlite._sqlite3_step,
    _sqlite3_reset: sqlite._sqlite3_reset,
    _sqlite3_finalize: sqlite._sqlite3_finalize,
    _sqlite3_clear_bindings: sqlite._sqlite3_clear_bindings,
    _sqlite3_bind_text: sqlite._sqlite3_bind_text,
    _sqlite3_bind_blob: sqlite._sqlite3_bind_blob,
    _sqlite3_bind_int: sqlite._sqlite3_bind_int,
    _sqlite3_bind_double: sqlite._sqlite3_bind_double,
    _sqlite3_data_count: sqlite._sqlite3_data_count,
    _sqlite3_column_type: sqlite._sqlite3_column_type,
    _sqlite3_column_text: sqlite._sqlite3_column_text,
    _sqlite3_column_blob: sqlite._sqlite3_column_blob,
    _sqlite3_column_bytes: sqlite._sqlite3_column_bytes,
    _sqlite3_column_double: sqlite._sqlite3_column_double,
    _sqlite3_errmsg: sqlite._sqlite3_errmsg,
    UTF8ToString: sqlite.UTF8ToString,
  };
}

/** The number by which SQLite knows an open database. */
export function handleOf(database: InstanceType<SqlJsStatic['Database']>): Pointer {
  return (database as unknown as { readonly db: Pointer }).db;
}
