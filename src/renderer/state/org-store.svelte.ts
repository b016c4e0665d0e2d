import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ScratchOrg } from '../../shared/entities/scratch-org.ts';
import { EntityStore } from './entity-store.svelte.ts';
import { loadByIds } from './load-by-ids.ts';

/** Every scratch org. */
export class OrgStore extends EntityStore<ScratchOrg> {
  readonly inOrder: readonly ScratchOrg[] = $derived(
    [...this.all].sort((a, b) => a.alias.localeCompare(b.alias, undefined, { numeric: true })),
  );
  readonly available: readonly ScratchOrg[] = $derived(
    this.inOrder.filter(({ status }) => status === 'available'),
  );

  constructor(api: SweatShopApi) {
    super({
      loadAll: () => api.orgs.list(),
      loadSome: (ids) => loadByIds(ids, api.orgs),
    });
  }
}
