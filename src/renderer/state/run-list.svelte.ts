import type { SweatShopError } from '../../shared/errors.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { TicketRun, TicketRunFilter } from '../../shared/entities/ticket-run.ts';
import { toError } from '../errors/to-error.ts';

const PAGE_SIZE = 25;

/** The runs of one ticket or one agent, the newest first, page by page. */
export class RunList {
  readonly #api: SweatShopApi;
  readonly #filter: TicketRunFilter;
  #runs = $state.raw<readonly TicketRun[]>([]);
  #hasLoaded = $state(false);
  #hasMore = $state(false);
  #error = $state.raw<SweatShopError | null>(null);
  #limit = PAGE_SIZE;
  #isStale = false;
  #isFetching = false;

  constructor(api: SweatShopApi, filter: TicketRunFilter) {
    this.#api = api;
    this.#filter = filter;
  }

  get runs(): readonly TicketRun[] {
    return this.#runs;
  }
  get hasLoaded(): boolean {
    return this.#hasLoaded;
  }
  get hasMore(): boolean {
    return this.#hasMore;
  }
  get error(): SweatShopError | null {
    return this.#error;
  }

  /**
   * Loads, and then follows every change.
   *
   * @returns A function that stops following.
   */
  follow(): () => void {
    void this.refresh();
    return this.#api.db.onChanged(({ tables }) => {
      if ('ticket_runs' in tables) void this.refresh();
    });
  }

  async showMore(): Promise<void> {
    this.#limit += PAGE_SIZE;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        // One more than is shown tells whether there are more.
        const runs = await this.#api.runs.list({ ...this.#filter, limit: this.#limit + 1 });
        this.#hasMore = runs.length > this.#limit;
        this.#runs = runs.slice(0, this.#limit);
      }
      this.#error = null;
    } catch (thrown) {
      this.#error = toError(thrown);
    } finally {
      this.#isFetching = false;
      this.#hasLoaded = true;
    }
  }
}
