import type { SweatShopError } from '../../shared/errors.ts';
import { toError } from '../errors/to-error.ts';

/** Above this many changed rows one whole list is cheaper than asking for each. */
const MOST_IDS_AT_ONCE = 500;

export type EntitySource<T> = {
  readonly loadAll: () => Promise<readonly T[]>;
  /** Gives those of the ids that still exist. */
  readonly loadSome: (ids: readonly string[]) => Promise<readonly T[]>;
};

/**
 * Holds every entity of one kind: loads once, and then fetches only what is said to have changed.
 *
 * Changes that arrive while a fetch runs are gathered into the next one, so a storm of commits costs few calls.
 */
export class EntityStore<T extends { readonly id: string }> {
  readonly #source: EntitySource<T>;
  #known = $state.raw<ReadonlyMap<string, T>>(new Map());
  #overlays = $state.raw<ReadonlyMap<string, Partial<T>>>(new Map());
  #hasLoaded = $state(false);
  #error = $state.raw<SweatShopError | null>(null);
  #stale: Set<string> | 'all' | null = null;
  #isFetching = false;

  readonly byId: ReadonlyMap<string, T> = $derived.by(() => {
    if (this.#overlays.size === 0) return this.#known;
    const merged = new Map(this.#known);
    for (const [id, overlay] of this.#overlays) {
      const known = merged.get(id);
      if (known !== undefined) merged.set(id, { ...known, ...overlay });
    }
    return merged;
  });
  readonly all: readonly T[] = $derived([...this.byId.values()]);

  constructor(source: EntitySource<T>) {
    this.#source = source;
  }

  /** Whether the first load is over. */
  get hasLoaded(): boolean {
    return this.#hasLoaded;
  }

  /** Why the last fetch failed; null after one that did not. */
  get error(): SweatShopError | null {
    return this.#error;
  }

  get(id: string | null | undefined): T | undefined {
    return id === null || id === undefined ? undefined : this.byId.get(id);
  }

  /**
   * Fetches what changed.
   *
   * @param ids The rows that changed, or null for all of them.
   */
  async refresh(ids: readonly string[] | null): Promise<void> {
    this.#markStale(ids);
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      for (let stale = this.#takeStale(); stale !== null; stale = this.#takeStale()) {
        await this.#fetch(stale);
      }
      this.#error = null;
    } catch (thrown) {
      this.#error = toError(thrown);
    } finally {
      this.#isFetching = false;
    }
  }

  /** Takes in an entity that a call answered with, ahead of the change event that follows. */
  put(entity: T): void {
    this.#known = new Map(this.#known).set(entity.id, entity);
  }

  /**
   * Shows a change before it is confirmed, and takes it back when the call fails.
   *
   * @throws What the call rejects with.
   */
  async optimistically<R>(id: string, change: Partial<T>, call: () => Promise<R>): Promise<R> {
    this.#overlays = new Map(this.#overlays).set(id, change);
    try {
      return await call();
    } finally {
      // A later change of the same entity has put its own overlay there meanwhile.
      if (this.#overlays.get(id) === change) {
        const overlays = new Map(this.#overlays);
        overlays.delete(id);
        this.#overlays = overlays;
      }
    }
  }

  #markStale(ids: readonly string[] | null): void {
    if (ids === null || this.#stale === 'all') this.#stale = 'all';
    else this.#stale = new Set([...(this.#stale ?? []), ...ids]);
  }

  #takeStale(): Set<string> | 'all' | null {
    const stale = this.#stale;
    this.#stale = null;
    return stale;
  }

  async #fetch(stale: Set<string> | 'all'): Promise<void> {
    try {
      if (stale === 'all' || stale.size > MOST_IDS_AT_ONCE) {
        const rows = await this.#source.loadAll();
        this.#known = new Map(rows.map((row) => [row.id, row]));
        this.#hasLoaded = true;
        return;
      }
      const known = new Map(this.#known);
      const rows = await this.#source.loadSome([...stale]);
      for (const id of stale) known.delete(id);
      for (const row of rows) known.set(row.id, row);
      this.#known = known;
    } catch (thrown) {
      this.#markStale(stale === 'all' ? null : [...stale]);
      throw thrown;
    }
  }
}
