import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, test } from 'vitest';
import { systemClock } from '../../src/store/clock.ts';
import { openJournal } from '../../src/store/journal/journal.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';

const SQL = 'INSERT INTO notes (id, title, text) VALUES (?, ?, ?)';
const TITLE = 'A ticket of the usual kind';
const TEXT = 'What is to be done. '.repeat(10);
/** One run is this many appends in every row; a caller waits for an answer before it appends again. */
const APPENDS_PER_RUN = 256;
const OPTIONS = { time: 3_000, warmupTime: 500 };

const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-bench-'));
const journal = await openJournal({
  fileSystem: nodeFileSystem,
  clock: systemClock,
  folder: path.join(folder, 'journal'),
  databaseUuid: '0b7c1a52-6a34-4c19-9d0e-3f2b8a5f7c11',
  after: { lastSeq: 0, lastCrc: 0, highestNumber: 0 },
});
let seq = 0;

/** The peer: the SQLite of Node itself, in WAL mode, which syncs each commit. */
const peer = new DatabaseSync(path.join(folder, 'peer.db'));
peer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
peer.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, text TEXT)');
const peerInsert = peer.prepare(SQL);

afterAll(async () => {
  await journal.close();
  peer.close();
  rmSync(folder, { recursive: true });
});

async function appendInTurn(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    seq += 1;
    const statements = [{ sql: SQL, params: [seq, TITLE, TEXT], changes: 1 }];
    await journal.append({ seq, nowMs: 1_700_000_000_000, schemaVersion: 15, statements });
  }
}

async function appendWith(callers: number): Promise<void> {
  const each = APPENDS_PER_RUN / callers;
  await Promise.all(Array.from({ length: callers }, () => appendInTurn(each)));
}

let peerId = 0;

test('256 durable commits of one row', async ({ bench }) => {
  await bench.compare(
    ...[1, 32, 128].map((callers) =>
      bench(`journal, callers at once: ${String(callers)}`, () => appendWith(callers)),
    ),
    bench('node:sqlite, WAL, synchronous=FULL', () => {
      for (let n = 0; n < APPENDS_PER_RUN; n += 1) peerInsert.run((peerId += 1), TITLE, TEXT);
    }),
    OPTIONS,
  );
});
