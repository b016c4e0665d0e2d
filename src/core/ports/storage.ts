import type { DbStatus } from '../../shared/types.ts';

/** What the core asks of whatever keeps the database on disk. */
export interface Storage {
  status(): DbStatus;

  /**
   * Saves all commits so far.
   *
   * @returns The status afterwards.
   * @throws SweatShopError StorageFull, ReadOnly, Conflict or Unavailable; nothing in memory is lost.
   */
  flush(): Promise<DbStatus>;

  /** @returns A function that stops listening. */
  onStatusChanged(listener: (status: DbStatus) => void): () => void;
}
