import { expect, it, onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/core/app.ts';
import { Engine, createEngine } from '../../src/core/database/engine.ts';
import { loadSqlite } from '../../src/core/database/sqlite-api.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import { inspectImage } from '../../src/store/backups/inspect-image.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStore } from '../../src/store/store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { StandInMachine } from '../support/stand-in-machine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { WorkCounter, type Work } from '../support/work-counter.ts';

const TICKETS = 1_000;
const MESSAGES = 100;
/** What is counted may differ a little from day to day; so much more is a mistake. */
const TOO_MUCH = 3;

const COUNTS = [
  ...(['prepared', 'statements', 'rows', 'values'] as const),
  ...(['logBytes', 'fileBytes', 'syncs', 'pushes'] as const),
];

/**
 * What each action takes today, in the order of COUNTS. A count of 0 is a promise: an action that was done before prepares no statement, and
 * nothing is written where nothing has changed.
 */
const EXPECTED: Readonly<Record<string, readonly number[]>> = {
  'open the board of 1,000 tickets': [4, 4, 1_001, 29_020, 0, 0, 0, 0],
  'open it again': [0, 4, 1_001, 29_020, 0, 0, 0, 0],
  'create a ticket': [8, 8, 2, 3, 264_560, 0, 1, 2],
  'create another': [0, 8, 2, 3, 1_208, 0, 1, 1],
  'change a title': [2, 8, 3, 63, 656, 0, 1, 1],
  'change it again': [0, 8, 3, 63, 656, 0, 1, 1],
  'move a ticket': [1, 10, 3, 63, 720, 0, 1, 1],
  'move it back': [0, 10, 4, 65, 720, 0, 1, 1],
  'send 100 messages at once': [3, 700, 200, 4_000, 23_200, 0, 2, 200],
  'send 100 more': [0, 700, 200, 4_000, 23_200, 0, 2, 200],
  save: [2, 8, 66, 68, 262_424, 2_170_880, 8, 2],
  'save, with nothing changed': [0, 0, 0, 0, 0, 0, 0, 0],
  'wait for an hour, with nothing changed': [0, 0, 0, 0, 0, 0, 0, 0],
};

it('does not do three times the work that it needs', { timeout: 60_000 }, async () => {
  const home = await openCountedHome();
  const [first, second] = home.ticketIds;
  const board = async () => {
    await home.call('ticket:cards', { orderBy: 'position' });
    await home.call('agent:list');
    await home.call('org:list');
    await home.call('app:info');
  };
  const create = () => home.call('ticket:create', { title: 'A new one', description: 'Words.' });
  const update = (title: string) => home.call('ticket:update', first, { title });
  const move = (status: string) => home.call('ticket:move', second, { status });
  const sendAll = () =>
    Promise.all(
      Array.from({ length: MESSAGES }, (_, n) => home.call('chat:send', home.agentId, String(n))),
    );
  const actions: Readonly<Record<string, () => Promise<unknown>>> = {
    'open the board of 1,000 tickets': board,
    'open it again': board,
    'create a ticket': create,
    'create another': create,
    'change a title': () => update('One'),
    'change it again': () => update('Two'),
    'move a ticket': () => move('ready'),
    'move it back': () => move('backlog'),
    'send 100 messages at once': sendAll,
    'send 100 more': sendAll,
    save: () => home.call('db:flush'),
    'save, with nothing changed': () => home.call('db:flush'),
    'wait for an hour, with nothing changed': () => home.clock.advance(3_600_000),
  };

  const found: Record<string, Work> = {};
  home.counter.take();
  for (const [name, action] of Object.entries(actions)) {
    await action();
    found[name] = home.counter.take();
  }
  expect(excesses(found), describe(found)).toEqual([]);
});

function describe(found: Readonly<Record<string, Work>>): string {
  const lines = Object.entries(found).map(
    ([action, work]) => `'${action}': [${COUNTS.map((what) => work[what]).join(', ')}],`,
  );
  return ['Counted:', ...lines].join('\n');
}

/** Names each count that is too high, with the factor. */
function excesses(found: Readonly<Record<string, Work>>): string[] {
  return Object.entries(found).flatMap(([action, work]) =>
    COUNTS.flatMap((what, index) => {
      const count = work[what];
      const expected = EXPECTED[action]?.[index] ?? 0;
      if (count <= expected || count < TOO_MUCH * expected) return [];
      const factor = (count / expected).toFixed(1);
      return [
        `${action}: ${String(count)} ${what} instead of ${String(expected)}, ${factor} times as much`,
      ];
    }),
  );
}

/** Opens a home with tickets that was filled and closed before, as after an ordinary night. */
async function openCountedHome() {
  const counter = new WorkCounter();
  const clock = new ManualClock();
  const folder = temporaryFolder();
  const filled = await open(folder, clock, new WorkCounter());
  const { tickets, agents } = filled.app.services;
  const ticketIds = filled.database.transaction(() =>
    Array.from({ length: TICKETS }, (_, n) => tickets.create({ title: `No. ${String(n)}` }).id),
  );
  const agentId = agents.create({ name: 'Ada' }).id;
  await filled.close();

  const { app, close } = await open(folder, clock, counter);
  onTestFinished(close);
  app.onPush(() => {
    counter.notePush();
  });
  const call = async (channel: string, ...args: unknown[]) => {
    const envelope = await app.call(channel, args);
    if (!envelope.ok) throw new Error(`${channel}: ${envelope.error.message}`);
  };
  return { counter, clock, call, ticketIds, agentId };
}

/** Opens a home as `openHome` does, with counters between the parts. */
async function open(home: string, clock: ManualClock, counter: WorkCounter) {
  const wasm = readSqlWasm();
  const api = counter.countingApi(await loadSqlite(wasm));
  const inspecting = await createEngine(wasm, clock, newestSchemaVersion);
  const store = await openStore({
    ...{ home, fileSystem: counter.countingDisk(nodeFileSystem), clock },
    engine: new Engine(api, clock, newestSchemaVersion),
    inspector: {
      inspect: (file) =>
        Promise.resolve().then(() => inspectImage(nodeFileSystem, inspecting, file)),
      close: () => Promise.resolve(),
    },
    migrate: async (database, beforeFirst) =>
      (await migrate(database, builtInMigrations, clock, beforeFirst)).length > 0,
  });
  const { database } = store;
  if (!database) throw new Error('There is no database.');
  const info = { host: 'browser', version: '0.0.0' } as const;
  const app: App = createApp({
    ...{ database, storage: store, clock, machine: new StandInMachine(), info },
  });
  const close = async () => {
    await store.close();
    app.close();
  };
  return { app, database, close };
}
