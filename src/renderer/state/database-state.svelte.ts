import type { DbStatus } from '../../shared/entities/db-status.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';

/** What stands between the person's work and the disk. */
export class DatabaseState {
  readonly #api: SweatShopApi;
  #status = $state.raw<DbStatus | null>(null);

  constructor(api: SweatShopApi) {
    this.#api = api;
    api.db.onStatusChanged((status) => {
      this.#status = status;
    });
  }

  /** Null until the first answer. */
  get status(): DbStatus | null {
    return this.#status;
  }

  async refresh(): Promise<void> {
    this.#status = await this.#api.db.status();
  }

  /**
   * Saves now.
   *
   * @throws SweatShopError with what kept it from saving.
   */
  async flush(): Promise<void> {
    this.#status = await this.#api.db.flush();
  }
}
