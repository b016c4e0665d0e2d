import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../host/open-home.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import { apiOf } from './api-of-home.ts';
import type { CommandContext } from './command-context.ts';
import { isHome, noDatabase, refuseDamaged } from './home.ts';

const RETRY_MS = 50;

export type AppUse = {
  /** Makes a database where there is none; otherwise that is an error. */
  readonly create?: boolean;
  /** Where this process opens the home itself, what happens to the database ends with it. */
  readonly readOnly?: boolean;
};

/**
 * Gives a command the application of the home, and lets go of it whatever happens.
 *
 * @throws SweatShopError NotFound where there is no database and none shall be made; Busy when another process holds
 *   it for longer than `--busy-timeout`; DatabaseCorrupt when it waits for somebody to decide how to go on.
 */
export async function useApp<T>(
  context: CommandContext,
  work: (api: SweatShopApi) => Promise<T>,
  { create = false, readOnly = false }: AppUse = {},
): Promise<T> {
  const homePath = context.homePath();
  if (!create && !isHome(homePath)) throw noDatabase(homePath);
  const home = await openWithin(context, homePath, readOnly);
  try {
    await refuseDamaged(home);
    return await work(apiOf(home));
  } finally {
    await home.close();
  }
}

async function openWithin(
  context: CommandContext,
  homePath: string,
  readOnly: boolean,
): Promise<Home> {
  const deadlineMs = performance.now() + context.busyTimeoutMs();
  for (;;) {
    try {
      return await context.openHome(homePath, { readOnly });
    } catch (error) {
      const isBusy = error instanceof SweatShopError && error.code === 'Busy';
      if (!isBusy || performance.now() > deadlineMs) throw error;
    }
    await sleep(RETRY_MS);
  }
}
