import path from 'node:path';
import type { Database } from '../../../src/core/database/database.ts';
import type { RecoveryReport } from '../../../src/shared/entities/recovery.ts';
import type { NumberedTransaction } from '../../../src/shared/logged-transaction.ts';
import type { FileSystem } from '../../../src/store/file-system.ts';
import { openJournal, type Journal } from '../../../src/store/journal/journal.ts';
import { publishFile, syncDirectoryNow } from '../../../src/store/publish.ts';
import {
  recoverDatabase,
  RecoveryNeeded,
  type Recovered,
} from '../../../src/store/recovery/recover-database.ts';
import { CrashFileSystem } from '../../support/crash-file-system.ts';
import { HastyClock } from '../../support/manual-clock.ts';
import { noteEngine, notesOf, openNotes, type Notes } from '../../support/note-engine.ts';

export const HOME = '/home';
export const FILE = path.join(HOME, 'sweatshop.db');
export const JOURNAL = path.join(HOME, 'journal');
export const BACKUPS = path.join(HOME, 'backups');
export const PREVIOUS = path.join(BACKUPS, 'previous.db');
export const QUARANTINE = path.join(HOME, 'quarantine');

/** A home as the application leaves it when it is killed: written with the real log and the real publication. */
export class WrittenHome {
  readonly disk: CrashFileSystem;
  readonly notes: Notes;
  readonly journal: Journal;
  readonly #pending: NumberedTransaction[] = [];
  #segments: number[] = [];

  private constructor(disk: CrashFileSystem, notes: Notes, journal: Journal) {
    this.disk = disk;
    this.notes = notes;
    this.journal = journal;
    notes.database.onCommit((transaction) => this.#pending.push(transaction));
  }

  /** A new home, published once. */
  static async create(): Promise<WrittenHome> {
    const disk = new CrashFileSystem();
    disk.mkdir(BACKUPS);
    for (const folder of ['/', HOME, BACKUPS]) syncDirectoryNow(disk, folder);
    const notes = await openNotes(null);
    const after = { lastSeq: 0, lastCrc: 0, highestNumber: 0 };
    const home = new WrittenHome(disk, notes, await openLog(disk, notes.database, after));
    await home.publish();
    return home;
  }

  /** Writes a note and keeps it in the log. */
  async add(...texts: string[]): Promise<void> {
    for (const text of texts) {
      this.notes.add(text);
      for (const transaction of this.#pending.splice(0)) await this.journal.append(transaction);
    }
  }

  /** Replaces sweatshop.db as the application does, and keeps the one before it as previous.db. */
  async publish(): Promise<void> {
    const { disk, journal } = this;
    const { database } = this.notes;
    if (disk.stat(FILE)) await journal.rotate();
    const image = database.snapshot();
    const imageSeq = database.seq;
    this.#segments.push(journal.segmentNumber);
    await publishFile(disk, new HastyClock(), {
      target: FILE,
      bytes: image,
      onWritten: async ({ sha256 }) => {
        await journal.appendIntent({ imageSeq, size: image.length, sha256 });
        if (disk.stat(PREVIOUS)) disk.unlink(PREVIOUS);
        if (disk.stat(FILE)) disk.link(FILE, PREVIOUS);
        syncDirectoryNow(disk, BACKUPS);
      },
      beforeRename: () => undefined,
    });
    const stat = disk.stat(FILE);
    if (!stat) throw new Error('Nothing was published.');
    await journal.appendPublished({ imageSeq, ...stat });
    if (this.#segments.length >= 2) {
      await journal.deleteSegmentsUpTo((this.#segments.at(-2) ?? 0) - 1, imageSeq);
    }
  }
}

/**
 * A home with two generations and changes behind them: `previous.db` holds two notes, `sweatshop.db` four, the log six.
 */
export async function writtenHome(): Promise<CrashFileSystem> {
  const home = await WrittenHome.create();
  await home.add('one', 'two');
  await home.publish();
  await home.add('three', 'four');
  await home.publish();
  await home.add('five', 'six');
  return home.disk;
}

export const ALL = ['one', 'two', 'three', 'four', 'five', 'six'];

export type Opened = {
  readonly recovered: Recovered<Database>;
  readonly notes: string[];
};

export async function recover(
  fileSystem: FileSystem,
  decision: string | null = null,
): Promise<Opened> {
  const recovered = await recoverDatabase({
    fileSystem,
    clock: new HastyClock(),
    home: HOME,
    file: FILE,
    engine: await noteEngine(),
    decision,
  });
  const { database } = recovered;
  const hasNotes = database.get("SELECT 1 FROM sqlite_schema WHERE name = 'notes'") !== undefined;
  return { recovered, notes: hasNotes ? notesOf(database).notes() : [] };
}

/** Gives what a person is asked; fails when nobody is asked. */
export async function reportOf(fileSystem: FileSystem): Promise<RecoveryReport> {
  try {
    const { notes } = await recover(fileSystem);
    throw new Error(`Nobody was asked; it opened with ${notes.join(', ')}.`);
  } catch (error) {
    if (error instanceof RecoveryNeeded) return error.report;
    throw error;
  }
}

/** Opens the log behind a recovery and publishes its state where it must be, as the store does; gives the file's notes. */
export async function settle(
  disk: FileSystem,
  { database, journalAfter, mustPublish }: Recovered<Database>,
): Promise<void> {
  const journal = await openLog(disk, database, journalAfter);
  if (mustPublish) {
    const bytes = database.snapshot();
    const imageSeq = database.seq;
    await publishFile(disk, new HastyClock(), {
      target: FILE,
      bytes,
      onWritten: ({ sha256 }) => journal.appendIntent({ imageSeq, size: bytes.length, sha256 }),
      beforeRename: () => undefined,
    });
  }
  await journal.close();
}

function openLog(
  fileSystem: FileSystem,
  database: Database,
  after: Recovered<Database>['journalAfter'],
): Promise<Journal> {
  const { uuid } = database;
  if (uuid === null) throw new Error('The database has no identity.');
  const clock = new HastyClock();
  return openJournal({ fileSystem, clock, folder: JOURNAL, databaseUuid: uuid, after });
}

/** Names every file below the home with its content, to tell whether anything was touched. */
export function contents(disk: CrashFileSystem, folder = HOME): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of disk.readdir(folder)) {
    const file = path.join(folder, name);
    if (disk.stat(file)?.kind === 'directory') Object.assign(found, contents(disk, file));
    else found[file] = disk.readFile(file).toString('base64');
  }
  return found;
}

/** Gives the contents of all files in the quarantine. */
export function quarantined(disk: CrashFileSystem): Buffer[] {
  if (!disk.stat(QUARANTINE)) return [];
  return Object.keys(contents(disk, QUARANTINE)).map((file) => disk.readFile(file));
}

export function segments(disk: CrashFileSystem): string[] {
  return disk
    .readdir(JOURNAL)
    .sort()
    .map((name) => path.join(JOURNAL, name));
}

/** Changes one bit of a file. */
export function flipBit(disk: CrashFileSystem, file: string, bit: number): void {
  const bytes = disk.readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  replace(disk, file, bytes);
}

export function replace(disk: CrashFileSystem, file: string, bytes: Uint8Array): void {
  if (disk.stat(file)) disk.unlink(file);
  disk.putFile(file, bytes);
}

/** Gives a disk with the same files, all of them durable. */
export function copyOf(disk: CrashFileSystem): CrashFileSystem {
  const copy = new CrashFileSystem();
  for (const folder of [HOME, JOURNAL, BACKUPS]) copy.mkdir(folder);
  for (const file of Object.keys(contents(disk))) copy.putFile(file, disk.readFile(file));
  for (const folder of ['/', HOME, JOURNAL, BACKUPS]) syncDirectoryNow(copy, folder);
  return copy;
}
