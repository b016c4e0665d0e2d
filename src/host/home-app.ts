import { createApp, type App, type CallableApp } from '../core/app.ts';
import type { Database } from '../core/database/database.ts';
import type { Engine } from '../core/database/engine.ts';
import { createRecoveryApp } from '../core/recovery-app.ts';
import type { AppInfo } from '../shared/contract/app.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { Envelope } from '../shared/transport.ts';
import { systemClock } from '../store/clock.ts';
import type { Store } from '../store/store.ts';
import { nodeMachine } from './node-machine.ts';
import { startRounds } from './rounds.ts';

type PushListener = Parameters<App['onPush']>[0];

export type HomeAppOptions = {
  readonly info: Omit<AppInfo, 'sqliteVersion'>;
  /** Whether it sees by itself to what falls due, as long as it has a database and takes calls. */
  readonly makesRounds: boolean;
};

/** The application of a home, also while its database waits to be recovered; then it becomes the whole one. */
export class HomeApp implements App {
  readonly #store: Store<Database>;
  readonly #info: AppInfo;
  readonly #makesRounds: boolean;
  readonly #listeners = new Set<PushListener>();
  #recovering: CallableApp | null = null;
  #app: App | null = null;
  #stopForwarding: () => void = () => undefined;
  #stopRounds: () => void = () => undefined;

  constructor(store: Store<Database>, engine: Engine, { info, makesRounds }: HomeAppOptions) {
    this.#store = store;
    this.#makesRounds = makesRounds;
    this.#info = { ...info, sqliteVersion: engine.sqliteVersion };
    if (store.database) this.#start();
    else this.#waitForRecovery();
  }

  get services(): App['services'] {
    if (this.#app) return this.#app.services;
    throw new SweatShopError('DatabaseCorrupt', 'The database waits to be recovered.');
  }

  call(channel: string, args: readonly unknown[]): Promise<Envelope> {
    return this.#current.call(channel, args);
  }

  onPush(listener: PushListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  refuseCalls(): void {
    this.#stopRounds();
    this.#current.refuseCalls();
  }

  close(): void {
    this.#stopRounds();
    this.#stopForwarding();
    this.#current.close();
    this.#listeners.clear();
  }

  get #current(): CallableApp {
    const current = this.#app ?? this.#recovering;
    if (!current) throw new SweatShopError('Internal', 'The application has not been started.');
    return current;
  }

  #waitForRecovery(): void {
    this.#recovering = createRecoveryApp({
      storage: this.#store,
      info: this.#info,
      onRecovered: () => {
        // A decision may turn up damage that needs another one.
        if (!this.#store.database) return;
        this.#start();
        for (const listener of this.#listeners) {
          listener('db:status-changed', this.#store.status());
        }
      },
    });
    this.#forward(this.#recovering);
  }

  #start(): void {
    const { database } = this.#store;
    if (!database) throw new SweatShopError('Internal', 'There is no database to start with.');
    this.#recovering?.close();
    this.#recovering = null;
    this.#app = createApp({
      ...{ database, storage: this.#store, clock: systemClock, machine: nodeMachine },
      info: this.#info,
    });
    this.#forward(this.#app);
    if (this.#makesRounds) this.#stopRounds = startRounds(this.#app);
  }

  #forward(app: CallableApp): void {
    this.#stopForwarding();
    this.#stopForwarding = app.onPush((event, payload) => {
      for (const listener of this.#listeners) listener(event, payload);
    });
  }
}
