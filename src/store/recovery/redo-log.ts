import { SweatShopError } from '../../shared/errors.ts';
import type { FileSystem } from '../file-system.ts';
import { readJournal, type JournalReading } from '../journal/journal-reader.ts';
import { scanJournal, type JournalClaims } from '../journal/segment-scan.ts';
import { listSegmentsByDatabase, surveySegments } from '../journal/segment-survey.ts';
import type { StoredDatabase } from '../stored-database.ts';

/** What came of running a log again on a database. */
export type Replay = {
  readonly reading: JournalReading;
  /** How many transactions were run. */
  readonly applied: number;
  /** Why one of them did not fit; those behind it were not run. */
  readonly failure: SweatShopError | null;
};

/** The redo log of a home, as the opening of the home reads it; nothing in it changes. */
export class RedoLog {
  readonly folder: string;
  readonly #fileSystem: FileSystem;
  readonly #claims = new Map<string, JournalClaims>();
  #byDatabase: ReadonlyMap<string | null, readonly string[]> | null = null;

  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.folder = folder;
  }

  /** The segments of each database by its UUID; under null those that are illegible. */
  get segments(): ReadonlyMap<string | null, readonly string[]> {
    return (this.#byDatabase ??= listSegmentsByDatabase(this.#fileSystem, this.folder));
  }

  /** What the records of a database's log say each for itself. */
  claimsOf(databaseUuid: string): JournalClaims {
    let claims = this.#claims.get(databaseUuid);
    if (!claims) {
      claims = scanJournal(this.#fileSystem, this.folder, databaseUuid);
      this.#claims.set(databaseUuid, claims);
    }
    return claims;
  }

  /**
   * Names the databases whose log holds something that may have been answered, or the proof that it did: not those of
   * which a crash cut the very first save off.
   */
  databasesAtWork(): (string | null)[] {
    return [...this.segments.keys()].filter((uuid) => {
      if (uuid === null) return true;
      const { highestSeq, wasPublished } = this.claimsOf(uuid);
      return highestSeq > 0 || wasPublished;
    });
  }

  /**
   * Runs the log of a database again on it, as far as it goes.
   *
   * @param isAlone Only reads the log, and leaves the database as it is.
   * @throws DatabaseTooNew when a later version wrote a part of the log; ReadOnly or Unavailable when the disk cannot
   *   be read, tried twice.
   */
  replay(database: StoredDatabase, databaseUuid: string, isAlone: boolean): Replay {
    let applied = 0;
    let failure: SweatShopError | null = null;
    const read = (): JournalReading =>
      readJournal({
        fileSystem: this.#fileSystem,
        folder: this.folder,
        databaseUuid,
        afterSeq: database.seq,
        onTransaction: (transaction) => {
          if (failure || isAlone) return;
          try {
            database.replay(transaction);
            applied++;
          } catch (error) {
            if (!(error instanceof SweatShopError) || error.code !== 'DatabaseCorrupt') throw error;
            failure = error;
          }
        },
      });
    const reading = twice(read);
    return { reading, applied, failure };
  }

  /**
   * Reads the log of a database from its own first change on, without an image that it goes on from.
   *
   * @throws As {@link replay}.
   */
  readAlone(databaseUuid: string): { readonly firstSeq: number; readonly reading: JournalReading } {
    const { segments } = surveySegments(this.#fileSystem, this.folder, databaseUuid);
    const firstSeq = segments.find(({ header }) => header !== null)?.header?.firstSeq ?? 1;
    const reading = twice(() =>
      readJournal({
        ...{ fileSystem: this.#fileSystem, folder: this.folder, databaseUuid },
        afterSeq: firstSeq - 1,
        onTransaction: () => undefined,
      }),
    );
    return { firstSeq, reading };
  }

  /** Whether some log names an image of this size that is to be published; cheaper than reading the image. */
  namesImageOf(sizeBytes: bigint): boolean {
    return [...this.segments.keys()].some(
      (uuid) =>
        uuid !== null && this.claimsOf(uuid).intents.some(({ size }) => BigInt(size) === sizeBytes),
    );
  }

  /** The highest number that any segment has; 0 when there is none. */
  get highestNumber(): number {
    return surveySegments(this.#fileSystem, this.folder, '').highestNumber;
  }
}

/** A disk that fails once is asked again: what has been run before is behind the number that the second reading asks for. */
function twice<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SweatShopError) || error.code !== 'Unavailable') throw error;
    return read();
  }
}
