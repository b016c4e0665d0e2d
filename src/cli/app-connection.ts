import { setTimeout as sleep } from 'node:timers/promises';
import { connectToOwner, type OwnerConnection } from '../host/local-socket/owner-connection.ts';
import { createApi } from '../shared/api.ts';
import { SweatShopError, toWireError, type WireError } from '../shared/errors.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import type { Envelope, Transport } from '../shared/transport.ts';
import { apiOf } from './api-of-home.ts';
import type { CommandContext } from './command-context.ts';
import { isHome, noDatabase, refuseDamaged } from './home.ts';

/** Short beside what a command takes, and by chance, so that those who wait do not ask all at once. */
const MIN_RETRY_MS = 10;
const MAX_RETRY_MS = 40;
/** How many holders a command waits for at the most, each for as long as `--busy-timeout` says. */
const MOST_HOLDERS = 12;
/** An owner that has just taken the lock is asked at least this long, whatever the time limit is. */
const MIN_OWNER_TIMEOUT_MS = 500;

export type AppUse = {
  /** Makes a database where there is none; otherwise that is an error. */
  readonly create?: boolean;
  /** Where this process opens the home itself, what happens to the database ends with it. */
  readonly readOnly?: boolean;
};

/** The application, wherever it runs. */
type AppConnection = {
  readonly api: SweatShopApi;
  readonly close: () => Promise<void>;
};

/**
 * Gives a command the application of the home, and lets go of it whatever happens.
 *
 * Where SweatShop runs already the command works with that; else it opens the home itself, and keeps others waiting for
 * as long as `work` takes.
 *
 * @throws SweatShopError NotFound where there is no database and none shall be made; Busy when another process holds
 *   it for longer than `--busy-timeout`; DatabaseCorrupt when it waits for somebody to decide how to go on; Unavailable
 *   when the SweatShop that runs ends midway.
 */
export async function useApp<T>(
  context: CommandContext,
  work: (api: SweatShopApi) => Promise<T>,
  use: AppUse = {},
): Promise<T> {
  return withConnection(context, use, async (api) => {
    await refuseDamaged(api, context.homePath());
    return work(api);
  });
}

/**
 * As {@link useApp}, for a command that looks after the database, also while damage waits for somebody to decide.
 */
export function useDatabase<T>(
  context: CommandContext,
  work: (api: SweatShopApi) => Promise<T>,
): Promise<T> {
  return withConnection(context, {}, work);
}

async function withConnection<T>(
  context: CommandContext,
  { create = false, readOnly = false }: AppUse,
  work: (api: SweatShopApi) => Promise<T>,
): Promise<T> {
  const homePath = context.homePath();
  if (!create && !isHome(homePath)) throw noDatabase(homePath);
  const { api, close } = await connectWithin(context, homePath, readOnly);
  try {
    return await work(api);
  } finally {
    await close();
  }
}

/**
 * Asks the owner and tries the lock in turn: an owner may be starting or closing, and a command holds it for a moment.
 *
 * The time limit is for one holder: where many commands take turns, each waits for as long as it goes on, within reason.
 */
async function connectWithin(
  context: CommandContext,
  homePath: string,
  readOnly: boolean,
): Promise<AppConnection> {
  const timeoutMs = context.busyTimeoutMs();
  const lastMs = performance.now() + MOST_HOLDERS * timeoutMs;
  let deadlineMs = performance.now() + timeoutMs;
  let holder: string | null = null;
  for (;;) {
    const leftMs = deadlineMs - performance.now();
    const owner = await connectToOwner(homePath, Math.max(leftMs, MIN_OWNER_TIMEOUT_MS));
    if (owner) return throughOwner(owner, context.version);
    try {
      return await throughLock(context, homePath, readOnly);
    } catch (error) {
      if (!(error instanceof SweatShopError) || error.code !== 'Busy') throw error;
      const seen = `${String(error.details['pid'])} ${String(error.details['startedAt'])}`;
      const nowMs = performance.now();
      if (holder !== null && seen !== holder) deadlineMs = Math.min(nowMs + timeoutMs, lastMs);
      holder = seen;
      if (nowMs >= deadlineMs) throw stillBusy(error, timeoutMs);
    }
    await sleep(MIN_RETRY_MS + Math.random() * (MAX_RETRY_MS - MIN_RETRY_MS));
  }
}

async function throughLock(
  context: CommandContext,
  homePath: string,
  readOnly: boolean,
): Promise<AppConnection> {
  const home = await context.openHome(homePath, { readOnly });
  return { api: apiOf(home), close: () => home.close() };
}

function throughOwner(owner: OwnerConnection, version: string): AppConnection {
  const transport: Transport = {
    async invoke(channel, args) {
      const answer = await owner.invoke(channel, args);
      if (isUnknown(answer, channel)) return otherVersion(owner.version, version);
      return !answer.ok && answer.error.details['isHeld'] === true ? held(answer.error) : answer;
    },
    on: (event, listener) => owner.on(event, listener),
  };
  return {
    api: createApi(transport),
    close: () => {
      owner.close();
      return Promise.resolve();
    },
  };
}

/** Tells the answer to a call that the owner does not know from that to a call for something that is not there. */
function isUnknown(answer: Envelope, channel: string): boolean {
  return (
    !answer.ok && answer.error.code === 'NotFound' && answer.error.details['channel'] === channel
  );
}

/** Without this a person would run the command again, and have everything twice. */
function held(error: WireError): Envelope {
  const message = `${error.message} The SweatShop that is running holds the change and saves it as soon as it can. Do not run the command again, and do not quit SweatShop before it has saved.`;
  return { ok: false, error: { ...error, message } };
}

function otherVersion(theirs: string, ours: string): Envelope {
  const message =
    theirs === ours
      ? 'The SweatShop that is running cannot do this, because it was started before this command was built. Quit it and start it again.'
      : `The SweatShop that is running is version ${theirs} and cannot do this; this command is version ${ours}. Quit it and start the newer one.`;
  return { ok: false, error: toWireError(new SweatShopError('Unavailable', message)) };
}

function stillBusy(error: SweatShopError, timeoutMs: number): SweatShopError {
  const waited =
    timeoutMs === 0
      ? 'It does not answer commands now'
      : `It did not answer commands for ${String(timeoutMs / 1_000)} s`;
  const message = `${error.message} ${waited}; --busy-timeout SECONDS waits longer.`;
  return new SweatShopError('Busy', message, error.details, error);
}
