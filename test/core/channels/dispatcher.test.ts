import { beforeEach, describe, expect, it } from 'vitest';
import { createApp, type App } from '../../../src/core/app.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';
import { StandInMachine } from '../../support/stand-in-machine.ts';
import { openTestDatabase } from '../../support/test-app.ts';

/** Answers the question of durability when the test says so. */
class SlowStorage extends MemoryStorage {
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  override whenDurable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  settle(error?: Error): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }
}

let storage: SlowStorage;
let app: App;

beforeEach(async () => {
  storage = new SlowStorage();
  const database = await openTestDatabase();
  database.onCommit(() => undefined);
  const info = { host: 'browser', version: '0.0.0' } as const;
  app = createApp({
    ...{ database, storage, clock: new ManualClock(), machine: new StandInMachine() },
    info,
  });
  return () => {
    app.close();
  };
});

function create(title: string) {
  return app.call('ticket:create', [{ title }]);
}

describe('an answer', () => {
  it('to a write waits until no crash can lose it', async () => {
    let isAnswered = false;
    const answer = create('One').finally(() => (isAnswered = true));
    await new Promise(setImmediate);
    expect(storage.waiting).toBe(1);
    expect(isAnswered).toBe(false);
    storage.settle();
    expect(await answer).toMatchObject({ ok: true, value: { title: 'One' } });
  });

  it('to a write that the disk refused is why it refused', async () => {
    const answer = create('One');
    await new Promise(setImmediate);
    storage.settle(new SweatShopError('StorageFull', 'The disk is full.'));
    expect(await answer).toMatchObject({ ok: false, error: { code: 'StorageFull' } });
  });

  it.each([
    ['a read', 'ticket:list', []],
    ['a write that the rules refuse', 'ticket:delete', ['tkt_nobody']],
    ['a question about the disk', 'db:status', []],
  ])('to %s waits for no disk', async (_what, channel, args) => {
    const write = create('One');
    expect(await app.call(channel, args)).toHaveProperty('ok');
    await new Promise(setImmediate);
    expect(storage.waiting).toBe(1);
    storage.settle();
    await write;
  });
});
