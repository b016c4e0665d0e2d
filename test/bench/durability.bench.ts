import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import { createImageInspector } from '../../src/host/image-inspection.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import { systemClock } from '../../src/store/clock.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStore } from '../../src/store/store.ts';

const MEBIBYTE = 1024 * 1024;
const TICKETS_PER_MEBIBYTE = 240;
const DESCRIPTION = 'What is to be done. '.repeat(100);
const MESSAGE = DESCRIPTION.slice(0, 200);
const COMMITS = 640;
const ROUNDS = 7;
const LOAD_MS = 3_000;

const wasm = readFileSync(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-bench-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function open(name: string): Promise<Home> {
  return openHome({ host: 'cli', path: path.join(folder, name), wasm, version: 'bench' });
}

async function call(home: Home, channel: string, ...args: unknown[]): Promise<unknown> {
  const envelope = await home.app.call(channel, args);
  if (!envelope.ok) throw new Error(`${channel}: ${envelope.error.message}`);
  return envelope.value;
}

/** Fills a home with tickets through another SQLite, which is faster than as many calls. */
async function makeHome(name: string, mebibytes: number): Promise<void> {
  const home = await open(name);
  await call(home, 'ticket:create', { title: 'The first', description: DESCRIPTION });
  await home.close();
  const database = new DatabaseSync(path.join(folder, name, 'sweatshop.db'));
  database.exec(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${String(mebibytes * TICKETS_PER_MEBIBYTE)})
     INSERT INTO tickets (id, title, description, position, created_at, updated_at)
     SELECT 'tkt_' || n, 'Ticket ' || n, description, position, created_at, updated_at
     FROM numbers, (SELECT * FROM tickets LIMIT 1)`,
  );
  database.close();
  // Taken over as the edit of another program, so that the next start is an ordinary one.
  await (await open(name)).close();
}

/** Commits for a while, and gives the longest time in which the event loop did nothing else. */
async function longestPauseMs(home: Home): Promise<number> {
  let longestMs = 0;
  let lastMs = performance.now();
  const watch = setInterval(() => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 1);
  const endMs = performance.now() + LOAD_MS;
  const load = async () => {
    while (performance.now() < endMs) {
      await call(home, 'ticket:update', 'tkt_1', { description: String(performance.now()) });
    }
  };
  await Promise.all([...Array.from({ length: 4 }, load), call(home, 'db:flush')]);
  await call(home, 'db:flush');
  clearInterval(watch);
  return longestMs;
}

const INSERT =
  'INSERT INTO chat_messages (id, agent_id, role, content, timestamp) VALUES (?, ?, ?, ?, ?)';
const TIMESTAMP = '2026-01-01T00:00:00.000Z';

type Rates = { readonly peer: number[]; readonly 1: number[]; readonly 32: number[] };

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Runs commits that each wait for the disk, by so many callers at once; gives commits per second. */
async function rate(
  callers: number,
  commit: (serial: number) => Promise<unknown>,
): Promise<number> {
  let serial = 0;
  const startedMs = performance.now();
  const caller = async () => {
    for (let n = 0; n < COMMITS / callers; n++) await commit((serial += 1));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (serial / (performance.now() - startedMs)) * 1_000;
}

/** The peer: the same row into the same table, each commit synced. */
function openPeer(image: Uint8Array): DatabaseSync {
  const file = path.join(folder, 'peer.db');
  writeFileSync(file, image);
  const peer = new DatabaseSync(file);
  peer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  return peer;
}

function report(line: string): void {
  console.log(line);
}

test('durable commits', { timeout: 120_000 }, async () => {
  const engine = await createEngine(wasm, systemClock, newestSchemaVersion);
  const store = await openStore({
    home: path.join(folder, 'commits'),
    ...{ fileSystem: nodeFileSystem, clock: systemClock, engine },
    inspector: createImageInspector(wasm),
    migrate: async (opened, beforeFirst) =>
      (await migrate(opened, builtInMigrations, systemClock, beforeFirst)).length > 0,
  });
  const { database } = store;
  if (!database) throw new Error('There is no database.');
  database.run(
    'INSERT INTO agents (id, name, status, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
    [...['a', 'A', 'IDLE', TIMESTAMP, TIMESTAMP]],
  );
  const peer = openPeer(database.snapshot());
  const peerInsert = peer.prepare(INSERT);

  // In turns, so that a disk that is slow for a while is slow for all of them.
  const rates: Rates = { peer: [], 1: [], 32: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.peer.push(
      await rate(1, (serial) => {
        peerInsert.run(`p${String(round)}-${String(serial)}`, 'a', 'agent', MESSAGE, TIMESTAMP);
        return Promise.resolve();
      }),
    );
    for (const callers of [1, 32] as const) {
      rates[callers].push(
        await rate(callers, async (serial) => {
          const id = `c${String(round)}-${String(callers)}-${String(serial)}`;
          database.run(INSERT, [id, 'a', 'agent', MESSAGE, TIMESTAMP]);
          await store.whenDurable();
        }),
      );
    }
  }
  const theirs = median(rates.peer);
  report(`node:sqlite, WAL, synchronous=FULL: ${theirs.toFixed(0)} commits/s`);
  for (const callers of [1, 32] as const) {
    const ratio = median(rates[callers].map((ours, round) => ours / (rates.peer[round] ?? 0)));
    report(
      `SweatShop, callers at once: ${String(callers)}: ${median(rates[callers]).toFixed(0)} commits/s, ${ratio.toFixed(2)} ×`,
    );
  }
  peer.close();
  await store.close();
  database.close();

  const home = await open('commits');
  for (const callers of [1, 32]) {
    const calls = await rate(callers, () =>
      call(home, 'chat:post', 'a', { role: 'agent', content: MESSAGE }),
    );
    report(`SweatShop, whole calls, at once: ${String(callers)}: ${calls.toFixed(0)} calls/s`);
  }
  await home.close();
  expect(theirs).toBeGreaterThan(0);
});

test.each([9, 100])(
  'a database of %i MiB: opening and saving',
  { timeout: 300_000 },
  async (size) => {
    const name = `of-${String(size)}`;
    await makeHome(name, size);
    const startedMs = performance.now();
    const home = await open(name);
    const openMs = performance.now() - startedMs;
    const bytes = statSync(path.join(folder, name, 'sweatshop.db')).size;
    const pauseMs = await longestPauseMs(home);
    await home.close();
    // What the disk alone takes for the same bytes, for comparison.
    const image = readFileSync(path.join(folder, name, 'sweatshop.db'));
    const writeStartedMs = performance.now();
    writeFileSync(path.join(folder, 'plain'), image, { flush: true });
    const writeMs = performance.now() - writeStartedMs;
    report(
      `${(bytes / MEBIBYTE).toFixed(1)} MiB: opened in ${openMs.toFixed(0)} ms, longest pause while saving under load ` +
        `${pauseMs.toFixed(0)} ms; a plain write and sync of the file takes ${writeMs.toFixed(0)} ms`,
    );
    expect(bytes).toBeGreaterThan(size * MEBIBYTE * 0.9);
  },
);
