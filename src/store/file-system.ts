/** What a path leads to; `size` in bytes, `mtimeNs` in nanoseconds since 1970. */
export type FileStat = {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** The permission bits, set-id and sticky bits included. */
  readonly mode: number;
  /** Whose it is; 0 on Windows. */
  readonly uid: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
};

/**
 * How a file is opened: `read` and `update` want an existing file, `create` a name that is free, `lock` takes an
 * exclusive lock that ends with the process (macOS and BSD only).
 */
export type OpenMode = 'read' | 'update' | 'create' | 'lock';

/**
 * Everything the store asks of a disk, one system call a method, so that a test can fail, shorten or crash each of them.
 *
 * A failure is thrown as Node throws it: an Error with a `code` such as ENOSPC. The operations that may take long
 * are asynchronous; some of them have a twin that is not.
 */
export interface FileSystem {
  /** Opens a file or, to read, a folder; a new file gets the mode 0600. Gives a descriptor. */
  open(path: string, mode: OpenMode): number;
  close(descriptor: number): void;
  /** Fills `into` from a position; gives the number of bytes read, 0 at the end of the file. */
  read(descriptor: number, into: Uint8Array, position: number): number;
  /** Writes at a position; gives the number of bytes written, which may be fewer than asked. */
  write(descriptor: number, bytes: Uint8Array, position: number): Promise<number>;
  /** As `write`, at once; for a few bytes, where the way to another thread costs more than the write. */
  writeSync(descriptor: number, bytes: Uint8Array, position: number): number;
  /** Cuts a file to a length in bytes. */
  truncate(descriptor: number, length: number): void;
  /** Resolves when the disk holds what was written. */
  fsync(descriptor: number): Promise<void>;
  fsyncSync(descriptor: number): void;
  /** As `fsync`, but leaves out what reading the bytes back does not need, such as the time of the write. */
  fdatasync(descriptor: number): Promise<void>;
  fdatasyncSync(descriptor: number): void;
  /** Follows symlinks; undefined where nothing is. */
  stat(path: string): FileStat | undefined;
  /** Looks at a symlink itself; undefined where nothing is. */
  lstat(path: string): FileStat | undefined;
  realpath(path: string): string;
  rename(from: string, to: string): void;
  /** Gives a file a second name that is free. */
  link(existing: string, path: string): void;
  unlink(path: string): void;
  /** Copies to a name that is free; the copy shares no byte that a later write to either would change in the other. */
  copyFile(from: string, to: string): Promise<void>;
  /** Makes a folder, and the folders above it, with the mode 0700; nothing happens where it exists. */
  mkdir(path: string): void;
  readdir(path: string): string[];
  chmod(path: string, mode: number): void;
}
