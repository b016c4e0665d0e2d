import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startLocalSocket } from '../../src/host/local-socket/local-socket.ts';
import { connectToOwner } from '../../src/host/local-socket/owner-connection.ts';
import { openHome } from '../../src/host/open-home.ts';
import type { Envelope } from '../../src/shared/transport.ts';

const CALLS = 2_000;
const MAX_ADDED_MS = 1;

const wasm = readFileSync(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-bench-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Invoke = (channel: string, args: readonly unknown[]) => Promise<Envelope>;

/** Gives the middle and the slowest of a hundred of the times that a call takes, in ms. */
async function measure(invoke: Invoke, channel: string, ...args: unknown[]) {
  const timesMs: number[] = [];
  for (let count = 0; count < CALLS; count++) {
    const startedMs = performance.now();
    const { ok } = await invoke(channel, args);
    timesMs.push(performance.now() - startedMs);
    expect(ok).toBe(true);
  }
  timesMs.sort((one, other) => one - other);
  const at = (share: number) => timesMs[Math.floor(CALLS * share)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

test('a call over the local socket costs little beside the call itself', async () => {
  const home = await openHome({ host: 'browser', path: folder, wasm, version: 'bench' });
  const socket = await startLocalSocket({ app: home.app, homePath: folder, version: 'bench' });
  const connection = await connectToOwner(folder, 2_000);
  if (!connection) throw new Error('Nobody was there.');
  const direct: Invoke = (channel, args) => home.app.call(channel, args);
  const overSocket: Invoke = (channel, args) => connection.invoke(channel, args);
  const tickets = await Promise.all(
    Array.from({ length: 100 }, () => direct('ticket:create', [{ title: 'A ticket' }])),
  );
  expect(tickets.every(({ ok }) => ok)).toBe(true);

  const rows: Record<string, Record<string, string>> = {};
  for (const channel of ['app:info', 'ticket:count', 'ticket:list']) {
    await measure(direct, channel);
    const [alone, over] = [await measure(direct, channel), await measure(overSocket, channel)];
    rows[channel] = Object.fromEntries(
      Object.entries({ alone: alone.p50, socket: over.p50, p99: over.p99 }).map(([name, ms]) => [
        name,
        `${ms.toFixed(3)} ms`,
      ]),
    );
    expect(over.p50 - alone.p50).toBeLessThan(MAX_ADDED_MS);
  }
  console.table(rows);
  connection.close();
  await socket.close();
  await home.close();
}, 120_000);
