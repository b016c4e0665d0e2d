import fs from 'node:fs';
import { promisify } from 'node:util';
import type { FileStat, FileSystem, OpenMode } from './file-system.ts';

const writeAsync = promisify(fs.write);
const fsyncAsync = promisify(fs.fsync);
const fdatasyncAsync = promisify(fs.fdatasync);
const copyFileAsync = promisify(fs.copyFile);

/** Node does not name this flag; the value is the same on macOS and every BSD. */
const O_EXLOCK = 0x20;

const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  read: fs.constants.O_RDONLY,
  update: fs.constants.O_RDWR,
  create: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL,
  lock: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NONBLOCK | O_EXLOCK,
};

/** The disk of this machine. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) => fs.openSync(path, OPEN_FLAGS[mode], 0o600),
  close: (descriptor) => {
    fs.closeSync(descriptor);
  },
  read: (descriptor, into, position) => fs.readSync(descriptor, into, 0, into.length, position),
  write: async (descriptor, bytes, position) => {
    const { bytesWritten } = await writeAsync(descriptor, bytes, 0, bytes.length, position);
    return bytesWritten;
  },
  writeSync: (descriptor, bytes, position) =>
    fs.writeSync(descriptor, bytes, 0, bytes.length, position),
  truncate: (descriptor, length) => {
    fs.ftruncateSync(descriptor, length);
  },
  fsync: fsyncAsync,
  fsyncSync: (descriptor) => {
    fs.fsyncSync(descriptor);
  },
  fdatasync: fdatasyncAsync,
  fdatasyncSync: (descriptor) => {
    fs.fdatasyncSync(descriptor);
  },
  stat: (path) => toFileStat(fs.statSync(path, { bigint: true, throwIfNoEntry: false })),
  lstat: (path) => toFileStat(fs.lstatSync(path, { bigint: true, throwIfNoEntry: false })),
  // The native form gives the one spelling the disk has, also where case does not count.
  realpath: (path) => fs.realpathSync.native(path),
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  link: (existing, path) => {
    fs.linkSync(existing, path);
  },
  unlink: (path) => {
    fs.unlinkSync(path);
  },
  copyFile: (from, to) =>
    copyFileAsync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE),
  mkdir: (path) => {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  },
  readdir: (path) => fs.readdirSync(path),
  chmod: (path, mode) => {
    fs.chmodSync(path, mode);
  },
};

function toFileStat(stats: fs.BigIntStats | undefined): FileStat | undefined {
  if (!stats) return undefined;
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    dev: stats.dev,
    ino: stats.ino,
    size: stats.size,
    mtimeNs: stats.mtimeNs,
  };
}

function kindOf(stats: fs.BigIntStats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
