import type { Backup } from '../../../shared/entities/backup.ts';
import type { SweatShopError } from '../../../shared/errors.ts';
import type { SweatShopApi } from '../../../shared/ipc-channels.ts';
import { toError } from '../../errors/to-error.ts';

/** The backups as they were when they were last asked for. */
export class BackupList {
  readonly #api: SweatShopApi;
  #all = $state.raw<readonly Backup[] | null>(null);
  #error = $state.raw<SweatShopError | null>(null);

  constructor(api: SweatShopApi) {
    this.#api = api;
  }

  /** Newest first; null until the first answer. */
  get all(): readonly Backup[] | null {
    return this.#all;
  }

  /** Why they could not be listed. */
  get error(): SweatShopError | null {
    return this.#error;
  }

  async load(): Promise<void> {
    try {
      this.#all = await this.#api.db.backups();
      this.#error = null;
    } catch (thrown) {
      this.#error = toError(thrown);
    }
  }
}
