import type {
  Backup,
  CheckReport,
  ConflictSide,
  DbStatus,
  RecoveryReport,
} from '../../shared/types.ts';

/** What the core asks of whatever keeps the database on disk. */
export interface Storage {
  status(): DbStatus;

  /**
   * Waits until no crash can lose what has been committed so far.
   *
   * @throws SweatShopError StorageFull, ReadOnly, Conflict or Unavailable. What was committed stays in memory and is
   *   kept as soon as the disk takes it.
   */
  whenDurable(): Promise<void>;

  /**
   * Saves all commits so far into the file.
   *
   * @returns The status afterwards.
   * @throws SweatShopError StorageFull, ReadOnly, Conflict or Unavailable; nothing in memory is lost.
   */
  flush(): Promise<DbStatus>;

  /** Reads every file of the home and tells which are sound. */
  check(): Promise<CheckReport>;

  /** Lists the backups, newest first. */
  backups(): Promise<readonly Backup[]>;

  /**
   * Makes a backup of the present state, commits that are not yet saved included.
   *
   * @throws StorageFull, ReadOnly, Unavailable.
   */
  backup(): Promise<Backup>;

  /**
   * Puts a backup in the place of the present state, which is kept as a backup first.
   *
   * @param name As {@link backups} lists it.
   * @throws NotFound; DatabaseCorrupt for a backup that is not sound; StorageFull, ReadOnly, Unavailable.
   */
  restore(name: string): Promise<DbStatus>;

  /**
   * Puts an empty database in the place of the present state, which is kept as a backup first. No change that was ever
   * made is made again on it.
   *
   * @throws StorageFull, ReadOnly, Unavailable, Busy; nothing has changed then.
   */
  reset(): Promise<DbStatus>;

  /**
   * Decides whose version stays after another program changed the file; the other one is kept as a backup.
   *
   * @throws Conflict when there is nothing to decide; StorageFull, ReadOnly, Unavailable.
   */
  resolveConflict(side: ConflictSide): Promise<DbStatus>;

  /** Tells what damage waits for a person; null when the database is open. */
  recovery(): RecoveryReport | null;

  /**
   * Goes on with one of the options of the recovery report.
   *
   * @throws NotFound for an option that the report does not have; Conflict when nothing waits for a decision;
   *   StorageFull, ReadOnly, Unavailable.
   */
  recover(optionId: string): Promise<DbStatus>;

  /** @returns A function that stops listening. */
  onStatusChanged(listener: (status: DbStatus) => void): () => void;
}
