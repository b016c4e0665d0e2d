import { setTimeout as sleep } from 'node:timers/promises';
import { SweatShopError } from '../shared/errors.ts';
import { openHome, type Home, type HomeOptions } from './open-home.ts';

/** npm ends before the app it started has saved: a new start must not fail on the old one. */
const WAIT_MS = 2_000;
const RETRY_MS = 100;

/** Opens a home as {@link openHome} does, but gives one that is just being closed the time for it. */
export async function openHomeWhenFree(options: HomeOptions): Promise<Home> {
  const deadlineMs = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await openHome(options);
    } catch (error) {
      const isBusy = error instanceof SweatShopError && error.code === 'Busy';
      if (!isBusy || performance.now() > deadlineMs) throw error;
    }
    await sleep(RETRY_MS);
  }
}
