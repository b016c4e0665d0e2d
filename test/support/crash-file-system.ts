import path from 'node:path';
import type { FileStat, FileSystem, OpenMode } from '../../src/store/file-system.ts';

const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: 'write'; readonly bytes: Buffer; readonly position: number }
  | { readonly kind: 'truncate'; readonly length: number };

type EntryChange = ReadonlyMap<string, Inode | null>;

type FileNode = {
  readonly kind: 'file';
  readonly ino: bigint;
  content: Buffer;
  durable: Buffer;
  pending: Change[];
};

type FolderNode = {
  readonly kind: 'directory';
  readonly ino: bigint;
  entries: Map<string, Inode>;
  durable: Map<string, Inode>;
  pending: EntryChange[];
};

type Inode = FileNode | FolderNode;

/**
 * A file system in memory that knows what a power cut may leave of it.
 *
 * Bytes are durable after a sync of their file, names after a sync of their folder. Of everything else any part may
 * survive: each write whole, not at all, cut at any byte, or with any of its sectors missing; each name with or without.
 */
export class CrashFileSystem implements FileSystem {
  #nextIno = 1n;
  #nextDescriptor = 3;
  #root = this.#makeFolder();
  readonly #open = new Map<number, { node: Inode; mode: OpenMode }>();

  /** Gives a file system in a state that a power cut now may leave; the same seed gives the same state. */
  crash(seed: number): CrashFileSystem {
    const survivor = new CrashFileSystem();
    survivor.#nextIno = this.#nextIno;
    const random = randomFrom(seed);
    const known = new Map<Inode, Inode>();
    const copy = (node: Inode): Inode => {
      const earlier = known.get(node);
      if (earlier) return earlier;
      if (node.kind === 'file') {
        const content = survivingContent(node, random);
        const file: FileNode = { ...node, content, durable: Buffer.from(content), pending: [] };
        known.set(node, file);
        return file;
      }
      const names = new Map(node.durable);
      for (const change of node.pending) {
        if (random() < 0.5) applyEntries(names, change);
      }
      const entries = new Map([...names].map(([name, child]) => [name, copy(child)] as const));
      const folder: FolderNode = { ...node, entries, durable: new Map(entries), pending: [] };
      known.set(node, folder);
      return folder;
    };
    survivor.#root = copy(this.#root) as FolderNode;
    return survivor;
  }

  /** The content of a file, for a test that damages it; durable at once. */
  readFile(file: string): Buffer {
    return Buffer.from(this.#fileAt(file).content);
  }

  /** Puts a file, durable at once. */
  putFile(file: string, content: Uint8Array): void {
    const node = this.#makeFile(Buffer.from(content));
    const folder = this.#folderAt(path.dirname(file));
    folder.entries.set(path.basename(file), node);
    folder.durable.set(path.basename(file), node);
  }

  open(file: string, mode: OpenMode): number {
    let node = this.#find(file);
    if (mode === 'create') {
      if (node) throw systemError('EEXIST', 'open', file);
      node = this.#makeFile(Buffer.alloc(0));
      this.#change(path.dirname(file), new Map([[path.basename(file), node]]));
    }
    if (!node) throw systemError('ENOENT', 'open', file);
    const descriptor = this.#nextDescriptor++;
    this.#open.set(descriptor, { node, mode });
    return descriptor;
  }

  close(descriptor: number): void {
    if (!this.#open.delete(descriptor)) throw systemError('EBADF', 'close', String(descriptor));
  }

  read(descriptor: number, into: Uint8Array, position: number): number {
    return this.#file(descriptor).content.copy(into, 0, position);
  }

  async write(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
    await nextTurn();
    return this.writeSync(descriptor, bytes, position);
  }

  writeSync(descriptor: number, bytes: Uint8Array, position: number): number {
    this.#changeFile(descriptor, { kind: 'write', bytes: Buffer.from(bytes), position });
    return bytes.length;
  }

  truncate(descriptor: number, length: number): void {
    this.#changeFile(descriptor, { kind: 'truncate', length });
  }

  async fsync(descriptor: number): Promise<void> {
    const { node } = this.#opened(descriptor);
    const count = node.pending.length;
    await nextTurn();
    // What was changed while the sync ran is not part of it.
    makeDurable(node, count);
  }

  fsyncSync(descriptor: number): void {
    const { node } = this.#opened(descriptor);
    makeDurable(node, node.pending.length);
  }

  fdatasync(descriptor: number): Promise<void> {
    return this.fsync(descriptor);
  }

  fdatasyncSync(descriptor: number): void {
    this.fsyncSync(descriptor);
  }

  stat(file: string): FileStat | undefined {
    const node = this.#find(file);
    if (!node) return undefined;
    const size = node.kind === 'file' ? BigInt(node.content.length) : 0n;
    const mode = node.kind === 'file' ? 0o600 : 0o700;
    return { kind: node.kind, uid: 0, mode, dev: 1n, ino: node.ino, size, mtimeNs: 0n };
  }

  lstat(file: string): FileStat | undefined {
    return this.stat(file);
  }

  realpath(file: string): string {
    return path.resolve(file);
  }

  rename(from: string, to: string): void {
    const node = this.#find(from);
    if (!node) throw systemError('ENOENT', 'rename', from);
    if (path.dirname(from) !== path.dirname(to)) throw systemError('EXDEV', 'rename', from);
    const change = new Map([
      [path.basename(from), null],
      [path.basename(to), node],
    ]);
    this.#change(path.dirname(from), change);
  }

  link(existing: string, file: string): void {
    if (this.#find(file)) throw systemError('EEXIST', 'link', file);
    const node = this.#fileAt(existing);
    this.#change(path.dirname(file), new Map([[path.basename(file), node]]));
  }

  unlink(file: string): void {
    if (!this.#find(file)) throw systemError('ENOENT', 'unlink', file);
    this.#change(path.dirname(file), new Map([[path.basename(file), null]]));
  }

  async copyFile(from: string, to: string): Promise<void> {
    const { content } = this.#fileAt(from);
    await nextTurn();
    const descriptor = this.open(to, 'create');
    this.writeSync(descriptor, content, 0);
    this.close(descriptor);
  }

  mkdir(folder: string): void {
    if (this.#find(folder)) return;
    this.mkdir(path.dirname(folder));
    this.#change(path.dirname(folder), new Map([[path.basename(folder), this.#makeFolder()]]));
  }

  readdir(folder: string): string[] {
    return [...this.#folderAt(folder).entries.keys()];
  }

  chmod(): void {
    return;
  }

  #makeFile(content: Buffer): FileNode {
    const durable = Buffer.from(content);
    return { kind: 'file', ino: this.#nextIno++, content, durable, pending: [] };
  }

  #makeFolder(): FolderNode {
    const ino = this.#nextIno++;
    return { kind: 'directory', ino, entries: new Map(), durable: new Map(), pending: [] };
  }

  #find(file: string): Inode | undefined {
    let node: Inode | undefined = this.#root;
    for (const name of path.resolve(file).split(path.sep).filter(Boolean)) {
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined;
    }
    return node;
  }

  #folderAt(folder: string): FolderNode {
    const node = this.#find(folder);
    if (node?.kind !== 'directory') throw systemError('ENOENT', 'open', folder);
    return node;
  }

  #fileAt(file: string): FileNode {
    const node = this.#find(file);
    if (node?.kind !== 'file') throw systemError('ENOENT', 'open', file);
    return node;
  }

  #opened(descriptor: number): { node: Inode; mode: OpenMode } {
    const opened = this.#open.get(descriptor);
    if (!opened) throw systemError('EBADF', 'fsync', String(descriptor));
    return opened;
  }

  #file(descriptor: number): FileNode {
    const { node } = this.#opened(descriptor);
    if (node.kind !== 'file') throw systemError('EISDIR', 'read', String(descriptor));
    return node;
  }

  #changeFile(descriptor: number, change: Change): void {
    if (this.#opened(descriptor).mode === 'read') {
      throw systemError('EBADF', 'write', String(descriptor));
    }
    const node = this.#file(descriptor);
    node.pending.push(change);
    node.content = applyChange(node.content, change);
  }

  #change(folder: string, change: EntryChange): void {
    const node = this.#folderAt(folder);
    node.pending.push(change);
    applyEntries(node.entries, change);
  }
}

function makeDurable(node: Inode, count: number): void {
  if (node.kind === 'file') {
    for (const change of node.pending.splice(0, count)) {
      node.durable = applyChange(node.durable, change);
    }
  } else {
    for (const change of node.pending.splice(0, count)) applyEntries(node.durable, change);
  }
}

function applyEntries(entries: Map<string, Inode>, change: EntryChange): void {
  for (const [name, node] of change) {
    if (node) entries.set(name, node);
    else entries.delete(name);
  }
}

function applyChange(content: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') return resized(content, change.length);
  const end = change.position + change.bytes.length;
  const target = end > content.length ? resized(content, end) : content;
  change.bytes.copy(target, change.position);
  return target;
}

function survivingContent({ durable, pending }: FileNode, random: () => number): Buffer {
  let content: Buffer = Buffer.from(durable);
  for (const change of pending) {
    const fate = random();
    if (fate < 0.25) continue;
    if (fate < 0.5 || change.kind === 'truncate') content = applyChange(content, change);
    else if (fate < 0.75) content = applyChange(content, cutAnywhere(change, random));
    else for (const part of someSectors(change, random)) content = applyChange(content, part);
  }
  return content;
}

type Write = Extract<Change, { kind: 'write' }>;

function cutAnywhere({ bytes, position }: Write, random: () => number): Write {
  const length = Math.floor(random() * (bytes.length + 1));
  return { kind: 'write', bytes: bytes.subarray(0, length), position };
}

function someSectors({ bytes, position }: Write, random: () => number): Write[] {
  const parts: Write[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = SECTOR_BYTES - ((position + at) % SECTOR_BYTES);
    const part = bytes.subarray(at, at + length);
    if (random() < 0.5) parts.push({ kind: 'write', bytes: part, position: position + at });
    at += length;
  }
  return parts;
}

function resized(content: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  content.copy(result, 0, 0, Math.min(length, content.length));
  return result;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function systemError(code: string, syscall: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${syscall} '${file}'`), { code, syscall, path: file });
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
