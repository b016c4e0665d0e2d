import type { SqlValue } from 'sql.js';
import type { DatabaseFacts } from '../../shared/entities/backup.ts';

/** The part of a database that answers questions. */
type Queryable = {
  all(sql: string, params?: readonly SqlValue[]): SqlValue[][];
  get(sql: string, params?: readonly SqlValue[]): SqlValue[] | undefined;
};

/** What a database says of its own history. */
export type StoreMeta = {
  /** Null in a database that has no identity yet, or lost it. */
  readonly uuid: string | null;
  /** The number of its last commit. */
  readonly seq: number;
  readonly changedAt: string | null;
  /** The number of its last migration, 0 for none. */
  readonly schemaVersion: number;
};

/** Writes the number and the time of a commit into the image. */
export const STAMP_SQL = 'UPDATE _sw_meta SET last_seq = ?, changed_at = ? WHERE id = 1';

/** Writes another identity into the image. */
export const REBASE_SQL =
  'INSERT INTO _sw_meta (id, db_uuid, last_seq) VALUES (1, ?, ?) ' +
  'ON CONFLICT (id) DO UPDATE SET db_uuid = excluded.db_uuid, last_seq = excluded.last_seq';

/** Tables that keep the books of the database itself; no client is told of their rows. */
const OWN_TABLES: readonly string[] = ['_sw_meta', 'schema_migrations'];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads it from the image; a foreign hand may have been at it, so nothing is taken on trust. */
export function readStoreMeta(database: Queryable): StoreMeta {
  const schemaVersion = readSchemaVersion(database);
  if (!hasColumns(database, '_sw_meta', ['id', 'db_uuid', 'last_seq', 'changed_at'])) {
    return { uuid: null, seq: 0, changedAt: null, schemaVersion };
  }
  const row = database.get('SELECT db_uuid, last_seq, changed_at FROM _sw_meta WHERE id = 1');
  const [uuid, seq, changedAt] = row ?? [];
  const isOwn = typeof uuid === 'string' && UUID.test(uuid) && isCount(seq);
  if (!isOwn) return { uuid: null, seq: 0, changedAt: null, schemaVersion };
  return { uuid, seq, changedAt: toTimestamp(changedAt), schemaVersion };
}

/** Reads what a person goes by when choosing among several databases. */
export function readFacts(database: Queryable): DatabaseFacts {
  const { seq, changedAt } = readStoreMeta(database);
  const hasTickets = tableNames(database).includes('tickets');
  const tickets = hasTickets ? Number(database.get('SELECT count(*) FROM tickets')?.[0]) : 0;
  return { seq, tickets, changedAt };
}

/** Reads the SQL of all tables, indexes, views and triggers; it differs where the structure does. */
export function readSchema(database: Queryable): string {
  const parts = database.all(
    "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
  );
  return parts.map(([sql]) => String(sql)).join(';\n');
}

/** Names the tables whose rows clients see. */
export function clientTables(database: Queryable): string[] {
  return tableNames(database).filter((name) => !OWN_TABLES.includes(name));
}

function tableNames(database: Queryable): string[] {
  return database
    .all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .map(([name]) => String(name));
}

function readSchemaVersion(database: Queryable): number {
  if (!hasColumns(database, 'schema_migrations', ['name'])) return 0;
  const newest = database.get('SELECT max(name) FROM schema_migrations')?.[0];
  return Number(/^\d{4}/.exec(String(newest))?.[0] ?? 0);
}

function hasColumns(database: Queryable, table: string, columns: readonly string[]): boolean {
  const present = database.all('SELECT name FROM pragma_table_info(?)', [table]).flat();
  return columns.every((column) => present.includes(column));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function toTimestamp(value: unknown): string | null {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return null;
  return new Date(value).toISOString();
}
