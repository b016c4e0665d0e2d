import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SocketClient } from '../support/socket-client.ts';
import { rounds } from './extent.ts';
import { readLedgers } from './read-ledgers.ts';
import { startVictim } from './victim.ts';
import { Writer } from './writer.ts';

const ROUNDS = rounds(48, 1_000);
/** As many servers at once as keep two cores busy; each has a home of its own. */
const LANES = 4;
const ROUNDS_PER_HOME = 20;
const WRITERS = 32;
const SOCKETS = 4;
const LONGEST_RUN_MS = 1_500;
/** Starting takes about this long, recovery included. */
const LONGEST_START_MS = 600;

/** A home with those who write into it, killed many times. */
class Lane {
  readonly home = mkdtempSync(path.join(tmpdir(), 'sweatshop-killed-'));
  readonly #writers = Array.from(
    { length: WRITERS },
    (_, number) => new Writer(`w${String(number)}`),
  );

  get answered(): number {
    return this.#writers.reduce((sum, { answered }) => sum + answered, 0);
  }

  /** Kills a start, recovery included, at whatever it is doing. */
  async killWhileStarting(): Promise<void> {
    const victim = startVictim(this.home);
    await sleep(Math.random() * LONGEST_START_MS);
    await victim.kill();
  }

  /** Starts, compares what the last kill left, writes, and kills. */
  async killWhileWriting(): Promise<void> {
    const victim = startVictim(this.home);
    const clients = await Promise.all(Array.from({ length: SOCKETS }, () => victim.connect()));
    const [client] = clients as [SocketClient];
    await this.#check(client);
    const failure = Promise.race(
      this.#writers.map((writer, index) => writer.write(clients[index % SOCKETS] ?? client)),
    );
    await Promise.race([failure, momentToKill(client)]);
    await victim.kill();
    for (const { socket } of clients) socket.terminate();
  }

  /** Compares what the last kill left, a last time. */
  async finish(): Promise<void> {
    const victim = startVictim(this.home);
    await this.#check(await victim.connect());
    await victim.kill();
    rmSync(this.home, { recursive: true });
  }

  async #check(client: SocketClient): Promise<void> {
    // The file holds everything then, so that another SQLite can tell.
    await client.api.db.flush();
    const findings = readLedgers(path.join(this.home, 'sweatshop.db'));
    for (const writer of this.#writers) writer.check(findings);
  }
}

/** Waits for a random moment; in half of the rounds while the file is saved again and again, or right after that. */
async function momentToKill(client: SocketClient): Promise<void> {
  const endMs = performance.now() + Math.random() * LONGEST_RUN_MS;
  if (Math.random() < 0.5) {
    await sleep(endMs - performance.now());
    return;
  }
  const isAfterSave = Math.random() < 0.5;
  const saving = saveUntil(client, endMs);
  await (isAfterSave ? saving : sleep(endMs - performance.now()));
}

async function saveUntil(client: SocketClient, endMs: number): Promise<void> {
  while (performance.now() < endMs) {
    await sleep(Math.random() * 100);
    await client.api.db.flush();
  }
}

async function runLane(count: number): Promise<number> {
  let answered = 0;
  let lane = new Lane();
  for (let round = 1; round <= count; round++) {
    try {
      if (Math.random() < 0.2) await lane.killWhileStarting();
      else await lane.killWhileWriting();
      if (round % ROUNDS_PER_HOME > 0 && round < count) continue;
      await lane.finish();
    } catch (error) {
      throw new Error(`In round ${String(round)} of ${lane.home}, which is kept.`, {
        cause: error,
      });
    }
    answered += lane.answered;
    if (round < count) lane = new Lane();
  }
  return answered;
}

it(
  `keeps every answered write, each transaction whole, through ${String(ROUNDS)} kills with ${String(WRITERS)} writers (rows 47, 12, 67)`,
  { timeout: ROUNDS * 3_000 },
  async () => {
    const lanes = Array.from({ length: LANES }, () => runLane(ROUNDS / LANES));
    const answered = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
    console.log(`${String(answered)} answered writes`);
    expect(answered).toBeGreaterThan(ROUNDS * WRITERS);
  },
);
