import { SweatShopError } from '../../shared/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { assertOwn } from './application-id.ts';
import { Database } from './database.ts';
import { emptyImage, withRoom } from './file-room.ts';
import { registerFunctions } from './functions.ts';
import { problemOfImage, toOpenableImage } from './image-header.ts';
import { ImageReader } from './image-reader.ts';
import { findDamage } from './integrity.ts';
import { toSqlError } from './sql-error.ts';
import { loadSqlite, type SqliteApi } from './sqlite-api.ts';

/** SQLite, ready to open databases in memory. */
export class Engine {
  readonly #sqlite: SqliteApi;
  readonly #clock: Clock;
  readonly #newestSchemaVersion: number;
  #sqliteVersion: string | undefined;

  constructor(sqlite: SqliteApi, clock: Clock, newestSchemaVersion: number) {
    this.#sqlite = sqlite;
    this.#clock = clock;
    this.#newestSchemaVersion = newestSchemaVersion;
  }

  /** The version of SQLite, such as `3.54.1`. */
  get sqliteVersion(): string {
    return (this.#sqliteVersion ??= this.#rehearse());
  }

  /** Opens and checks an empty database, so that what SQLite's code costs when it first runs is over when it matters. */
  rehearse(): void {
    this.#sqliteVersion = this.#rehearse();
  }

  #rehearse(): string {
    const database = this.open(null);
    try {
      findDamage(database);
      return String(database.get('SELECT sqlite_version()')?.[0]);
    } finally {
      database.close();
    }
  }

  /**
   * Opens an image and checks that it is sound.
   *
   * @param image The bytes of a database file, or null for a new and empty database; they are copied.
   * @param options.willGrow Whether it is the one that people work with, and not only looked at.
   * @throws SweatShopError DatabaseCorrupt when the bytes are no whole database; Conflict
   *   when it is the database of another program; DatabaseTooNew when a newer SweatShop made it.
   */
  open(
    image: Uint8Array | null,
    { willGrow = false }: { readonly willGrow?: boolean } = {},
  ): Database {
    const problem = image && problemOfImage(image);
    if (problem) throw new SweatShopError('DatabaseCorrupt', problem);
    let database: Database | undefined;
    try {
      const content = image && toOpenableImage(image);
      const handle = new this.#sqlite.Database(
        willGrow ? withRoom(content ?? emptyImage(this.#sqlite)) : content,
      );
      registerFunctions(handle);
      database = new Database(this.#sqlite, handle, this.#clock);
      if (image) {
        assertOwn(database);
        assertSound(database);
        assertKnown(database, this.#newestSchemaVersion);
      }
      return database;
    } catch (error) {
      database?.close();
      throw toSqlError(error);
    }
  }

  /**
   * Opens a copy of an image for reading, whatever version and program made it; it is not checked.
   *
   * @throws SweatShopError DatabaseCorrupt when the bytes are no whole database.
   */
  read(image: Uint8Array): ImageReader {
    const problem = problemOfImage(image);
    if (problem) throw new SweatShopError('DatabaseCorrupt', problem);
    try {
      return new ImageReader(new this.#sqlite.Database(toOpenableImage(image)));
    } catch (error) {
      throw toSqlError(error);
    }
  }
}

/**
 * Starts SQLite.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 * @param clock Gives commits their time.
 * @param newestSchemaVersion The number of the last migration that is known here, see `newestSchemaVersion` of
 *   migrations.ts: a thread that only looks at images must not need the migrations themselves.
 */
export async function createEngine(
  wasm: Uint8Array,
  clock: Clock,
  newestSchemaVersion: number,
): Promise<Engine> {
  return new Engine(await loadSqlite(wasm), clock, newestSchemaVersion);
}

function assertSound(database: Database): void {
  const problems = findDamage(database);
  if (problems.length === 0) return;
  throw new SweatShopError(
    'DatabaseCorrupt',
    `SQLite finds the database damaged: ${problems.join('; ')}`,
    { problems },
  );
}

function assertKnown({ schemaVersion }: Database, newestSchemaVersion: number): void {
  if (schemaVersion <= newestSchemaVersion) return;
  throw new SweatShopError(
    'DatabaseTooNew',
    `A newer SweatShop made this database (it has the migration ${String(schemaVersion)}; the last one known here is ${String(newestSchemaVersion)}). Update SweatShop.`,
    { schemaVersion, newestSchemaVersion },
  );
}
