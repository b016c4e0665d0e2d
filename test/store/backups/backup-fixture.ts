import { createHash } from 'node:crypto';
import path from 'node:path';
import { createEngine, type Engine } from '../../../src/core/database/engine.ts';
import { Backups } from '../../../src/store/backups/backups.ts';
import type { ImageInspector, Inspection } from '../../../src/store/backups/image-inspector.ts';
import { inspectImage } from '../../../src/store/backups/inspect-image.ts';
import { readFileNow } from '../../../src/store/backups/read-file.ts';
import type { StoreClock } from '../../../src/store/clock.ts';
import type { FileSystem } from '../../../src/store/file-system.ts';
import { readSqlWasm } from '../../support/sql-wasm.ts';

export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2026, 5, 1, 12);

/** The schema that the images of these tests say they have. */
export const SCHEMA_VERSION = 17;

export const engine: Engine = await createEngine(
  readSqlWasm(),
  { nowMs: () => START_MS },
  SCHEMA_VERSION + 2,
);

/** A real database with some tickets, small enough for thousands of rounds. */
export function makeImage(
  tickets: number,
  seq = tickets,
  schemaVersion = SCHEMA_VERSION,
): Uint8Array {
  const database = engine.open(null);
  database.exec(`
    CREATE TABLE tickets (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
    CREATE TABLE schema_migrations (name TEXT PRIMARY KEY);
    INSERT INTO schema_migrations VALUES ('00${String(schemaVersion)}_last.sql');
    CREATE TABLE _sw_meta (id INTEGER PRIMARY KEY, db_uuid TEXT, last_seq INTEGER, changed_at TEXT);
    INSERT INTO _sw_meta VALUES
      (1, '0b0c7a52-9f2c-4a55-8d0b-0d3a3f0f8a11', ${String(seq)}, '2026-06-01T10:00:00.000Z');
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
    INSERT INTO tickets SELECT n, 'Ticket ' || n FROM numbers LIMIT ${String(tickets)};
  `);
  const image = database.snapshot();
  database.close();
  return image;
}

/** What SQLite said of images before: the loops over all faults show it the same few thousands of times. */
const sound = new Map<string, Inspection>();

/** The inspection that the application runs in a worker, on any file system, and counted. */
export class DirectInspector implements ImageInspector {
  readonly files: string[] = [];
  readonly #fileSystem: FileSystem;

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  async inspect(file: string): ReturnType<ImageInspector['inspect']> {
    this.files.push(path.basename(file));
    await new Promise((resolve) => setImmediate(resolve));
    const image = readFileNow(this.#fileSystem, file);
    const sha256 = createHash('sha256').update(image).digest('hex');
    const known = sound.get(sha256);
    if (known) return known;
    const inspection = inspectImage(this.#fileSystem, engine, file);
    sound.set(sha256, inspection);
    return inspection;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A clock that stands still until it is set; what it is asked to call later it calls at once. */
export class SettableClock implements StoreClock {
  ms = START_MS;

  nowMs(): number {
    return this.ms;
  }

  callLater(_: number, callback: () => void): () => void {
    const immediate = setImmediate(callback);
    return () => {
      clearImmediate(immediate);
    };
  }
}

export function openBackups(
  fileSystem: FileSystem,
  home: string,
  clock: StoreClock = new SettableClock(),
): { backups: Backups; inspector: DirectInspector } {
  const inspector = new DirectInspector(fileSystem);
  return { backups: new Backups({ fileSystem, clock, home, inspector }), inspector };
}
