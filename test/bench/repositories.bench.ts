import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, test } from 'vitest';
import { createRepositories } from '../../src/core/repositories/repositories.ts';
import { makeTicket } from '../support/factories.ts';
import { openTestDatabase } from '../support/test-app.ts';

const TICKET_COUNT = 100_000;
const PAGE_LENGTH = 1_000;

const ours = await openTestDatabase();
const { tickets } = createRepositories(ours);

/** The peer: the SQLite of Node itself, on a file, in WAL mode, with the same schema, indexes and rows. */
const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-bench-'));
const peerFile = path.join(folder, 'peer.db');
writeFileSync(peerFile, ours.snapshot());
const peer = new DatabaseSync(peerFile);
peer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF');

const peerInsert = peer.prepare(
  'INSERT INTO tickets (id, title, description, status, priority, position, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
);
ours.transaction(() => {
  peer.exec('BEGIN');
  for (let n = 0; n < TICKET_COUNT; n += 1) {
    const ticket = makeTicket({
      id: `tkt_${String(n)}`,
      title: `Ticket number ${String(n)}`,
      description: 'What is to be done. '.repeat(10),
      status: n % 10 === 0 ? 'ready' : 'merged',
      createdAt: new Date(n * 1_000).toISOString(),
    });
    tickets.create(ticket);
    const { id, title, description, status, priority, position, createdAt, updatedAt } = ticket;
    peerInsert.run(id, title, description, status, priority, position, createdAt, updatedAt);
  }
  peer.exec('COMMIT');
});
for (const database of [ours, peer]) database.exec('ANALYZE');

afterAll(() => {
  peer.close();
  ours.close();
  rmSync(folder, { recursive: true });
});

const peerGet = peer.prepare('SELECT * FROM tickets WHERE id = ?');
const peerList = peer.prepare(
  "SELECT * FROM tickets WHERE status = ? ORDER BY CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, created_at, id LIMIT ?",
);

function anyId(): string {
  return `tkt_${String(Math.floor(Math.random() * TICKET_COUNT))}`;
}

test('read a ticket by id', async ({ bench }) => {
  await bench.compare(
    bench('SweatShop, mapped to an entity', () => {
      tickets.get(anyId());
    }),
    bench('node:sqlite, a plain row', () => {
      peerGet.get(anyId());
    }),
  );
});

test('list 1,000 of 100,000 tickets by an indexed filter', async ({ bench }) => {
  await bench.compare(
    bench('SweatShop, mapped to entities', () => {
      tickets.list({ status: ['ready'], limit: PAGE_LENGTH });
    }),
    bench('node:sqlite, plain rows', () => {
      peerList.all('ready', PAGE_LENGTH);
    }),
  );
});

test('write a ticket', async ({ bench }) => {
  let serial = 0;
  const nextTitle = () => `Title ${String((serial += 1))}`;
  const peerUpdate = peer.prepare('UPDATE tickets SET title = ? WHERE id = ?');
  await bench.compare(
    bench('SweatShop, committed in memory, read back', () => {
      tickets.update(anyId(), { title: nextTitle() });
    }),
    bench('node:sqlite, committed to the WAL, synchronous=NORMAL', () => {
      peerUpdate.run(nextTitle(), anyId());
    }),
  );
});

test('take a snapshot of the whole database', async ({ bench }) => {
  await bench('SweatShop, the pause of a flush', () => {
    ours.snapshot();
  }).run();
});
