import type { ParsedSource } from '../../core/importers/import-row.ts';

/** A file or folder that somebody wants to import, looked at but not read. */
export type SourceCandidate = {
  /** The absolute path. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** The size of a file; 0 for a folder. */
  readonly bytes: number;
  /** The first 4,096 bytes of a file; empty for a folder. */
  readonly head: Uint8Array;
};

/** What a command may say beside the path. */
export type ReadOptions = {
  /** Told how many of how many parts are read. */
  readonly onProgress: (done: number, total: number) => void;
  /** For tickets of a table: the ticket's field for each column, such as `{ Summary: 'title' }`. */
  readonly mapping: Readonly<Record<string, string>>;
  /** The system that tickets of a table come from, such as `deathmark`; null where nobody said. */
  readonly system: string | null;
  /** The bytes of sql-wasm.wasm. */
  readonly readWasm: () => Promise<Uint8Array>;
};

/** Reads what one system wrote; it never changes anything there. */
export type SourceReader = {
  /** The name on the command line, such as `backlog-md`. */
  readonly name: string;
  /** What it reads, in a few words. */
  readonly summary: string;
  /** Whether somebody may have to say which column is what, and which system the table comes from. */
  readonly isTable?: boolean;
  /** Tells by its content whether a source is of this system. */
  recognises(candidate: SourceCandidate): Promise<boolean>;
  /**
   * Reads all rows.
   *
   * @throws SweatShopError InvalidInput with file and place where the source as a whole cannot be read.
   */
  read(candidate: SourceCandidate, options: ReadOptions): Promise<ParsedSource>;
  /**
   * Sets the source aside after everything in it was imported, where somebody asks for it by `--adopt`.
   *
   * @returns The new paths of what was set aside.
   */
  adopt?(candidate: SourceCandidate): Promise<readonly string[]>;
};
