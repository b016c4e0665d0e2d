import fs from 'node:fs';
import path from 'node:path';
import { withPeerName, type BenchContext } from '../context.ts';
import { call, makeHome, openAt } from '../homes.ts';
import { rateOf } from '../measure.ts';
import { nodeSqlite, openPeer, type Peer } from '../peers.ts';
import { toRow, type Goal, type Row, type Run } from '../row.ts';

const TICKETS = 1_000;
const COMMITS = 1_920;
const WARM_UP_COMMITS = 5_000;
const AGENT = 'agt_1';
const CONTENT = 'What the agent has done since you last looked. '.repeat(4);
const TIMESTAMP = '2026-01-01T00:00:00.000Z';

/** A change that people and agents make, and the statement by which a peer makes the same one. */
type Change = {
  readonly name: string;
  readonly call: (serial: number) => readonly [channel: string, ...args: unknown[]];
  readonly sql: string;
  readonly values: (serial: number) => string[];
};

const CHAT: Change = {
  name: 'a chat message (full-text)',
  call: () => ['chat:post', AGENT, { role: 'agent', content: CONTENT }],
  sql: 'INSERT INTO chat_messages (id, agent_id, role, content, timestamp) VALUES (?, ?, ?, ?, ?)',
  values: (serial) => [`peer_${String(serial)}`, AGENT, 'agent', CONTENT, TIMESTAMP],
};

/** Each value is a new one: SQLite writes nothing for a row that stays as it is. */
const SETTING: Change = {
  name: 'a setting',
  call: (serial) => ['config:set', `bench.${String(serial % 100)}`, `${String(serial)} ${CONTENT}`],
  sql: `INSERT INTO config_store (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
  values: (serial) => [`bench.${String(serial % 100)}`, `${String(serial)} ${CONTENT}`, TIMESTAMP],
};

type Case = {
  readonly change: Change;
  readonly callers: number;
  readonly peer: Peer;
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly goal: Goal | null;
};

/** Calls that are answered when the disk has the change, against commits of a peer in the same process. */
export async function commitRows(context: BenchContext): Promise<Row[]> {
  const seeded = await context.seed('tickets', TICKETS);
  const home = await openAt(context, await makeHome(context, 'commits', seeded));
  await rateOf(32, WARM_UP_COMMITS, (serial) => call(home, ...CHAT.call(serial)));
  const rows: Row[] = [];
  for (const [index, wanted] of listCases(context.peers).entries()) {
    const file = path.join(context.folder, `commits-${String(index)}.db`);
    fs.copyFileSync(seeded, file);
    const peer = openPeer(wanted.peer, file, wanted.synchronous);
    const statement = peer.prepare(wanted.change.sql);
    const { change, callers } = wanted;
    const ours = (serial: number) => call(home, ...change.call(serial));
    const measured: Run[] = [];
    let serial = 0;
    // The first round warms both sides up.
    for (let run = -1; run < context.runs; run += 1) {
      const theirRate = await rateOf(1, COMMITS, () =>
        statement.run(...change.values((serial += 1))),
      );
      const ourRate = await rateOf(callers, COMMITS, ours);
      if (run >= 0) measured.push({ ours: ourRate, peer: theirRate });
    }
    rows.push(toRow({ name: nameOf(wanted), unit: '/s', goal: wanted.goal }, measured));
    peer.close();
  }
  await home.close();
  return rows;
}

function listCases(peers: readonly Peer[]): Case[] {
  const goals: Readonly<Record<number, Goal>> = {
    1: { ratioAtLeast: 0.8 },
    32: { ratioAtLeast: 3 },
  };
  return [
    ...peers.flatMap((peer) =>
      (peer.hasFullText ? [CHAT, SETTING] : [SETTING]).flatMap((change) =>
        [32, 1].map((callers) => ({
          ...{ change, callers, peer, synchronous: 'FULL' as const },
          goal: peer === nodeSqlite ? (goals[callers] ?? null) : null,
        })),
      ),
    ),
    ...[128, 32, 1].map((callers) => ({
      ...{ change: CHAT, callers, peer: nodeSqlite, goal: null },
      synchronous: callers === 128 ? ('FULL' as const) : ('NORMAL' as const),
    })),
  ];
}

function nameOf({ change, callers, peer, synchronous }: Case): string {
  const who = callers === 1 ? 'one caller' : `${String(callers)} callers`;
  const what = `durable commits, ${who}: ${change.name}`;
  const against = synchronous === 'FULL' ? '' : `, against synchronous=${synchronous}`;
  return withPeerName(what + against, peer);
}
