import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** Another SQLite, as its users work with it: rows are plain objects. */
export interface PeerDatabase {
  exec(sql: string): void;
  prepare(sql: string): PeerStatement;
  close(): void;
}

/** The values of `?` come in order. */
export interface PeerStatement {
  get(...values: SQLInputValue[]): unknown;
  all(...values: SQLInputValue[]): unknown[];
  run(...values: SQLInputValue[]): unknown;
}

export type Peer = {
  readonly name: string;
  readonly version: string;
  /** Whether it can write to tables that have a full-text index. */
  readonly hasFullText: boolean;
  readonly open: (file: string) => PeerDatabase;
};

/** A statement of node-sqlite3-wasm, which wants its values in an array. */
type WasmStatement = { [M in keyof PeerStatement]: (values: SQLInputValue[]) => unknown };

type WasmDatabase = Omit<PeerDatabase, 'prepare'> & { prepare(sql: string): WasmStatement };

/** What Node has built in, which a user would otherwise take. */
export const nodeSqlite: Peer = {
  name: 'node:sqlite',
  version: process.version,
  hasFullText: true,
  open: (file) => new DatabaseSync(file),
};

/** Opens a file as a peer does that is to compare with us: WAL, foreign keys enforced. */
export function openPeer(
  peer: Peer,
  file: string,
  synchronous: 'FULL' | 'NORMAL' = 'FULL',
): PeerDatabase {
  const database = peer.open(file);
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`,
  );
  return database;
}

/** Gives those of the other drivers that somebody has installed, and says of the rest that they are not there. */
export async function findOtherPeers(): Promise<{
  readonly peers: readonly Peer[];
  readonly states: Readonly<Record<string, string>>;
}> {
  const found = await Promise.all([
    tryPeer('better-sqlite3', (module) => {
      const Database = (module as { default: new (file: string) => PeerDatabase }).default;
      return (file) => new Database(file);
    }),
    tryPeer('node-sqlite3-wasm', (module) => {
      const { Database } = (module as { default: { Database: new (file: string) => WasmDatabase } })
        .default;
      return (file) => withSeparateValues(new Database(file));
    }),
  ]);
  return {
    peers: found.flatMap(({ peer }) => (peer ? [peer] : [])),
    states: Object.fromEntries(found.map(({ name, peer }) => [name, peer?.version ?? 'absent'])),
  };
}

async function tryPeer(
  name: string,
  toOpen: (module: unknown) => Peer['open'],
): Promise<{ readonly name: string; readonly peer: Peer | null }> {
  try {
    const open = toOpen(await import(/* @vite-ignore */ name));
    const database = open(':memory:');
    const row = database
      .prepare(
        "SELECT sqlite_version() AS version, sqlite_compileoption_used('ENABLE_FTS4') AS fts4",
      )
      .get() as { version: unknown; fts4: unknown };
    database.close();
    const version = `SQLite ${String(row.version)}`;
    return { name, peer: { name, version, hasFullText: Number(row.fts4) === 1, open } };
  } catch {
    return { name, peer: null };
  }
}

function withSeparateValues(database: WasmDatabase): PeerDatabase {
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    close: () => {
      database.close();
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        get: (...values) => statement.get(values),
        all: (...values) => statement.all(values) as unknown[],
        run: (...values) => statement.run(values),
      };
    },
  };
}
