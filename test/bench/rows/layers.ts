import fs from 'node:fs';
import path from 'node:path';
import { BindingMemory, CompiledStatement } from '../../../src/core/database/compiled-statement.ts';
import { handleOf, loadSqlite } from '../../../src/core/database/sqlite-api.ts';
import { createRepositories } from '../../../src/core/repositories/repositories.ts';
import type { BenchContext } from '../context.ts';
import { call, makeHome, openAt } from '../homes.ts';
import { compare } from '../measure.ts';
import { openMemoryApp } from '../memory-app.ts';
import { nodeSqlite, openPeer } from '../peers.ts';
import { toRow, type Row } from '../row.ts';
import { ROUTES } from './routes.ts';

const TICKETS = 10_000;
const READ = 'SELECT * FROM tickets WHERE id = ?';
const WRITE = 'UPDATE tickets SET title = ? WHERE id = ?';

type Work = () => unknown;

/** One read and one write through more and more of the application, so that one sees where the time goes. */
export async function layerRows(context: BenchContext): Promise<Row[]> {
  const seeded = await context.seed('tickets', TICKETS);
  const sqlite = await openRaw(context, seeded);
  const memory = openMemoryApp(context, seeded);
  const { tickets } = createRepositories(memory.database);
  const { services } = memory.app;
  const home = await openAt(context, await makeHome(context, 'layers', seeded));
  const routes = await Promise.all(
    Object.entries(ROUTES).map(async ([name, open]) => ({ name, route: await open(home) })),
  );

  const reads: Readonly<Record<string, Work>> = {
    'sql.js, as an object': () => sqlite.getAsObject(anyId()),
    'sql.js, as an array': () => sqlite.get(anyId()),
    'compiled statement': () => sqlite.read(anyId()),
    Database: () => memory.database.get(READ, [anyId()]),
    Repository: () => tickets.get(anyId()),
    Service: () => services.tickets.get(anyId()),
    channel: () => call(memory, 'ticket:get', anyId()),
    ...Object.fromEntries(
      routes.map(({ name, route }) => [name, () => route.invoke('ticket:get', [anyId()])]),
    ),
  };
  const writes: Readonly<Record<string, Work>> = {
    'sql.js': () => {
      sqlite.run([anyTitle(), anyId()]);
    },
    'compiled statement': () => {
      sqlite.write([anyTitle(), anyId()]);
    },
    Database: () => memory.database.run(WRITE, [anyTitle(), anyId()]),
    Repository: () => tickets.update(anyId(), { title: anyTitle() }),
    'Service, with its audit trail': () => services.tickets.update(anyId(), { title: anyTitle() }),
    channel: () => call(memory, 'ticket:update', anyId(), { title: anyTitle() }),
    'channel, on the disk': () => call(home, 'ticket:update', anyId(), { title: anyTitle() }),
    ...Object.fromEntries(
      routes.map(({ name, route }) => [
        `${name}, on the disk`,
        () => route.invoke('ticket:update', [anyId(), { title: anyTitle() }]),
      ]),
    ),
  };
  const file = path.join(context.folder, 'layers.db');
  fs.copyFileSync(seeded, file);
  const peer = openPeer(nodeSqlite, file);
  const get = peer.prepare(READ);
  const update = peer.prepare(WRITE);
  const rows = [
    ...(await measure(context, 'read by id through', reads, () => get.get(anyId()))),
    ...(await measure(context, 'write through', writes, () => update.run(anyTitle(), anyId()))),
  ];
  peer.close();
  for (const { route } of routes) await route.close();
  await home.close();
  memory.app.close();
  sqlite.close();
  return rows;
}

async function measure(
  { runs }: BenchContext,
  what: string,
  layers: Readonly<Record<string, Work>>,
  peer: Work,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, work] of Object.entries(layers)) {
    rows.push(toRow({ name: `${what} ${name}`, unit: 'µs' }, await compare(runs, work, peer)));
  }
  return rows;
}

/** SQLite below our Database: through the statements of sql.js, and through ours. */
async function openRaw({ wasm }: BenchContext, seeded: string) {
  const api = await loadSqlite(wasm);
  const handle = new api.Database(fs.readFileSync(seeded));
  // As our Database sets it: SQLite keeps no journal in what it takes for a file.
  handle.exec(
    'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE',
  );
  const bindings = new BindingMemory(api);
  const prepare = (sql: string) => new CompiledStatement(api, handleOf(handle), sql, bindings);
  const theirs = { read: handle.prepare(READ), write: handle.prepare(WRITE) };
  const ours = { read: prepare(READ), write: prepare(WRITE) };
  return {
    getAsObject: (id: string) => theirs.read.getAsObject([id]),
    get: (id: string) => theirs.read.get([id]),
    read: (id: string) => {
      ours.read.bind([id]);
      ours.read.step();
      const row = ours.read.row();
      ours.read.reset();
      return row;
    },
    run: (values: string[]) => {
      theirs.write.run(values);
    },
    write: (values: string[]) => {
      ours.write.bind(values);
      ours.write.step();
      ours.write.reset();
    },
    close: () => {
      ours.read.free();
      ours.write.free();
      bindings.free();
      handle.close();
    },
  };
}

function anyId(): string {
  return `tkt_${String(1 + Math.floor(Math.random() * TICKETS))}`;
}

function anyTitle(): string {
  return `Title ${String(Math.floor(Math.random() * TICKETS))}`;
}
