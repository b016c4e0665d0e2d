import { execFile } from 'node:child_process';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { SocketClient } from '../support/socket-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { rounds } from './extent.ts';
import { startVictim } from './victim.ts';
import { Writer } from './writer.ts';

const STORM_MS = rounds(8_000, 60_000);
const WRITERS = 32;
const OLDEST_MS = 6_000;
const LOOK_EVERY_MS = 40;
const PULSE = "SELECT description FROM tickets WHERE title = 'pulse'";

const run = promisify(execFile);

/** Writes the time into one ticket again and again, from when on the age of a file can be told. */
async function startPulse(client: SocketClient): Promise<void> {
  const now = () => String(Date.now());
  const { id } = await client.api.tickets.create({ title: 'pulse', description: now() });
  await client.api.db.flush();
  void (async () => {
    for (;;) {
      await client.api.tickets.update(id, { description: now() });
      await sleep(20);
    }
  })();
}

/** Opens the file as any other program does; fails when it is not whole. Gives how old its content is. */
function lookWithNode(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    return Date.now() - Number(database.prepare(PULSE).get()?.['description']);
  } finally {
    database.close();
  }
}

async function lookWithCommand(file: string): Promise<number> {
  const { stdout } = await run('sqlite3', ['-readonly', file, `PRAGMA integrity_check; ${PULSE}`]);
  const [integrity, pulse] = stdout.split('\n');
  expect(integrity).toBe('ok');
  return Date.now() - Number(pulse);
}

it(
  'shows other programs a whole database, at most six seconds old, at any moment of a storm of writes',
  { timeout: STORM_MS + 30_000 },
  async () => {
    const hasCommand = await run('sqlite3', ['--version']).then(
      () => true,
      () => false,
    );
    const home = temporaryFolder();
    const victim = startVictim(home);
    const client = await victim.connect();
    await startPulse(client);
    const writers = Array.from({ length: WRITERS }, (_, n) => new Writer(`w${String(n)}`));
    const refusal = Promise.race(writers.map((writer) => writer.write(client)));
    refusal.catch(() => undefined);

    const file = path.join(home, 'sweatshop.db');
    const ages: number[] = [];
    const endMs = performance.now() + STORM_MS;
    for (let look = 0; performance.now() < endMs; look++) {
      ages.push(lookWithNode(file));
      if (hasCommand && look % 10 === 0) ages.push(await lookWithCommand(file));
      await Promise.race([refusal, sleep(LOOK_EVERY_MS)]);
    }
    const answered = writers.reduce((sum, writer) => sum + writer.answered, 0);
    console.log(
      `${String(ages.length)} looks during ${String(answered)} writes; at most ${String(Math.max(...ages))} ms old`,
    );
    expect(answered).toBeGreaterThan(STORM_MS / 10);
    expect(Math.max(...ages)).toBeLessThan(OLDEST_MS);
    // The file changed meanwhile, or the looks would have proved little.
    expect(Math.max(...ages) - Math.min(...ages)).toBeGreaterThan(1_000);
  },
);
