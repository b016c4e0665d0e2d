import type { SqliteApi } from '../../src/core/database/sqlite-api.ts';
import type { FileSystem } from '../../src/store/file-system.ts';

const ROW = 100;

/** How much was done, in numbers that are the same on every machine. */
export type Work = {
  /** Texts of SQL that SQLite compiled. */
  prepared: number;
  /** Statements that were run. */
  statements: number;
  /** Rows that SQLite gave. */
  rows: number;
  /** Values that were taken out of those rows. */
  values: number;
  /** Bytes written to the redo log, the room reserved in it included. */
  logBytes: number;
  /** Bytes written to any other file. */
  fileBytes: number;
  /** How often the disk was asked to keep what was written. */
  syncs: number;
  /** Events sent to pages and programs. */
  pushes: number;
};

const NONE: Work = {
  ...{ prepared: 0, statements: 0, rows: 0, values: 0 },
  ...{ logBytes: 0, fileBytes: 0, syncs: 0, pushes: 0 },
};

/** Counts what the parts do that it is put into. */
export class WorkCounter {
  #work: Work = { ...NONE };

  /** Gives what was done since it was last asked. */
  take(): Work {
    const work = this.#work;
    this.#work = { ...NONE };
    return work;
  }

  notePush(): void {
    this.#work.pushes += 1;
  }

  /** Gives SQLite as it is, but counted. */
  countingApi(api: SqliteApi): SqliteApi {
    return {
      ...api,
      _sqlite3_prepare_v2: (...args) => {
        this.#work.prepared += 1;
        return api._sqlite3_prepare_v2(...args);
      },
      _sqlite3_step: (statement) => {
        const code = api._sqlite3_step(statement);
        if (code === ROW) this.#work.rows += 1;
        return code;
      },
      _sqlite3_reset: (statement) => {
        this.#work.statements += 1;
        return api._sqlite3_reset(statement);
      },
      _sqlite3_column_type: (statement, column) => {
        this.#work.values += 1;
        return api._sqlite3_column_type(statement, column);
      },
    };
  }

  /** Gives a disk as it is, but counted. */
  countingDisk(disk: FileSystem): FileSystem {
    const paths = new Map<number, string>();
    const noteWrite = (descriptor: number, bytes: number) => {
      const isLog = paths.get(descriptor)?.includes('journal') === true;
      this.#work[isLog ? 'logBytes' : 'fileBytes'] += bytes;
      return bytes;
    };
    const noteSync = () => {
      this.#work.syncs += 1;
    };
    return {
      ...disk,
      open: (path, mode) => {
        const descriptor = disk.open(path, mode);
        paths.set(descriptor, path);
        return descriptor;
      },
      write: async (descriptor, ...args) =>
        noteWrite(descriptor, await disk.write(descriptor, ...args)),
      writeSync: (descriptor, ...args) =>
        noteWrite(descriptor, disk.writeSync(descriptor, ...args)),
      copyFile: async (from, to) => {
        this.#work.fileBytes += Number(disk.stat(from)?.size ?? 0n);
        await disk.copyFile(from, to);
      },
      fsync: async (descriptor) => {
        noteSync();
        await disk.fsync(descriptor);
      },
      fsyncSync: (descriptor) => {
        noteSync();
        disk.fsyncSync(descriptor);
      },
      fdatasync: async (descriptor) => {
        noteSync();
        await disk.fdatasync(descriptor);
      },
      fdatasyncSync: (descriptor) => {
        noteSync();
        disk.fdatasyncSync(descriptor);
      },
    };
  }
}
