import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ScratchOrg } from '../../shared/entities/scratch-org.ts';
import { EntityStore } from './entity-store.svelte.ts';
import { loadByIds } from './load-by-ids.ts';
import type { Now } from './now.svelte.ts';

/** Gives what an org is good for now: one whose time is over is expired, whatever is stored. */
export function orgStatusAt(
  { status, expiresAt }: ScratchOrg,
  nowMs: number,
): ScratchOrg['status'] {
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  return status === 'available' && isOver ? 'expired' : status;
}

/** Every scratch org. */
export class OrgStore extends EntityStore<ScratchOrg> {
  readonly #now: Now;
  readonly inOrder: readonly ScratchOrg[] = $derived(
    [...this.all].sort((a, b) => a.alias.localeCompare(b.alias, undefined, { numeric: true })),
  );
  readonly available: readonly ScratchOrg[] = $derived(
    this.inOrder.filter((org) => orgStatusAt(org, this.#now.ms) === 'available'),
  );

  constructor(api: SweatShopApi, now: Now) {
    super({
      loadAll: () => api.orgs.list(),
      loadSome: (ids) => loadByIds(ids, api.orgs),
    });
    this.#now = now;
  }
}
