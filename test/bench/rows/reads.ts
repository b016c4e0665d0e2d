import fs from 'node:fs';
import path from 'node:path';
import { createRepositories } from '../../../src/core/repositories/repositories.ts';
import { withPeerName, type BenchContext } from '../context.ts';
import { compare } from '../measure.ts';
import { nodeSqlite, openPeer } from '../peers.ts';
import { toRow, type Row } from '../row.ts';

const TICKETS = 100_000;
const LISTED = 1_000;

/** Repositories, which give entities, against the plain rows of a peer. */
export async function readRows({
  engine,
  folder,
  peers,
  runs,
  seed,
}: BenchContext): Promise<Row[]> {
  const seeded = await seed('tickets', TICKETS);
  const database = engine.open(fs.readFileSync(seeded));
  const { tickets } = createRepositories(database);
  const rows: Row[] = [];
  for (const [index, peer] of peers.entries()) {
    // One of its own: not every peer can open what another one put into WAL mode.
    const file = path.join(folder, `reads-${String(index)}.db`);
    fs.copyFileSync(seeded, file);
    const other = openPeer(peer, file);
    const get = other.prepare('SELECT * FROM tickets WHERE id = ?');
    const list = other.prepare(
      `SELECT * FROM tickets WHERE archived_at IS NULL AND status = ?
       ORDER BY CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, created_at, id
       LIMIT ?`,
    );
    const isMain = peer === nodeSqlite;
    rows.push(
      toRow(
        {
          name: withPeerName('read a ticket by id', peer),
          unit: 'µs',
          goal: isMain ? { ratioAtLeast: 1.5 } : null,
        },
        await compare(
          runs,
          () => tickets.get(anyId()),
          () => get.get(anyId()),
        ),
      ),
      toRow(
        {
          name: withPeerName('list 1,000 of 100,000 tickets by status', peer),
          unit: 'µs',
          goal: isMain ? { ratioAtLeast: 1 } : null,
        },
        await compare(
          runs,
          () => tickets.list({ status: ['ready'], limit: LISTED }),
          () => list.all('ready', LISTED),
        ),
      ),
    );
    other.close();
  }
  database.close();
  return rows;
}

function anyId(): string {
  return `tkt_${String(1 + Math.floor(Math.random() * TICKETS))}`;
}
