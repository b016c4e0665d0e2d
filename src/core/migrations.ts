import { SweatShopError } from '../shared/errors.ts';
import { APPLICATION_ID, assertOwn } from './database/application-id.ts';
import type { Database } from './database/database.ts';
import { timestampOf, type Clock } from './ports/clock.ts';

/** The migration that makes the table for the identity of a database. */
const STORE_META = '0017_store_meta.sql';

const NAME_PATTERN = /^\d{4}_[a-z0-9_]+\.sql$/;

/** One file of /migrations: its name, such as `0010_core.sql`, and its text. */
export type Migration = { readonly name: string; readonly sql: string };

type AppliedMigration = { readonly name: string; readonly checksum: string };

/** The migrations that are built into this SweatShop, in order. */
export const builtInMigrations: readonly Migration[] = Object.entries(
  import.meta.glob<string>('/migrations/*.sql', { query: '?raw', import: 'default', eager: true }),
)
  .map(([path, sql]) => ({ name: path.slice(path.lastIndexOf('/') + 1), sql }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The number of the last of them, such as 15 for `0015_ticket_position.sql`. */
export const newestSchemaVersion = Number(builtInMigrations.at(-1)?.name.slice(0, 4) ?? 0);

/**
 * Brings a database up to date, one transaction for each migration.
 *
 * @param migrations What this SweatShop knows, in order.
 * @param beforeFirst Called once before the first change, if there is any, with the name of the last migration that is
 *   to be applied: the place to keep a copy. What it throws leaves the database as it is.
 * @returns The names of the migrations that were applied now.
 * @throws SweatShopError DatabaseTooNew when a newer SweatShop made the database; Conflict when an applied
 *   migration was edited, is missing or would run out of order, or when the database is not SweatShop's.
 *   The file on disk is untouched in each case.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  clock: Clock,
  beforeFirst: (target: string) => void | Promise<void>,
): Promise<readonly string[]> {
  assertOrdered(migrations);
  const known = await Promise.all(migrations.map(withChecksum));
  const applied = readApplied(database);
  assertSamePast(applied, known);
  const pending = known.slice(applied.length);
  const target = pending.at(-1);
  if (!target) return [];

  await beforeFirst(target.name);
  for (const migration of pending) apply(database, migration, clock);
  return pending.map(({ name }) => name);
}

function assertOrdered(migrations: readonly Migration[]): void {
  let previous = '';
  for (const { name } of migrations) {
    if (!NAME_PATTERN.test(name) || name.slice(0, 4) <= previous.slice(0, 4)) {
      throw new SweatShopError(
        'Internal',
        `The migration ${name} must be named like 0010_core.sql and have a higher number than ${previous}.`,
      );
    }
    previous = name;
  }
}

async function withChecksum(migration: Migration) {
  return { ...migration, checksum: await checksumOf(migration.sql) };
}

/** A checkout on Windows may change line endings, which does not change the migration. */
async function checksumOf(sql: string): Promise<string> {
  const bytes = new TextEncoder().encode(sql.replaceAll('\r\n', '\n'));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function readApplied(database: Database): readonly AppliedMigration[] {
  const tables = database
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .map(([name]) => String(name));
  assertOwn(database);
  if (tables.length === 0) return [];
  if (!tables.includes('schema_migrations')) {
    throw new SweatShopError(
      'Conflict',
      `The database holds tables that this SweatShop did not make (${tables.slice(0, 5).join(', ')}). ` +
        'Move the file to another place and start again.',
      { tables },
    );
  }
  return database
    .all('SELECT name, checksum FROM schema_migrations ORDER BY name')
    .map(([name, checksum]) => ({ name: String(name), checksum: String(checksum) }));
}

function assertSamePast(
  applied: readonly AppliedMigration[],
  known: readonly AppliedMigration[],
): void {
  const newest = known.at(-1)?.name ?? '';
  for (const [index, { name, checksum }] of applied.entries()) {
    const expected = known[index];
    if (expected?.name === name && expected.checksum === checksum) continue;
    if (expected?.name === name) {
      throw new SweatShopError(
        'Conflict',
        `The migration ${name} was edited after it was applied: it had the checksum ${checksum}, ` +
          `now it has ${expected.checksum}. Use the SweatShop that made this database.`,
        { migration: name, applied: checksum, expected: expected.checksum },
      );
    }
    if (name > newest) {
      throw new SweatShopError(
        'DatabaseTooNew',
        `A newer SweatShop made this database (it has the migration ${name}; the last one known here is ${newest}). Update SweatShop.`,
        { migration: name, newest },
      );
    }
    throw known.some((migration) => migration.name === name)
      ? new SweatShopError(
          'Conflict',
          `The migration ${expected?.name ?? ''} would have to run before ${name}, which is already applied.`,
          { migration: expected?.name },
        )
      : new SweatShopError(
          'Conflict',
          `The migration ${name} was applied to this database, but this SweatShop does not have it.`,
          { migration: name },
        );
  }
}

function apply(
  database: Database,
  { name, sql, checksum }: Migration & AppliedMigration,
  clock: Clock,
): void {
  // Rebuilding a table that others refer to is possible only while foreign keys are not enforced.
  database.exec('PRAGMA foreign_keys = OFF');
  try {
    database.transaction(() => {
      database.exec(
        'CREATE TABLE IF NOT EXISTS schema_migrations (' +
          'name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)',
      );
      database.exec(`PRAGMA application_id = ${String(APPLICATION_ID)}`);
      database.exec(sql);
      if (name === STORE_META) identify(database);
      const violation = database.get('PRAGMA foreign_key_check');
      if (violation) {
        throw new SweatShopError(
          'Conflict',
          `The migration ${name} leaves a row of ${String(violation[0])} that refers to a missing row of ${String(violation[2])}.`,
          { migration: name },
        );
      }
      database.run('INSERT INTO schema_migrations VALUES (?, ?, ?)', [
        name,
        checksum,
        timestampOf(clock),
      ]);
    });
  } catch (error) {
    throw error instanceof SweatShopError
      ? new SweatShopError(error.code, `${name}: ${error.message}`, error.details, error)
      : error;
  } finally {
    database.exec('PRAGMA foreign_keys = ON');
  }
}

/** Gives a database its identity: once, with the table for it; one that lost it later must not get another. */
function identify(database: Database): void {
  database.run('INSERT INTO _sw_meta (id, db_uuid) VALUES (1, ?)', [crypto.randomUUID()]);
}
