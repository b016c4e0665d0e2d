import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SocketClient } from '../support/socket-client.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readLedgers } from './read-ledgers.ts';
import { startVictim, type Victim } from './victim.ts';

const DISK_MIB = 16;
/** Smaller than any database, so that neither the redo log nor the file can grow. */
const FILE_LIMIT_BYTES = 16 * 1024;
const DESCRIPTION = 'x'.repeat(20_000);
const MOST_WRITES = 500;

/** Writes until the disk takes no more; gives what was answered. */
async function writeUntilRefused(client: SocketClient): Promise<string[]> {
  const answered: string[] = [];
  for (let n = 0; n < MOST_WRITES; n++) {
    const title = `full ticket ${String(n)}`;
    const envelope = await client.invoke('ticket:create', [{ title, description: DESCRIPTION }]);
    if (!envelope.ok) {
      expect(envelope.error.code).toBe('StorageFull');
      return answered;
    }
    answered.push(title);
  }
  throw new Error('The disk took everything.');
}

/** Plays a disk that fills up under a running server, and one that has room again. */
async function expectCalm(
  home: string,
  disk: { fill: (victim: Victim) => void; free: (victim: Victim) => void },
): Promise<void> {
  const victim = startVictim(home);
  const client = await victim.connect();
  const { api } = client;
  await api.tickets.create({ title: 'full before' });
  await api.db.flush();

  disk.fill(victim);
  const answered = await writeUntilRefused(client);
  expect(await api.db.status()).toMatchObject({
    state: 'readOnly',
    lastError: { code: 'StorageFull' },
  });
  const titles = (await api.tickets.list()).map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(['full before', ...answered]));
  await expect(api.tickets.create({ title: 'full refused' })).rejects.toMatchObject({
    code: 'StorageFull',
  });

  disk.free(victim);
  await expect
    .poll(async () => (await api.db.status()).state, { timeout: 40_000, interval: 200 })
    .not.toBe('readOnly');
  await api.tickets.create({ title: 'full after' });
  await victim.kill();

  const next = await startVictim(home).connect();
  await next.api.db.flush();
  const { ledgers } = readLedgers(path.join(home, 'sweatshop.db'));
  const kept = [...(ledgers.get('full')?.tickets.keys() ?? [])];
  expect(kept).toEqual(expect.arrayContaining(['full before', ...answered, 'full after']));
  expect(kept).not.toContain('full refused');
}

describe('a server whose disk fills up', { timeout: 60_000 }, () => {
  it('refuses writes, answers reads, and goes on by itself: a small disk (row 28)', async (context) => {
    const folder = mountSmallDisk(DISK_MIB);
    if (!folder) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const ballast = path.join(folder, 'ballast');
    await expectCalm(path.join(folder, 'home'), {
      fill: () => {
        fillUp(ballast);
      },
      free: () => {
        rmSync(ballast);
      },
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'refuses writes, answers reads, and goes on by itself: a limit of the file size (row 30)',
    async () => {
      await expectCalm(temporaryFolder(), {
        fill: (victim) => {
          limitFileSize(victim, `${String(FILE_LIMIT_BYTES)}:`);
        },
        free: (victim) => {
          limitFileSize(victim, 'unlimited:');
        },
      });
    },
  );
});

function fillUp(file: string): void {
  const descriptor = openSync(file, 'wx');
  try {
    for (const bytes of [64 * 1024, 512]) {
      const block = new Uint8Array(bytes);
      try {
        for (;;) writeSync(descriptor, block);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Sets the soft limit of a process that runs; a write beyond it fails with EFBIG. */
function limitFileSize(victim: Victim, limit: string): void {
  execFileSync('prlimit', ['--pid', String(victim.process.pid), `--fsize=${limit}`]);
}
