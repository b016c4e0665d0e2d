import type { FileSystem } from '../../src/store/file-system.ts';

/** One operation on the disk, counted from 1 since the file system was made or {@link FaultyFileSystem.reset}. */
export type DiskOperation = {
  readonly index: number;
  readonly name: keyof FileSystem;
  /** The path; of an operation on a descriptor, the path it was opened with. */
  readonly path: string;
};

/**
 * What happens to an operation: nothing; a system error, before the disk is asked or after it has done the work; a read
 * or write that moves fewer bytes than asked and says so.
 */
export type Fault =
  null | { readonly errno: string; readonly isDone?: boolean } | { readonly atMostBytes: number };

/** A file system over another one in which any single operation can be made to go wrong. */
export class FaultyFileSystem implements FileSystem {
  /** Decides about each operation before it takes place. */
  fault: (operation: DiskOperation) => Fault = () => null;
  readonly operations: DiskOperation[] = [];
  readonly #disk: FileSystem;
  readonly #paths = new Map<number, string>();

  constructor(disk: FileSystem) {
    this.#disk = disk;
  }

  /** Forgets the operations so far and starts to count anew. */
  reset(): void {
    this.operations.length = 0;
  }

  open(...args: Parameters<FileSystem['open']>): number {
    return this.#perform('open', args[0], () => {
      const descriptor = this.#disk.open(...args);
      this.#paths.set(descriptor, args[0]);
      return descriptor;
    });
  }

  /** A close that fails has closed the descriptor all the same, as on Linux. */
  close(descriptor: number): void {
    const path = this.#pathOf(descriptor);
    this.#paths.delete(descriptor);
    this.#disk.close(descriptor);
    this.#perform('close', path, () => undefined);
  }

  read(descriptor: number, into: Uint8Array, position: number): number {
    return this.#perform('read', this.#pathOf(descriptor), (atMostBytes) =>
      this.#disk.read(descriptor, into.subarray(0, atMostBytes), position),
    );
  }

  write(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
    return this.#performLater('write', this.#pathOf(descriptor), (atMostBytes) =>
      this.#disk.write(descriptor, bytes.subarray(0, atMostBytes), position),
    );
  }

  writeSync(descriptor: number, bytes: Uint8Array, position: number): number {
    return this.#perform('writeSync', this.#pathOf(descriptor), (atMostBytes) =>
      this.#disk.writeSync(descriptor, bytes.subarray(0, atMostBytes), position),
    );
  }

  truncate(descriptor: number, length: number): void {
    this.#perform('truncate', this.#pathOf(descriptor), () => {
      this.#disk.truncate(descriptor, length);
    });
  }

  fsync(descriptor: number): Promise<void> {
    return this.#performLater('fsync', this.#pathOf(descriptor), () =>
      this.#disk.fsync(descriptor),
    );
  }

  fsyncSync(descriptor: number): void {
    this.#perform('fsyncSync', this.#pathOf(descriptor), () => {
      this.#disk.fsyncSync(descriptor);
    });
  }

  fdatasync(descriptor: number): Promise<void> {
    return this.#performLater('fdatasync', this.#pathOf(descriptor), () =>
      this.#disk.fdatasync(descriptor),
    );
  }

  fdatasyncSync(descriptor: number): void {
    this.#perform('fdatasyncSync', this.#pathOf(descriptor), () => {
      this.#disk.fdatasyncSync(descriptor);
    });
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#perform('stat', path, () => this.#disk.stat(path));
  }

  lstat(path: string): ReturnType<FileSystem['lstat']> {
    return this.#perform('lstat', path, () => this.#disk.lstat(path));
  }

  realpath(path: string): string {
    return this.#perform('realpath', path, () => this.#disk.realpath(path));
  }

  rename(from: string, to: string): void {
    this.#perform('rename', to, () => {
      this.#disk.rename(from, to);
    });
  }

  link(existing: string, path: string): void {
    this.#perform('link', path, () => {
      this.#disk.link(existing, path);
    });
  }

  unlink(path: string): void {
    this.#perform('unlink', path, () => {
      this.#disk.unlink(path);
    });
  }

  copyFile(from: string, to: string): Promise<void> {
    return this.#performLater('copyFile', to, () => this.#disk.copyFile(from, to));
  }

  mkdir(path: string): void {
    this.#perform('mkdir', path, () => {
      this.#disk.mkdir(path);
    });
  }

  readdir(path: string): string[] {
    return this.#perform('readdir', path, () => this.#disk.readdir(path));
  }

  chmod(path: string, mode: number): void {
    this.#perform('chmod', path, () => {
      this.#disk.chmod(path, mode);
    });
  }

  #perform<T>(name: keyof FileSystem, path: string, action: (atMostBytes?: number) => T): T {
    const { before, atMostBytes, after } = this.#next(name, path);
    if (before) throw before;
    const result = action(atMostBytes);
    if (after) throw after;
    return result;
  }

  async #performLater<T>(
    name: keyof FileSystem,
    path: string,
    action: (atMostBytes?: number) => Promise<T>,
  ): Promise<T> {
    const { before, atMostBytes, after } = this.#next(name, path);
    if (before) throw before;
    const result = await action(atMostBytes);
    if (after) throw after;
    return result;
  }

  #next(
    name: keyof FileSystem,
    path: string,
  ): { before?: Error; atMostBytes?: number; after?: Error } {
    const operation = { index: this.operations.length + 1, name, path };
    this.operations.push(operation);
    const fault = this.fault(operation);
    if (fault === null || 'atMostBytes' in fault) return fault ?? {};
    const error = Object.assign(new Error(`${fault.errno}: made to fail, ${name} '${path}'`), {
      code: fault.errno,
      syscall: name,
      path,
    });
    return fault.isDone ? { after: error } : { before: error };
  }

  #pathOf(descriptor: number): string {
    return this.#paths.get(descriptor) ?? `descriptor ${String(descriptor)}`;
  }
}
