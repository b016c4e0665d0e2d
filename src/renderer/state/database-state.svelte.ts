import type { DbStatus } from '../../shared/entities/db-status.ts';
import type { CheckReport, ConflictSide, RecoveryReport } from '../../shared/entities/recovery.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import { recall, remember } from './preferences.ts';

const DISMISSED = 'dismissed-notices';

/** What stands between the person's work and the disk. */
export class DatabaseState {
  readonly #api: SweatShopApi;
  readonly #onReopened: () => void;
  #status = $state.raw<DbStatus | null>(null);
  #recovery = $state.raw<RecoveryReport | null>(null);
  #dismissed = $state(recall(DISMISSED, readText, ''));

  /** @param onReopened Called when there is a database again after a recovery, here or elsewhere. */
  constructor(api: SweatShopApi, onReopened: () => void) {
    this.#api = api;
    this.#onReopened = onReopened;
    api.db.onStatusChanged((status) => void this.#take(status));
  }

  /** Null until the first answer. */
  get status(): DbStatus | null {
    return this.#status;
  }

  /** Whether there is no database before somebody decides how to go on. */
  get needsRecovery(): boolean {
    return this.#status?.state === 'recovery';
  }

  /** What there is to decide; null until it is known. */
  get recovery(): RecoveryReport | null {
    return this.#recovery;
  }

  /** What the start mended by itself, until it was read. */
  readonly notices: readonly string[] = $derived.by(() =>
    this.#status === null || this.#dismissed === noticeKey(this.#status)
      ? []
      : this.#status.notices,
  );

  dismissNotices(): void {
    if (this.#status === null) return;
    this.#dismissed = noticeKey(this.#status);
    remember(DISMISSED, this.#dismissed);
  }

  async refresh(): Promise<void> {
    await this.#take(await this.#api.db.status());
  }

  /**
   * Saves now.
   *
   * @throws SweatShopError with what kept it from saving.
   */
  async flush(): Promise<void> {
    await this.#take(await this.#api.db.flush());
  }

  check(): Promise<CheckReport> {
    return this.#api.db.check();
  }

  /** @throws SweatShopError with what kept the backup from being restored; the present state stays then. */
  async restore(name: string): Promise<void> {
    await this.#take(await this.#api.db.restore(name));
  }

  /** @throws SweatShopError; both versions are still kept then. */
  async resolveConflict(side: ConflictSide): Promise<void> {
    await this.#take(await this.#api.db.resolveConflict(side));
  }

  /** @throws SweatShopError; nothing was changed then. */
  async recover(optionId: string): Promise<void> {
    await this.#take(await this.#api.db.recover(optionId));
  }

  async #take(status: DbStatus): Promise<void> {
    const neededRecovery = this.needsRecovery;
    this.#status = status;
    if (status.state === 'recovery') {
      this.#recovery = await this.#api.db.recovery();
    } else if (neededRecovery) {
      this.#recovery = null;
      this.#onReopened();
    }
  }
}

/** The same words of another start are shown again. */
function noticeKey({ owner, notices }: DbStatus): string {
  return `${String(owner?.pid ?? '')} ${notices.join(' ')}`;
}

function readText(stored: unknown): string | undefined {
  return typeof stored === 'string' ? stored : undefined;
}
