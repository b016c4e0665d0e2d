import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ScratchOrg } from '../../shared/entities/scratch-org.ts';
import { EntityStore } from './entity-store.svelte.ts';
import { loadEach } from './load-each.ts';

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
      loadSome: (ids) => loadEach(ids, (id) => api.orgs.get(id)),
    });
  }
}
