import type { StoreClock } from '../clock.ts';
import type { FileStat, FileSystem } from '../file-system.ts';
import type { DatabaseEngine, StoredDatabase } from '../stored-database.ts';

export type RecoveryOptions<D extends StoredDatabase> = {
  readonly fileSystem: FileSystem;
  readonly clock: StoreClock;
  /** The real path of the home; its lock is held. */
  readonly home: string;
  /** The real path of sweatshop.db, all links followed. */
  readonly file: string;
  readonly engine: DatabaseEngine<D>;
  /** The option that a person chose from the report of RecoveryNeeded; null for a plain start. */
  readonly decision: string | null;
};

/** A database that lacks nothing that was answered, or the one that a person decided for. */
export type Recovered<D extends StoredDatabase> = {
  readonly database: D;
  /** What lies at the database's path now; null when nothing does. */
  readonly base: {
    /** The number of the last commit in it; 0 when it cannot be used. */
    readonly seq: number;
    readonly sha256: Uint8Array;
    readonly stat: FileStat;
    /** The number of the segment that holds its intent; null when no intent names it, or it cannot be used. */
    readonly intentSegment: number | null;
  } | null;
  /** Where the redo log goes on. */
  readonly journalAfter: {
    readonly lastSeq: number;
    readonly lastCrc: number;
    readonly highestNumber: number;
  };
  /**
   * Whether file and log as they lie there would not give this state again: it is to be published, as a state that the
   * log does not lead to, before any write is answered.
   */
  readonly mustPublish: boolean;
  /** Whether the log gave what the file alone lacks. */
  readonly isReplayed: boolean;
  /** Whether the file as it lies there is to be kept as a backup of the kind `foreign` before another takes its place. */
  readonly mustKeepFile: boolean;
  /** What was found and mended, in sentences with paths. */
  readonly notices: readonly string[];
};
