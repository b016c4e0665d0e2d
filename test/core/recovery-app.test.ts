import { beforeEach, expect, it } from 'vitest';
import type { CallableApp } from '../../src/core/app.ts';
import { createRecoveryApp } from '../../src/core/recovery-app.ts';
import { SweatShopError } from '../../src/shared/errors.ts';
import { channels } from '../../src/shared/ipc-channels.ts';
import type { DbStatus, RecoveryReport } from '../../src/shared/types.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const REPORT: RecoveryReport = {
  problems: ['sweatshop.db is damaged.'],
  options: [],
};

/** A disk whose damage can be left behind with the option `best`. */
class DamagedStorage extends MemoryStorage {
  #report: RecoveryReport | null = REPORT;

  override status(): DbStatus {
    return { ...super.status(), state: this.#report ? 'recovery' : 'saved' };
  }

  override recovery(): RecoveryReport | null {
    return this.#report;
  }

  override recover(optionId: string): Promise<DbStatus> {
    if (optionId !== 'best') {
      return Promise.reject(new SweatShopError('NotFound', 'There is no such option.'));
    }
    this.#report = null;
    return this.flush();
  }
}

let app: CallableApp;
let steps: string[];

beforeEach(() => {
  steps = [];
  app = createRecoveryApp({
    storage: new DamagedStorage(),
    info: { host: 'browser', version: '0.0.0', sqliteVersion: '3' },
    onRecovered: async () => {
      await Promise.resolve();
      steps.push('opened');
    },
  });
  app.onPush((event) => steps.push(event));
});

const ANSWERED = ['app:info', 'db:backups', 'db:check', 'db:recover', 'db:recovery', 'db:status'];

it('answers what a person needs to decide', async () => {
  expect(await app.call('db:recovery', [])).toEqual({ ok: true, value: REPORT });
  expect(await app.call('db:status', [])).toMatchObject({ value: { state: 'recovery' } });
  for (const name of ['app:info', 'db:backups', 'db:check']) {
    expect(await app.call(name, []), name).toMatchObject({ ok: true });
  }
});

it('answers everything else with what to do, before it looks at the arguments', async () => {
  const others = [...channels.keys()].filter((name) => !ANSWERED.includes(name));
  expect(others).toContain('ticket:list');
  for (const name of others) {
    expect(await app.call(name, []), name).toMatchObject({
      ok: false,
      error: {
        code: 'DatabaseCorrupt',
        message: expect.stringContaining('sweatshop db recover') as string,
      },
    });
  }
  expect(await app.call('ticket:steal', [])).toMatchObject({ error: { code: 'NotFound' } });
});

it('lets the host open the application before it answers that the damage is left behind', async () => {
  const answer = await app.call('db:recover', ['best']);
  expect(answer).toMatchObject({ ok: true, value: { state: 'saved' } });
  // That the recovery is over is for the application to tell, when it can answer.
  expect(steps).toEqual(['opened']);
});

it('stays when the option does not exist', async () => {
  expect(await app.call('db:recover', ['worst'])).toMatchObject({ error: { code: 'NotFound' } });
  expect(steps).toEqual([]);
});

it('answers and pushes nothing any more once it is closed', async () => {
  app.refuseCalls();
  expect(await app.call('db:recover', ['best'])).toMatchObject({ error: { code: 'Unavailable' } });
  app.close();
  expect(steps).toEqual([]);
});
