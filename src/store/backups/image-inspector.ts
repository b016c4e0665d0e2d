import type { DatabaseFacts } from '../../shared/entities/backup.ts';

/** What a sound image is. */
export type Inspection = {
  readonly facts: DatabaseFacts;
  /** The number of its last migration. */
  readonly schemaVersion: number;
  /** Of the whole file. */
  readonly sha256: Uint8Array;
};

/** Reads an image as a restore would: whole, opened, checked. */
export interface ImageInspector {
  /**
   * Looks at one image after the other, however many callers ask.
   *
   * @param file The absolute path of a file, which stays as it is.
   * @throws DatabaseCorrupt when it is not whole or not sound; Conflict when it is another program's; DatabaseTooNew;
   *   ReadOnly or Unavailable when it cannot be read.
   */
  inspect(file: string): Promise<Inspection>;

  /** Rejects what waits, with Unavailable. */
  close(): Promise<void>;
}
